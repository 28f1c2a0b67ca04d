package org.flushspread.simulation.trace;

import java.util.stream.IntStream;

/** Numbers by number, in an open table; each is other than 0. */
public final class LongMap {
    private long[] keys = new long[8];
    /** By slot; 0 marks a free one. */
    private long[] values = new long[8];

    private int size;

    /** The value of a key, or 0. */
    public long get(long key) {
        return values[slot(key)];
    }

    /** The value a key had before, or 0. */
    public long put(long key, long value) {
        if (value == 0) {
            throw new IllegalArgumentException("0 marks a free slot");
        }
        int slot = slot(key);
        long before = values[slot];
        if (before == 0 && 2 * ++size > values.length) {
            grow();
            slot = slot(key);
        }
        keys[slot] = key;
        values[slot] = value;
        return before;
    }

    /** In ascending order. */
    long[] keys() {
        return IntStream.range(0, keys.length)
                .filter(slot -> values[slot] != 0)
                .mapToLong(slot -> keys[slot])
                .sorted()
                .toArray();
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new long[2 * oldValues.length];
        for (int i = 0; i < oldValues.length; i++) {
            if (oldValues[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) (key * 0x9e3779b97f4a7c15L >>> 40) & mask;
        while (values[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
