package org.flushspread.kernel.base;

import java.util.Arrays;

/** The pending deadlines of a kernel. Arming an armed kind replaces it. Times are monotonic nanoseconds and may wrap. */
public final class Deadlines {
    private static final DeadlineKind[] KINDS = DeadlineKind.values();

    private final boolean[] armed = new boolean[KINDS.length];
    private final long[] at = new long[KINDS.length];
    /** A bit for each kind that was armed since the clock was last read. */
    private int fresh;

    public void arm(DeadlineKind kind, long nanos) {
        armed[kind.ordinal()] = true;
        at[kind.ordinal()] = nanos;
        fresh |= 1 << kind.ordinal();
    }

    /** Moves what was armed since {@link #settle}. */
    void postponeNew(long by) {
        for (int i = 0; i < at.length; i++) {
            if ((fresh & 1 << i) != 0) {
                at[i] += by;
            }
        }
    }

    /** The clock is read: what is armed so far stays. */
    void settle() {
        fresh = 0;
    }

    public void cancel(DeadlineKind kind) {
        armed[kind.ordinal()] = false;
    }

    public void cancelAll() {
        Arrays.fill(armed, false);
    }

    public boolean isArmed(DeadlineKind kind) {
        return armed[kind.ordinal()];
    }

    /** True if any deadline is armed. */
    public boolean any() {
        for (boolean each : armed) {
            if (each) {
                return true;
            }
        }
        return false;
    }

    /** The earliest armed deadline; only if {@link #any()}. */
    public long next() {
        int first = first();
        if (first < 0) {
            throw new IllegalStateException("no deadline is armed");
        }
        return at[first];
    }

    /** Takes the earliest deadline that is due at {@code now}, or returns null. */
    public @org.jspecify.annotations.Nullable DeadlineKind takeDue(long now) {
        int first = first();
        if (first < 0 || at[first] - now > 0) {
            return null;
        }
        armed[first] = false;
        return KINDS[first];
    }

    private int first() {
        int first = -1;
        for (int i = 0; i < armed.length; i++) {
            if (armed[i] && (first < 0 || at[i] - at[first] < 0)) {
                first = i;
            }
        }
        return first;
    }
}
