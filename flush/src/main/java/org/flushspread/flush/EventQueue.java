package org.flushspread.flush;

import java.util.ArrayDeque;
import java.util.Deque;
import org.flushspread.flush.kernel.GroupEvent;
import org.jspecify.annotations.Nullable;

/** What one message of the daemon made for the application beyond its first event. Guarded by the lock of the automaton. */
final class EventQueue {
    private final Deque<GroupEvent> events = new ArrayDeque<>();
    private long bytes;
    /** Looked at without the lock: a look that comes too early is no loss, since whoever adds something takes the next one. */
    private volatile boolean filled;

    void add(GroupEvent event) {
        events.add(event);
        filled = true;
        bytes += size(event);
    }

    /** Puts an event back in front: it was looked at but not taken. */
    void putBack(GroupEvent event) {
        events.addFirst(event);
        filled = true;
        bytes += size(event);
    }

    @Nullable
    GroupEvent poll() {
        GroupEvent event = events.poll();
        if (event != null) {
            bytes -= size(event);
        }
        filled = !events.isEmpty();
        return event;
    }

    /** Forgets what was added last, but for so many. */
    void keepFirst(int count) {
        while (events.size() > count) {
            bytes -= size(events.removeLast());
        }
    }

    /** May be asked without the lock. */
    boolean isFilled() {
        return filled;
    }

    int size() {
        return events.size();
    }

    /** Bytes of bodies, and 32 for each name. */
    long bytes() {
        return bytes;
    }

    private static long size(GroupEvent event) {
        if (event instanceof GroupEvent.Data data) {
            return data.body().remaining() + 32L * data.groups().size();
        }
        return event instanceof GroupEvent.View view ? 16 + 32L * view.members().size() : 0;
    }
}
