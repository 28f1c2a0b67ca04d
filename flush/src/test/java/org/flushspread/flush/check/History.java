package org.flushspread.flush.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the predicates share: lives, the views in them, what was delivered in each, and what was sent. Built as the trace goes by. */
public final class History {
    /** One delivery. */
    public record Delivery(int id, boolean afterTransition) {}

    /** One view of one life of one process in one group. */
    public static final class Stay {
        public final String process;
        public final String group;
        public final TraceEvent.Installs view;
        public final @Nullable Stay previous;
        public @Nullable Stay next;
        public final List<Delivery> deliveries = new ArrayList<>();
        public final Map<Integer, Integer> positions = new HashMap<>();
        public int transitions;
        public boolean over;
        /** It ended because the others went on without this process. */
        public boolean excluded;

        Stay(TraceEvent.Installs view, @Nullable Stay previous) {
            this.process = view.process();
            this.group = view.group();
            this.view = view;
            this.previous = previous;
        }

        public boolean delivered(int id) {
            return positions.containsKey(id);
        }
    }

    /** One accepted send. */
    public record Sent(TraceEvent.Sends call, @Nullable Stay stay) {
        public boolean isFor(String process) {
            if (process.equals(call.process()) && (call.service() & 0x40) != 0) {
                return false;
            }
            List<String> receivers = call.receivers();
            return receivers == null
                    ? stay != null && stay.view.members().contains(process)
                    : receivers.contains(process);
        }

        public int service() {
            return call.service() & 0x3f;
        }
    }

    private final Map<String, Stay> current = new HashMap<>();
    private final Map<Integer, Sent> sent = new HashMap<>();
    private final Map<String, Map<ViewId, Map<String, List<Stay>>>> byView = new LinkedHashMap<>();
    private final Set<String> ended = new TreeSet<>();
    private final List<Stay> stays = new ArrayList<>();

    void note(TraceEvent event) {
        String key = event.process() + " " + event.group();
        Stay stay = current.get(key);
        if (event instanceof TraceEvent.Installs view) {
            Stay entered = new Stay(view, stay);
            if (stay != null) {
                stay.next = entered;
                stay.over = true;
            }
            current.put(key, entered);
            stays.add(entered);
            byView.computeIfAbsent(view.group(), each -> new LinkedHashMap<>())
                    .computeIfAbsent(view.id(), each -> new LinkedHashMap<>())
                    .computeIfAbsent(view.process(), each -> new ArrayList<>())
                    .add(entered);
        } else if (event instanceof TraceEvent.Sends send && send.code() == 0) {
            sent.put(send.id(), new Sent(send, stay));
        } else if (event instanceof TraceEvent.Delivers delivery && stay != null) {
            stay.positions.putIfAbsent(delivery.id(), stay.deliveries.size());
            stay.deliveries.add(new Delivery(delivery.id(), stay.transitions > 0));
        } else if (event instanceof TraceEvent.Transition && stay != null) {
            stay.transitions++;
        } else if (event instanceof TraceEvent.Excluded && stay != null) {
            stay.over = true;
            stay.excluded = true;
        } else if (event instanceof TraceEvent.SelfLeave && stay != null) {
            stay.over = true;
            current.remove(key);
        } else if (event instanceof TraceEvent.Ends) {
            ended.add(event.process());
            for (Stay each : current.values()) {
                if (each.process.equals(event.process())) {
                    each.over = true;
                }
            }
        }
    }

    /** The view in force before the event at hand; null before the first and after the last. */
    public @Nullable Stay current(String process, String group) {
        return current.get(process + " " + group);
    }

    public @Nullable Sent sent(int id) {
        return sent.get(id);
    }

    public boolean hasEnded(String process) {
        return ended.contains(process);
    }

    public List<Stay> stays() {
        return stays;
    }

    /** All stays in one view, by process. */
    public Map<String, List<Stay>> stays(String group, ViewId id) {
        return byView.getOrDefault(group, Map.of()).getOrDefault(id, Map.of());
    }

    /** The groups of stays that share a view. */
    public Iterable<List<Stay>> sharedViews() {
        List<List<Stay>> all = new ArrayList<>();
        for (var views : byView.values()) {
            for (var processes : views.values()) {
                List<Stay> together = new ArrayList<>();
                processes.values().forEach(together::addAll);
                all.add(together);
            }
        }
        return all;
    }
}
