package org.flushspread.simulation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import org.flushspread.kernel.base.TraceLine;
import org.jspecify.annotations.Nullable;

/** Virtual time, the queue of what happens next, and the fingerprint of what has happened. */
public final class World {
    /** Wall clock of the world's start, seconds. */
    public static final int EPOCH = 1_700_000_000;

    /** Monotonic time of the start, nanoseconds. */
    public static final long BEGINNING = 1_000_000_000L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Agenda agenda = new Agenda();
    private final @Nullable Appendable log;
    private long now = BEGINNING;
    private @Nullable Spectator spectator;
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
        agenda.add(Math.max(now, time), what);
    }

    /** Runs everything that happens in the next {@code nanos}. */
    public void run(long nanos) {
        long end = now + nanos;
        while (agenda.isDueBy(end)) {
            now = agenda.firstTime();
            steps++;
            agenda.takeFirst().run();
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

    /** A hash of bytes that is the same on every JDK and machine. Long ones go in four lanes, none of which waits for another. */
    public static long digest(byte[] bytes, int from, int length) {
        long hash = length;
        int at = from;
        int end = from + length;
        if (length >= 64) {
            long second = 1;
            long third = 2;
            long fourth = 3;
            for (; at + 32 <= end; at += 32) {
                hash = stirred(hash, (long) LONGS.get(bytes, at));
                second = stirred(second, (long) LONGS.get(bytes, at + 8));
                third = stirred(third, (long) LONGS.get(bytes, at + 16));
                fourth = stirred(fourth, (long) LONGS.get(bytes, at + 24));
            }
            hash = stirred(stirred(stirred(hash, second), third), fourth);
        }
        for (; at + 8 <= end; at += 8) {
            hash = stirred(hash, (long) LONGS.get(bytes, at));
        }
        for (; at < end; at++) {
            hash = hash * 31 + bytes[at];
        }
        return hash;
    }

    private static long stirred(long hash, long with) {
        long product = (hash ^ with) * 0x9e3779b97f4a7c15L;
        return product ^ product >>> 32;
    }

    /** The hash of the whole trace so far: equal for equal seeds on every JDK. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Lets somebody see all that happens from here on. */
    void spectate(Spectator by) {
        spectator = by;
    }

    /** Who sees what happens, or null. */
    @Nullable
    Spectator spectator() {
        return spectator;
    }

    /** When the next thing happens; {@link Long#MAX_VALUE} if nothing does. */
    public long next() {
        return agenda.isDueBy(Long.MAX_VALUE) ? agenda.firstTime() : Long.MAX_VALUE;
    }

    /** Writes what somebody changes as a line of the event log. */
    void change(Supplier<String> line) {
        log(line);
        if (spectator != null) {
            spectator.changed(line.get());
        }
    }

    public boolean logging() {
        return log != null;
    }

    /** Writes a line of the event log; the text is made only if there is one. */
    public void log(Supplier<String> line) {
        if (log != null) {
            try {
                log.append(TraceLine.at(seconds(), line.get()));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
