package org.flushspread.flush.replica;

/** Counts every reason, and tells people what they should know. */
final class Reports {
    private final ReplicaOutput output;
    private final long[] counts = new long[ReplicaReason.values().length];

    Reports(ReplicaOutput output) {
        this.output = output;
    }

    void count(ReplicaReason reason) {
        counts[reason.ordinal()]++;
    }

    void report(ReplicaReason reason, String text) {
        count(reason);
        output.report(reason, text);
    }

    long countOf(ReplicaReason reason) {
        return counts[reason.ordinal()];
    }
}
