package org.flushspread.client;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Events that were received and not given out yet, counted in number and in bytes of memory. Whoever adds looks at the bounds first. */
final class EventQueue {
    private static final long OVERHEAD = 64;

    private final ConcurrentLinkedDeque<SpreadEvent> events = new ConcurrentLinkedDeque<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** True if there are so many events or so many bytes already. */
    boolean isFull(int maxEvents, long maxBytes) {
        return count.get() >= maxEvents || bytes.get() >= maxBytes;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    int size() {
        return count.get();
    }

    void add(SpreadEvent event) {
        events.addLast(event);
        changed(event, 1);
    }

    /** Takes back what was added last. */
    void removeLast() {
        removed(events.pollLast());
    }

    /** The oldest, or null. */
    @Nullable
    SpreadEvent poll() {
        return removed(events.pollFirst());
    }

    /** Moves everything before what the other one has. */
    void moveBefore(EventQueue other) {
        SpreadEvent event;
        while ((event = removed(events.pollLast())) != null) {
            other.events.addFirst(event);
            other.changed(event, 1);
        }
    }

    private @Nullable SpreadEvent removed(@Nullable SpreadEvent event) {
        if (event != null) {
            changed(event, -1);
        }
        return event;
    }

    private void changed(SpreadEvent event, int sign) {
        count.addAndGet(sign);
        bytes.addAndGet(sign * bytes(event));
    }

    private static long bytes(SpreadEvent event) {
        if (event instanceof DataMessage message) {
            return OVERHEAD + message.length();
        }
        if (event instanceof Reject reject) {
            return OVERHEAD + reject.body().remaining();
        }
        // Members stand in the list, and once more in the sets of a view.
        return event instanceof View view ? OVERHEAD * (1 + 2 * view.members().size()) : OVERHEAD;
    }
}
