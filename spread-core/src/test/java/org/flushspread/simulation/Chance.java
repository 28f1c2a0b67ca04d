package org.flushspread.simulation;

/** A seeded random stream (SplitMix64) whose draws are the same on every JDK. */
public final class Chance {
    private long state;

    public Chance(long seed) {
        state = seed;
    }

    /** A stream of its own for one part of the world, so that one part does not shift another's luck. */
    public static Chance stream(long seed, long part) {
        Chance mixed = new Chance(seed * 0x9e3779b97f4a7c15L + part * 0xd1b54a32d192ed03L);
        return new Chance(mixed.nextLong());
    }

    public long nextLong() {
        state += 0x9e3779b97f4a7c15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** 0..bound-1. */
    public long nextLong(long bound) {
        return Math.floorMod(nextLong(), bound);
    }

    /** 0..bound-1. */
    public int nextInt(int bound) {
        return (int) Math.floorMod(nextLong() >>> 16, (long) bound);
    }

    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    /** True with this probability. */
    public boolean happens(double probability) {
        return probability > 0 && (nextLong() >>> 11) * 0x1.0p-53 < probability;
    }

    /** One of the values. */
    public double pick(double... values) {
        return values[nextInt(values.length)];
    }

    /** One of the values. */
    public long pickLong(long... values) {
        return values[nextInt(values.length)];
    }

    /** A delay around {@code mean}, never more than four times it. */
    public long around(long mean) {
        long sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += nextLong(mean + 1);
        }
        return sum / 2;
    }
}
