package org.flushspread.simulation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Virtual time, the queue of what happens next, and the fingerprint of what has happened. */
public final class World {
    /** Wall clock of the world's start, seconds. */
    public static final int EPOCH = 1_700_000_000;

    private static final long BEGINNING = 1_000_000_000L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // A binary heap in three arrays, ordered by time and then by order of scheduling: this queue is the world's hottest
    // place.
    private long[] times = new long[256];
    private long[] orders = new long[256];
    private Runnable[] happenings = new Runnable[256];
    private int size;

    private final @Nullable Appendable log;
    private long now = BEGINNING;
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
        return (now - BEGINNING) / 1e9;
    }

    public long steps() {
        return steps;
    }

    /** Runs {@code what} after {@code delay} nanoseconds; what is scheduled for one moment runs in order of scheduling. */
    public void after(long delay, Runnable what) {
        at(now + Math.max(0, delay), what);
    }

    public void at(long time, Runnable what) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            happenings = Arrays.copyOf(happenings, 2 * size);
        }
        long due = Math.max(now, time);
        int at = size++;
        // What is new has the highest order, so only the time decides on the way up.
        while (at > 0 && times[(at - 1) >>> 1] > due) {
            int parent = (at - 1) >>> 1;
            move(parent, at);
            at = parent;
        }
        times[at] = due;
        orders[at] = order++;
        happenings[at] = what;
    }

    private void move(int from, int to) {
        times[to] = times[from];
        orders[to] = orders[from];
        happenings[to] = happenings[from];
    }

    private boolean isBefore(int one, long time, long itsOrder) {
        return times[one] != time ? times[one] < time : orders[one] < itsOrder;
    }

    private void removeFirst() {
        int last = --size;
        long time = times[last];
        long itsOrder = orders[last];
        int at = 0;
        for (int child = 1; child < last; child = 2 * at + 1) {
            if (child + 1 < last && isBefore(child + 1, times[child], orders[child])) {
                child++;
            }
            if (!isBefore(child, time, itsOrder)) {
                break;
            }
            move(child, at);
            at = child;
        }
        move(last, at);
        happenings[last] = NOTHING;
    }

    private static final Runnable NOTHING = () -> {};

    /** Runs everything that happens in the next {@code nanos}. */
    public void run(long nanos) {
        long end = now + nanos;
        while (size > 0 && times[0] <= end) {
            now = times[0];
            Runnable next = happenings[0];
            removeFirst();
            steps++;
            next.run();
        }
        now = end;
    }

    /** Mixes something that happened into the trace hash. */
    public void mix(long what) {
        fingerprint = (fingerprint ^ what) * 0x100000001b3L;
        fingerprint ^= fingerprint >>> 29;
    }

    /** Mixes bytes; of long ones the head. */
    public void mix(byte[] bytes) {
        mix(bytes.length);
        mix(digest(bytes, 0, Math.min(bytes.length, 256)));
    }

    /** A hash of bytes that is the same on every JDK and machine. */
    public static long digest(byte[] bytes, int from, int length) {
        long hash = length;
        int at = from;
        int end = from + length;
        for (; at + 8 <= end; at += 8) {
            hash = (hash ^ (long) LONGS.get(bytes, at)) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        for (; at < end; at++) {
            hash = hash * 31 + bytes[at];
        }
        return hash;
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
