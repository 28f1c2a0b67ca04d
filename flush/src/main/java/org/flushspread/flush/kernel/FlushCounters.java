package org.flushspread.flush.kernel;

/** The figures of one connection's flush layer. Written under the dispatcher's lock; a metrics thread may read them racily. */
public final class FlushCounters {
    private final long[] refused = new long[FlushReason.values().length];

    public long viewsInstalled;
    public long changesCollapsed;
    public long flushOksSent;
    public long flushOksReceived;
    public long flushRecvsSent;
    public long consentsRepeated;
    public long membersExcluded;
    public long rollCalls;
    public long messagesDelivered;
    public long messagesPostponed;
    public long messagesWrapped;

    void count(FlushReason why) {
        refused[why.ordinal()]++;
    }

    /** How often something was ignored, dropped or given up for this reason. */
    public long refused(FlushReason why) {
        return refused[why.ordinal()];
    }
}
