package org.flushspread.kernel.session;

/** What all clients together may take of one thing: memory in one direction, or places for messages that wait for them. */
final class Budget {
    private final long most;
    private long used;

    Budget(long most) {
        this.most = most;
    }

    /** More is used, or less. */
    void add(long more) {
        used += more;
    }

    long most() {
        return most;
    }

    /** True from this part of all on. */
    boolean isAbove(int part) {
        return used * part >= most;
    }

    boolean isExceeded() {
        return used > most;
    }

    long used() {
        return used;
    }
}
