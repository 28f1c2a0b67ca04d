package org.flushspread.wire;

import java.util.List;

/**
 * What a FORM token says about one old ring (membership-protocol 2.11).
 *
 * @param id the old ring; {@code (self, -1)} of a daemon that never had one
 * @param transTime time part of the transitional membership id for those who come from this ring, 0 while unset
 * @param aru the highest sequence number known to be held by all its members
 * @param highestSequence the highest one any visited member knows
 * @param holes sequence numbers in (aru, highestSequence] that no visited member holds, ascending, at most 1600
 * @param numTrans how many of {@code procs} were visited in this FORM
 * @param procs the visited members in visiting order, then the rest of the obligation set
 */
public record RingInfo(
        MembershipId id,
        int transTime,
        int aru,
        int highestSequence,
        List<Integer> holes,
        int numTrans,
        List<Integer> procs) {
    public static final int MAX_HOLES = 1600;

    public RingInfo {
        holes = List.copyOf(holes);
        procs = List.copyOf(procs);
    }

    /** The members that come along, in visiting order. */
    public List<Integer> trans() {
        return procs.subList(0, numTrans);
    }

    public RingInfo withTransTime(int time) {
        return new RingInfo(id, time, aru, highestSequence, holes, numTrans, procs);
    }
}
