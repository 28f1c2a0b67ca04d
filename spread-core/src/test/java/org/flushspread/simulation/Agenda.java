package org.flushspread.simulation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What happens next: a queue ordered by time, and for one time by order of adding. It is the world's hottest place, so it is a heap of plain
 * numbers in which each entry has four children; what happens stays where it was put.
 */
final class Agenda {
    /** An entry names its place in {@link #happenings} by the lower bits, and the order of adding by those above. */
    private static final int PLACE_BITS = 22;

    private static final long PLACE = (1L << PLACE_BITS) - 1;

    /** By entry of the heap: time, then order and place. */
    private long[] heap = new long[512];

    private @Nullable Runnable[] happenings = new @Nullable Runnable[256];
    /** Free places of {@link #happenings}, from {@link #size} on. */
    private int[] places = new int[256];

    private int size;
    private long added;

    Agenda() {
        freePlacesFrom(0);
    }

    private void freePlacesFrom(int first) {
        for (int i = first; i < places.length; i++) {
            places[i] = i;
        }
    }

    private void grow() {
        if (size > PLACE) {
            throw new IllegalStateException("more than " + size + " things are to happen");
        }
        heap = Arrays.copyOf(heap, 2 * heap.length);
        happenings = Arrays.copyOf(happenings, 2 * size);
        places = Arrays.copyOf(places, 2 * size);
        freePlacesFrom(size);
    }

    void add(long time, Runnable what) {
        if (size == places.length) {
            grow();
        }
        int place = places[size];
        happenings[place] = what;
        int at = size++;
        // What is new comes behind all of its time, so only the time decides on the way up.
        while (at > 0 && heap[2 * parent(at)] > time) {
            move(parent(at), at);
            at = parent(at);
        }
        heap[2 * at] = time;
        heap[2 * at + 1] = added++ << PLACE_BITS | place;
    }

    /** True if something happens at this time or before. */
    boolean isDueBy(long time) {
        return size > 0 && heap[0] <= time;
    }

    /** There must be something. */
    long firstTime() {
        return heap[0];
    }

    /** There must be something. */
    Runnable takeFirst() {
        int place = (int) (heap[1] & PLACE);
        Runnable first = happenings[place];
        happenings[place] = null;
        size--;
        places[size] = place;
        sink(size);
        return first;
    }

    /** Puts the entry {@code last}, which has left the end of the heap, where it belongs from the top down. */
    private void sink(int last) {
        long time = heap[2 * last];
        long order = heap[2 * last + 1];
        int at = 0;
        for (int child = 1; child < size; child = 4 * at + 1) {
            int first = child;
            for (int other = child + 1; other < Math.min(child + 4, size); other++) {
                if (isBefore(other, heap[2 * first], heap[2 * first + 1])) {
                    first = other;
                }
            }
            if (!isBefore(first, time, order)) {
                break;
            }
            move(first, at);
            at = first;
        }
        heap[2 * at] = time;
        heap[2 * at + 1] = order;
    }

    private static int parent(int entry) {
        return (entry - 1) >> 2;
    }

    private void move(int from, int to) {
        heap[2 * to] = heap[2 * from];
        heap[2 * to + 1] = heap[2 * from + 1];
    }

    private boolean isBefore(int entry, long time, long order) {
        return heap[2 * entry] != time ? heap[2 * entry] < time : heap[2 * entry + 1] < order;
    }
}
