package org.flushspread.flush;

/**
 * How often a state is hashed that takes long: at every second one of the commands behind which it is due, every fourth and so on, so that members
 * meet at the same ones.
 */
final class HashPace {
    /** Hashing the state takes no more than this part of the time. */
    private static final long PART = 50;

    private static final long LONGEST_STRIDE = 1L << 20;

    private long stride = 1;
    private long last = System.nanoTime();

    /** True if it is due behind this command, one of those that are a multiple of {@code every}. */
    boolean isDue(long index, int every) {
        return index / every % stride == 0;
    }

    /** It was hashed, from then until now. */
    void hashed(long begun) {
        long ended = System.nanoTime();
        long took = (ended - begun) * PART;
        if (took > ended - last && stride < LONGEST_STRIDE) {
            stride *= 2;
        } else if (took < (ended - last) / 4 && stride > 1) {
            stride /= 2;
        }
        last = ended;
    }
}
