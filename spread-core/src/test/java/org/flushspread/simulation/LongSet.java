package org.flushspread.simulation;

import java.util.Arrays;

/** Numbers other than 0, in an open table: a run remembers every message of every client. */
final class LongSet {
    private long[] slots = new long[64];
    private int size;

    /** False if it was there. */
    boolean add(long number) {
        if (number == 0) {
            throw new IllegalArgumentException("0 marks a free slot");
        }
        if (2 * size >= slots.length) {
            long[] old = slots;
            slots = new long[2 * old.length];
            Arrays.stream(old).filter(each -> each != 0).forEach(each -> slots[slot(each)] = each);
        }
        int slot = slot(number);
        if (slots[slot] == number) {
            return false;
        }
        slots[slot] = number;
        size++;
        return true;
    }

    boolean contains(long number) {
        return slots[slot(number)] == number;
    }

    private int slot(long number) {
        int mask = slots.length - 1;
        int slot = (int) (number * 0x9e3779b97f4a7c15L >>> 40) & mask;
        while (slots[slot] != 0 && slots[slot] != number) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
