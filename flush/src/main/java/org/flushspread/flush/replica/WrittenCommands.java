package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.client.Service;
import org.jspecify.annotations.Nullable;

/** How far the members of a view have their commands on disk, as each has said, and the results that wait for it (replica-protocol R11). */
final class WrittenCommands {
    private final ReplicaContext context;
    private final Standing standing;
    private final int me;
    private final long[] indexes;
    /** Under which decision each was said. */
    private final long[] decisions;

    private @Nullable Primary primary;
    private @Nullable Decision decision;
    private long said;
    private boolean onItsWay;

    WrittenCommands(ReplicaContext context, Standing standing, int members, int me) {
        this.context = context;
        this.standing = standing;
        this.me = me;
        this.indexes = new long[members];
        this.decisions = new long[members];
    }

    /** From now on results of this primary wait for disks, if one of its members has one. */
    void formed(Primary by, Decision now) {
        primary = now.anyDurable(by) ? by : null;
        decision = now;
    }

    /** True if results wait for disks. */
    boolean isAwaited() {
        return primary != null;
    }

    /** The log of this member is on disk: that is said, in one message at a time. */
    void endOfTurn() {
        if (primary == null || standing.isTransitional()) {
            return;
        }
        long index = context.log.index();
        indexes[me] = index;
        decisions[me] = standing.of(Scope.DECISION);
        boolean told = context.settings.observer() || index <= said || onItsWay;
        if (!told && standing.maySend()) {
            said = index;
            onItsWay = true;
            context.output.multicast(Service.FIFO, ReplicaCodec.persisted(standing.of(Scope.DECISION), index));
        }
        complete();
    }

    /** FIFO, so it may overtake what the decision it names follows from: the latest of each member is kept until then (R2). */
    void heard(int who, ReplicaMessage.Persisted written, boolean decided) {
        long stands = standing.of(Scope.DECISION);
        if (who == me) {
            onItsWay &= written.under() != stands;
        }
        if (decided && written.under() != stands) {
            context.reports.count(ReplicaReason.OTHER_DECISION);
            return;
        }
        long before = decisions[who] == written.under() ? indexes[who] : 0;
        indexes[who] = Math.max(before, written.index());
        decisions[who] = written.under();
        complete();
    }

    /** Gives out the results that a majority of the primary has written. */
    private void complete() {
        Primary now = primary;
        Decision under = decision;
        if (now == null
                || under == null
                || standing.isTransitional()
                || (!context.outstanding.awaitsDisks() && context.reads.isConfirmed())) {
            return;
        }
        long[] written = new long[now.members().size()];
        int count = 0;
        for (int i = 0; i < indexes.length; i++) {
            if (now.members().contains(under.id(i)) && !under.isDuplicate(i)) {
                written[count++] = decisions[i] == standing.of(Scope.DECISION) ? indexes[i] : 0;
            }
        }
        Arrays.sort(written);
        long most = written[written.length - needed(written.length)];
        context.outstanding.written(most);
        context.reads.confirmed(Math.min(most, context.log.index()));
    }

    /** Members of a primary that must have written a command before its result is given out. */
    private static int needed(int members) {
        return members / 2 + 1;
    }

    /** Members of the primary whose disks are behind the state of this member, while a result waits for that. */
    List<Integer> behind() {
        List<Integer> behind = new ArrayList<>();
        Primary now = primary;
        Decision under = decision;
        if (now != null && under != null && (context.outstanding.awaitsDisks() || context.reads.awaitDisks())) {
            for (int i = 0; i < indexes.length; i++) {
                if (indexes[i] < context.log.index() && now.members().contains(under.id(i))) {
                    behind.add(i);
                }
            }
        }
        return behind;
    }
}
