package org.flushspread.flush.torture;

import org.flushspread.flush.linearizability.Operation;

/**
 * One operation of a client, in nanoseconds since the round began.
 *
 * @param ended {@link Operation#NEVER} if nobody knows what became of it
 * @param found what the cell was, read or replaced; says nothing where it did not end, and after a write
 */
record Act(int client, String member, long begun, long ended, Asked asked, long found) {
    /** What it does to a cell. */
    enum Kind {
        WRITE,
        READ,
        CHANGE
    }

    /**
     * What was asked for.
     *
     * @param old for a change alone
     * @param value to be written
     */
    record Asked(Kind kind, long key, long old, long value) {
        /** As a member process is asked. */
        String line() {
            return switch (kind) {
                case WRITE -> "w " + key + " " + value;
                case READ -> "r " + key;
                case CHANGE -> "c " + key + " " + old + " " + value;
            };
        }
    }

    boolean isKnown() {
        return ended != Operation.NEVER;
    }

    Operation<Asked, Long> operation() {
        return new Operation<>(begun, ended, asked, found);
    }

    @Override
    public String toString() {
        return client + "\t" + member + "\t" + begun + "\t" + (isKnown() ? ended : "?") + "\t" + asked.line() + "\t"
                + (isKnown() ? found : "?");
    }
}
