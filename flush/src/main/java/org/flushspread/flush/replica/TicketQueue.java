package org.flushspread.flush.replica;

import org.flushspread.kernel.base.InvariantViolation;

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

    /**
     * Copies the tickets behind those that are there, and tests their numbers.
     *
     * @param most above which no number is
     * @param rule what it means that they rise up to that
     * @return the place behind the last one
     */
    int copy(long[] into, int from, long most, String rule) {
        long before = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            int at = head + i & tickets.length - 1;
            into[from + i] = tickets[at];
            if (numbers[at] <= before || numbers[at] > most) {
                throw new InvariantViolation(
                        "replica-protocol R10: a command " + rule,
                        "number " + numbers[at] + " comes behind " + before + ", the greatest is " + most);
            }
            before = numbers[at];
        }
        return from + size;
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
