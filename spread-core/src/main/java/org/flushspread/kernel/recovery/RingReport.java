package org.flushspread.kernel.recovery;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.RingInfo;

/**
 * What a daemon says in FORM1 about the ring it comes from (membership-protocol 6.2 step 4, 6.3 step 5).
 *
 * <p>A C daemon refuses more than 1600 holes. If there are more, the report ends at the last sequence number before the 1601st, and everybody
 * gives up what lies above. That keeps the promises of section 12 except self delivery (P11). Sound windows never lead to so many holes.
 */
public final class RingReport {
    private RingReport() {}

    /** The first report of a ring. */
    public static RingInfo describe(MembershipId id, OldRing ring, int self, List<Integer> commitSet) {
        ArrayList<Integer> holes = new ArrayList<>();
        int highest = findHoles(ring, ring.myAru(), ring.highest(), holes);
        LinkedHashSet<Integer> procs = new LinkedHashSet<>();
        procs.add(self);
        procs.addAll(commitSet);
        return verified(new RingInfo(id, 0, ring.aru(), highest, holes, 1, ImmutableList.copyOf(procs)));
    }

    /** A further report of a ring that the token lists already. */
    public static RingInfo combine(RingInfo onToken, OldRing ring, int self, List<Integer> commitSet) {
        ArrayList<Integer> holes = new ArrayList<>();
        for (int sequence : onToken.holes()) {
            if (!ring.isHeld(sequence)) {
                holes.add(sequence);
            }
        }
        int highest = findHoles(ring, onToken.highestSequence(), ring.highest(), holes);
        LinkedHashSet<Integer> procs = new LinkedHashSet<>(onToken.trans());
        procs.add(self);
        int numTrans = procs.size();
        procs.addAll(onToken.procs());
        procs.addAll(commitSet);
        return verified(new RingInfo(
                onToken.id(),
                onToken.transTime(),
                Math.max(onToken.aru(), ring.aru()),
                Math.max(onToken.highestSequence(), highest),
                holes,
                numTrans,
                ImmutableList.copyOf(procs)));
    }

    /** C daemons abort on a report that contradicts itself (13.1). */
    private static RingInfo verified(RingInfo report) {
        int before = report.highestSequence() < report.aru() ? Integer.MAX_VALUE : report.aru();
        for (int hole : report.holes()) {
            before = hole > before && hole <= report.highestSequence() ? hole : Integer.MAX_VALUE;
        }
        if (before == Integer.MAX_VALUE) {
            throw new InvariantViolation(
                    "membership-protocol 13.1: holes rise from above the aru up to the highest", report.toString());
        }
        return report;
    }

    /** Adds what is missing in (from, to] to {@code holes} and returns where the report ends. */
    private static int findHoles(OldRing ring, int from, int to, List<Integer> holes) {
        for (int sequence = Math.max(from, ring.lastDiscarded()) + 1; sequence <= to; sequence++) {
            if (!ring.isHeld(sequence)) {
                if (holes.size() >= RingInfo.MAX_HOLES) {
                    return sequence - 1;
                }
                holes.add(sequence);
            }
        }
        return to;
    }
}
