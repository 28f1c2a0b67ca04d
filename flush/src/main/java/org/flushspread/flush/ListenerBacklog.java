package org.flushspread.flush;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Events that wait for a listener, and how many that are. Changed under the lock of its {@link ListenerQueue}; the marks can be read by all. */
final class ListenerBacklog {
    /** Events from where on reading waits, if nobody else suffers from that. */
    static final int CAPACITY = 10_000;
    /** Their bytes. */
    static final long CAPACITY_BYTES = 64L << 20;
    /** Events at the most. */
    static final int LIMIT = 100_000;
    /** Their bytes. */
    static final long LIMIT_BYTES = 128L << 20;

    private final ArrayDeque<FlushEvent> events = new ArrayDeque<>();
    private long bytes;
    private volatile boolean full;
    private volatile boolean overfull;

    /** True if those who bring events should rather wait. */
    boolean isFull() {
        return full;
    }

    /** True if nothing more may be kept. */
    boolean isOverfull() {
        return overfull;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    void add(FlushEvent event) {
        events.add(event);
        bytes += Backlog.bytes(event);
        mark();
    }

    @Nullable
    FlushEvent poll() {
        FlushEvent event = events.poll();
        if (event != null) {
            bytes -= Backlog.bytes(event);
            mark();
        }
        return event;
    }

    void clear() {
        events.clear();
        bytes = 0;
        mark();
    }

    private void mark() {
        full = events.size() >= CAPACITY || bytes >= CAPACITY_BYTES;
        overfull = events.size() >= LIMIT || bytes >= LIMIT_BYTES;
    }
}
