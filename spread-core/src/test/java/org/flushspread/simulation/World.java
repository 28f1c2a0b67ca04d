package org.flushspread.simulation;

import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Virtual time, the queue of what happens next, and the fingerprint of what has happened. */
public final class World {
    /** Wall clock of the world's start, seconds. */
    public static final int EPOCH = 1_700_000_000;

    private record Happening(long at, long order, Runnable what) implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Happening> queue = new PriorityQueue<>();
    private final @Nullable Appendable log;
    private long now = 1_000_000_000L;
    private long order;
    private long fingerprint = 0xcbf29ce484222325L;
    private long steps;

    /** @param log where each event is written as a line, or null */
    public World(@Nullable Appendable log) {
        this.log = log;
    }

    /** Monotonic nanoseconds. */
    public long now() {
        return now;
    }

    /** Seconds since the world began. */
    public double seconds() {
        return (now - 1_000_000_000L) / 1e9;
    }

    public long steps() {
        return steps;
    }

    /** Runs {@code what} after {@code delay} nanoseconds; what is scheduled for one moment runs in order of scheduling. */
    public void after(long delay, Runnable what) {
        at(now + Math.max(0, delay), what);
    }

    public void at(long time, Runnable what) {
        queue.add(new Happening(Math.max(now, time), order++, what));
    }

    /** Runs everything that happens in the next {@code nanos}. */
    public void run(long nanos) {
        long end = now + nanos;
        for (Happening next = queue.peek(); next != null && next.at <= end; next = queue.peek()) {
            queue.poll();
            now = next.at;
            steps++;
            next.what.run();
        }
        now = end;
    }

    /** Mixes something that happened into the trace hash. */
    public void mix(long what) {
        fingerprint = (fingerprint ^ what) * 0x100000001b3L;
        fingerprint ^= fingerprint >>> 29;
    }

    public void mix(byte[] bytes) {
        long hash = bytes.length;
        for (byte each : bytes) {
            hash = hash * 31 + each;
        }
        mix(hash);
    }

    /** The hash of the whole trace so far: equal for equal seeds on every JDK. */
    public long fingerprint() {
        return fingerprint;
    }

    public boolean logging() {
        return log != null;
    }

    /** Writes a line of the event log; the text is made only if there is one. */
    public void log(Supplier<String> line) {
        if (log != null) {
            try {
                log.append(String.format("%12.6f  %s%n", seconds(), line.get()));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
