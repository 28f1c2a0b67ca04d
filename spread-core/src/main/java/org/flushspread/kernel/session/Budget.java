package org.flushspread.kernel.session;

/** The memory that all clients together may take in one direction. */
final class Budget {
    private final long most;
    private long used;

    Budget(long most) {
        this.most = most;
    }

    /** More memory is used, or less. */
    void add(long bytes) {
        used += bytes;
    }

    long most() {
        return most;
    }

    boolean isExceeded() {
        return used > most;
    }

    long used() {
        return used;
    }
}
