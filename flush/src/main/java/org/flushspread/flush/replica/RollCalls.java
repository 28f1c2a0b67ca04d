package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notices that nothing goes on inside a view because others are silent, and says when to call the roll (exclusion R2, R3). */
public final class RollCalls {
    private final Replica replica;
    private final long patience;
    private List<String> awaited = List.of();
    private long steps;
    private long views;
    private long since;
    private List<String> silentBefore = List.of();
    private long silentIn;

    /** @param patienceNanos how long others may be silent */
    public RollCalls(Replica replica, long patienceNanos) {
        this.replica = replica;
        this.patience = patienceNanos;
    }

    /**
     * Time has passed.
     *
     * @return null for nothing to do; else the roll is to be called without these, who belong to another program
     */
    public @Nullable List<String> due(long nowNanos) {
        List<String> now = replica.awaited();
        if (now.isEmpty() || !now.equals(awaited) || replica.steps() != steps || replica.views() != views) {
            awaited = now;
            steps = replica.steps();
            views = replica.views();
            since = nowNanos;
        }
        if (now.isEmpty() || nowNanos - since < patience) {
            return null;
        }
        since = nowNanos;
        List<String> silent = replica.silentMembers();
        List<String> strange = new ArrayList<>(silent);
        if (views > silentIn) {
            strange.retainAll(silentBefore);
        } else {
            strange.clear();
        }
        silentBefore = silent;
        silentIn = views;
        return strange;
    }
}
