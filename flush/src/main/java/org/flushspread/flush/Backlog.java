package org.flushspread.flush;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events kept until a call receives them, in the order in which they came. Guarded by the lock of {@link Reception}. */
final class Backlog {
    /** Bytes of events kept, at the most. */
    static final long MAX_BYTES = 128L << 20;
    /** Messages that belong to no group, while a thread receives and nobody listens to them. */
    static final int MAX_PRIVATE = 10_000;
    /** Bytes of these. */
    static final long MAX_PRIVATE_BYTES = 16L << 20;

    private static final long OVERHEAD = 100;

    private final ArrayDeque<FlushEvent> events = new ArrayDeque<>();
    private final String self;
    private long bytes;
    private int privateEvents;
    private long privateBytes;
    private long notices;

    /** @param self the own private group */
    Backlog(String self) {
        this.self = self;
    }

    /** What an event takes of memory, roughly. */
    static long bytes(FlushEvent event) {
        if (event instanceof DataMessage message) {
            return OVERHEAD + message.length();
        }
        return event instanceof View view ? OVERHEAD + 8L * view.members().size() : OVERHEAD;
    }

    boolean isFull() {
        return events.size() >= FlushConnection.MAX_BACKLOG || bytes >= MAX_BYTES;
    }

    boolean isFullOfPrivate() {
        return privateEvents >= MAX_PRIVATE || privateBytes >= MAX_PRIVATE_BYTES;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    /** Grows with each event that is no message, so that those who look for such ones know when to look. */
    long notices() {
        return notices;
    }

    void add(FlushEvent event) {
        events.add(event);
        count(event, 1);
        if (!(event instanceof DataMessage)) {
            notices++;
        }
    }

    @Nullable
    FlushEvent poll() {
        FlushEvent event = events.poll();
        if (event != null) {
            count(event, -1);
        }
        return event;
    }

    private void count(FlushEvent event, int sign) {
        bytes += sign * bytes(event);
        if (event.group().equals(self)) {
            privateEvents += sign;
            privateBytes += sign * bytes(event);
        }
    }

    /** Takes out what belongs to a group, in its order. */
    List<FlushEvent> takeAllOf(String group) {
        List<FlushEvent> taken = new ArrayList<>();
        for (Iterator<FlushEvent> each = events.iterator(); each.hasNext(); ) {
            FlushEvent event = each.next();
            if (event.group().equals(group)) {
                taken.add(event);
                count(event, -1);
                each.remove();
            }
        }
        return taken;
    }

    /**
     * Takes out what somebody who waits for a view of a group consumes: its views and flush requests, and the signals and warnings that came
     * before the last of the views.
     *
     * @param viewFollows a view that is not in here follows all of it
     */
    List<FlushEvent> takeViewsOf(String group, boolean viewFollows) {
        List<FlushEvent> taken = new ArrayList<>();
        boolean follows = viewFollows;
        for (Iterator<FlushEvent> each = events.descendingIterator(); each.hasNext(); ) {
            FlushEvent event = each.next();
            if (event.group().equals(group)) {
                follows |= event instanceof View;
                boolean past = follows && (event instanceof Transition || event instanceof FlushDelayed);
                if (past || event instanceof View || event instanceof FlushRequest) {
                    taken.add(0, event);
                    count(event, -1);
                    each.remove();
                }
            }
        }
        return taken;
    }
}
