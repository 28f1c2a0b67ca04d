package org.flushspread.kernel.recovery;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.Consumer;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.RingInfo;

/** One attempt to bring the members of an old ring to the same state before a new ring starts: state EVS (membership-protocol 7). */
public final class Recovery {
    /** More token rounds than these mean that the attempt cannot succeed (7.1). */
    public static final int MAX_ROUNDS = 500;

    private final DaemonMembership future;
    private final RingInfo oldRing;
    private final int fence;
    private boolean complete;

    /**
     * @param future the membership to be installed
     * @param oldRing what FORM2 says about the ring this daemon comes from
     * @param fence no sequence number of any old ring is as high
     */
    public Recovery(DaemonMembership future, RingInfo oldRing, int fence) {
        this.future = future;
        this.oldRing = oldRing;
        this.fence = fence;
    }

    public DaemonMembership future() {
        return future;
    }

    /** The aru value that says: nothing of any old ring is missing here. */
    public int fence() {
        return fence;
    }

    /** True once this daemon has everything of its old ring that can be had. */
    public boolean isComplete() {
        return complete;
    }

    /** Everything is here: from now on this daemon is bound to deliver the messages of the {@link #obligationSet}. */
    public void complete() {
        if (complete) {
            throw new InvariantViolation(
                    "membership-protocol 7.1: an attempt becomes complete once", future.toString());
        }
        complete = true;
    }

    /** The daemons whose messages must be delivered even behind a hole, the transitional members first. */
    public List<Integer> obligationSet() {
        return oldRing.procs();
    }

    /**
     * The last messages of the old ring, around the transitional signal (7.2 steps 1 to 3).
     *
     * @param members the configured daemons, in configuration order
     * @param signal told the transitional membership, once, at its place
     */
    public void deliver(OldRing ring, List<Daemon> members, Consumer<DaemonMembership> signal) {
        int sequence = ring.lastDiscarded() + 1;
        int highest = ring.highest();
        while (sequence <= highest && ring.isHeld(sequence) && !ring.isWaitingSafe(sequence)) {
            ring.deliver(sequence++);
        }
        signal.accept(transitional(members));
        boolean hole = false;
        for (; sequence <= highest; sequence++) {
            boolean held = ring.isHeld(sequence);
            hole |= !held;
            if (held && (!hole || oldRing.procs().contains(ring.originator(sequence)))) {
                ring.deliver(sequence);
            } else {
                ring.discard(sequence);
            }
        }
        if (ring.highest() != highest) {
            throw new InvariantViolation(
                    "membership-protocol 7.2: nothing is added to an old ring while it is left",
                    ring.highest() + " instead of " + highest);
        }
    }

    /** Those who come along from the old ring, in configuration order; the first of them names the id. */
    private DaemonMembership transitional(List<Daemon> configured) {
        List<Integer> trans = oldRing.trans();
        ImmutableList<Daemon> members =
                configured.stream().filter(each -> trans.contains(each.id())).collect(ImmutableList.toImmutableList());
        return new DaemonMembership(new MembershipId(members.get(0).id(), oldRing.transTime()), members);
    }
}
