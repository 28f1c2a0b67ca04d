package org.flushspread.flush.replica;

import java.util.List;

/**
 * When all is healed and enough of those who remember are there, all members are primary, with equal states. How many runs ended so is
 * counted.
 */
final class HealedMembersGoOn implements Observer {
    private final OnePrimary primaries;
    boolean healthy;

    HealedMembersGoOn(OnePrimary primaries) {
        this.primaries = primaries;
    }

    @Override
    public void end(List<Member> members) {
        if (!mustGoOn(members)) {
            return;
        }
        healthy = true;
        Member first = members.get(0);
        for (Member member : members) {
            if (!member.isPrimary()
                    || !member.replica.version().equals(first.replica.version())
                    || !member.history.equals(first.history)) {
                throw new Violation(
                        "HealedMembersGoOn",
                        member + " is " + member.replica.role() + " with " + member.replica.version() + ", " + first
                                + " is " + first.replica.role() + " with " + first.replica.version() + "; silent "
                                + member.replica.silentMembers() + ", lacking " + member.replica.catchingUp()
                                + ", attempts "
                                + member.replica.attempts() + ", last " + member.replica.lastPrimary());
            }
        }
    }

    /** Judged from what was formed in truth and what the members remember, not by the replicas' own decision. */
    private boolean mustGoOn(List<Member> members) {
        List<MemberId> present = members.stream().map(member -> member.id).toList();
        Lineage lineage = Lineage.NONE;
        for (Member member : members) {
            Lineage own = member.replica.lineage();
            if (!own.equals(Lineage.NONE)) {
                if (!lineage.equals(Lineage.NONE) && !lineage.equals(own)) {
                    return false; // so many disks were lost that a second history was founded
                }
                lineage = own;
            }
        }
        for (Member member : members) {
            if (2 * members.size() <= member.meant()) {
                return false;
            }
        }
        Primary newest = primaries.newest(lineage);
        if (newest.number() == 0) {
            return false;
        }
        if (!holds(newest, members, present)) {
            return false;
        }
        Primary known = Primary.NONE;
        for (Member member : members) {
            Primary last = member.replica.lastPrimary();
            known = last.lineage().equals(lineage) && last.number() > known.number() ? last : known;
        }
        if (known.number() > 0 && !holds(known, members, present)) {
            return false;
        }
        for (Member member : members) {
            for (Primary attempt : member.replica.attempts()) {
                boolean later =
                        attempt.number() > known.number() && attempt.lineage().equals(lineage);
                if (later && !holds(attempt, members, present)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean holds(Primary primary, List<Member> members, List<MemberId> present) {
        if (present.containsAll(primary.members())) {
            return true;
        }
        boolean attached = false;
        for (Member member : members) {
            attached |= primary.members().contains(member.id) && !member.everDisconnected;
        }
        return attached && OnePrimary.majority(primary, present);
    }
}
