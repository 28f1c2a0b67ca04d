package org.flushspread.simulation.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.simulation.check.Sightings.Sight;
import org.flushspread.simulation.trace.ClientEvent.Delivered;
import org.flushspread.simulation.trace.ClientEvent.View;
import org.flushspread.simulation.trace.LongMap;

/**
 * 17: ordered messages and views of all groups have one order that every client's trace agrees with: going from event to event in any
 * traces, one never comes back. Views that may be two are left out.
 */
final class TotalOrder extends GroupProperty {
    /** What one client saw: places in {@link #events}. */
    private static final class Trace {
        int[] seen = new int[64];
        int size;

        void add(int event) {
            if (size == seen.length) {
                seen = Arrays.copyOf(seen, 2 * size);
            }
            seen[size++] = event;
        }
    }

    private final List<Trace> traces = new ArrayList<>();
    /** One more than the place of a client's trace. */
    private final LongMap clients = new LongMap();

    /** One more than the place of an event in {@link #events}. */
    private final LongMap messages = new LongMap();

    private final Map<Sight, Integer> views = new HashMap<>();
    private final List<Object> events = new ArrayList<>();
    private final Sightings sightings;

    TotalOrder(Sightings sightings, Violations violations) {
        super("group 17 total order", violations);
        this.sightings = sightings;
    }

    @Override
    void view(Stay stay, View view) {
        Sight viewed = Sight.of(stay, view);
        Integer place = views.get(viewed);
        if (place == null) {
            events.add(viewed);
            place = events.size() - 1;
            views.put(viewed, place);
        }
        trace(stay.life).add(place);
    }

    @Override
    void delivered(Life life, Delivered message) {
        if (message.isOrdered()) {
            long place = messages.get(message.message());
            if (place == 0) {
                events.add(message.message());
                place = events.size();
                messages.put(message.message(), place);
            }
            trace(life).add((int) place - 1);
        }
    }

    private Trace trace(Life life) {
        long place = clients.get(life.client);
        if (place == 0) {
            traces.add(new Trace());
            place = traces.size();
            clients.put(life.client, place);
        }
        return traces.get((int) place - 1);
    }

    @Override
    void finished(Iterable<Life> lives, boolean settled) {
        boolean[] left = new boolean[events.size()];
        for (int i = 0; i < left.length; i++) {
            left[i] = events.get(i) instanceof Sight viewed && sightings.isAmbiguous(this, viewed);
        }
        // Followers of an event are places first[event] .. first[event + 1] of one array.
        int[] first = new int[events.size() + 1];
        steps(left, (from, to) -> first[from + 1]++);
        for (int i = 1; i < first.length; i++) {
            first[i] += first[i - 1];
        }
        int[] followers = new int[first[events.size()]];
        int[] waitsFor = new int[events.size()];
        int[] filled = first.clone();
        steps(left, (from, to) -> {
            followers[filled[from]++] = to;
            waitsFor[to]++;
        });
        int[] ready = new int[events.size()];
        int placed = 0;
        for (int i = 0; i < waitsFor.length; i++) {
            if (waitsFor[i] == 0) {
                ready[placed++] = i;
            }
        }
        for (int next = 0; next < placed; next++) {
            for (int i = first[ready[next]]; i < first[ready[next] + 1]; i++) {
                if (--waitsFor[followers[i]] == 0) {
                    ready[placed++] = followers[i];
                }
            }
        }
        if (placed != events.size()) {
            List<Object> circle = new ArrayList<>();
            for (int i = 0; i < waitsFor.length && circle.size() < 20; i++) {
                if (waitsFor[i] > 0) {
                    circle.add(events.get(i));
                }
            }
            violated("no order fits all traces; it fails among " + circle);
        }
    }

    private interface Step {
        void take(int from, int to);
    }

    private void steps(boolean[] left, Step step) {
        for (Trace trace : traces) {
            int before = -1;
            for (int i = 0; i < trace.size; i++) {
                int event = trace.seen[i];
                if (!left[event]) {
                    if (before >= 0) {
                        step.take(before, event);
                    }
                    before = event;
                }
            }
        }
    }
}
