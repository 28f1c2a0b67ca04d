package org.flushspread.flush.replica;

/** Tickets in order, each with a number; grows, never shrinks. */
final class TicketQueue {
    private long[] tickets = new long[64];
    private long[] numbers = new long[64];
    private int head;
    private int size;

    void add(long ticket, long number) {
        if (size == tickets.length) {
            grow();
        }
        int at = head + size & tickets.length - 1;
        tickets[at] = ticket;
        numbers[at] = number;
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The number of the first one. */
    long firstNumber() {
        return numbers[head];
    }

    /** Takes the first one out. */
    long remove() {
        long ticket = tickets[head];
        head = head + 1 & tickets.length - 1;
        size--;
        return ticket;
    }

    private void grow() {
        long[] moreTickets = new long[2 * size];
        long[] moreNumbers = new long[2 * size];
        for (int i = 0; i < size; i++) {
            int at = head + i & tickets.length - 1;
            moreTickets[i] = tickets[at];
            moreNumbers[i] = numbers[at];
        }
        tickets = moreTickets;
        numbers = moreNumbers;
        head = 0;
    }
}
