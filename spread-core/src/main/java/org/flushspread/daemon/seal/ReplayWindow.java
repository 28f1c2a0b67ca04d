package org.flushspread.daemon.seal;

/** Which of the latest counters of one start were had (security 2.4): a bit each, in a circle. */
final class ReplayWindow {
    /** A sender counts what it sends to anybody; so many may lie between two that come to me the wrong way round. */
    static final int SIZE = 1 << 16;

    private final long[] bits = new long[SIZE / Long.SIZE];
    private long highest = -1;

    boolean isTooOld(long counter) {
        return counter < 0 || counter <= highest - SIZE;
    }

    /** Only for what is not too old. */
    boolean isKnown(long counter) {
        return counter <= highest && (bits[word(counter)] & bit(counter)) != 0;
    }

    /** Notes one that is neither too old nor known. */
    void add(long counter) {
        if (counter > highest) {
            forget(highest + 1, counter);
            highest = counter;
        }
        bits[word(counter)] |= bit(counter);
    }

    private void forget(long from, long to) {
        if (to - from >= SIZE) {
            java.util.Arrays.fill(bits, 0);
            return;
        }
        for (long each = from; each <= to; each++) {
            if (each % Long.SIZE == 0 && to - each >= Long.SIZE - 1) {
                bits[word(each)] = 0;
                each += Long.SIZE - 1;
            } else {
                bits[word(each)] &= ~bit(each);
            }
        }
    }

    private static int word(long counter) {
        return (int) (counter / Long.SIZE) & (SIZE / Long.SIZE - 1);
    }

    private static long bit(long counter) {
        return 1L << counter;
    }
}
