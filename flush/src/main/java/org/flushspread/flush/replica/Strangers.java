package org.flushspread.flush.replica;

import java.util.List;

/** Tells people about members of a view that do not fit in: of another program, another setting, another history. */
final class Strangers {
    private final ReplicaContext context;
    private final List<String> members;
    private final boolean[] told;

    Strangers(ReplicaContext context, List<String> members) {
        this.context = context;
        this.members = members;
        this.told = new boolean[members.size()];
    }

    /** Something that is no message of this protocol; told once for each sender. */
    void sentNonsense(int who, ReplicaReason reason) {
        context.reports.count(reason);
        if (!told[who]) {
            told[who] = true;
            String what = reason == ReplicaReason.OTHER_PROTOCOL_VERSION
                    ? " speaks another version of the replicated state machine protocol"
                    : " sends messages that are not of the replicated state machine protocol";
            context.output.report(reason, members.get(who) + what + "; let it leave the group");
        }
    }

    /** Members that were started with other settings than this one, or that are too many. */
    void compare(List<ReplicaMessage.State> all) {
        count(all);
        ReplicaSettings settings = context.settings;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).observer() || settings.observer()) {
                continue; // with it nothing is decided or promised (R36)
            }
            // Where the history itself says how many there are, it does not matter what they were started with.
            boolean asStarted = all.get(i).charter().members() == Charter.AS_STARTED;
            if (asStarted && all.get(i).quorumMembers() != settings.quorum().members()) {
                context.reports.report(
                        ReplicaReason.OTHER_QUORUM,
                        members.get(i) + " was told that the group has "
                                + all.get(i).quorumMembers() + " members, this one "
                                + settings.quorum().members() + "; give all the same quorum");
            }
            if (all.get(i).durable() != settings.durable()) {
                context.reports.report(
                        ReplicaReason.MIXED_STORES,
                        members.get(i) + (settings.durable() ? " has no" : " has a")
                                + " durable store, this member has" + (settings.durable() ? " one" : " none")
                                + "; only what all promise is promised");
            }
        }
    }

    /** With more than n members, n / 2 and more can found a history on each side of a cut (R5). */
    private void count(List<ReplicaMessage.State> all) {
        int meant = 0;
        int votes = 0;
        for (ReplicaMessage.State each : all) {
            if (!each.observer()) {
                int members = each.charter().members();
                meant = Math.max(meant, members == Charter.AS_STARTED ? each.quorumMembers() : members);
                votes++;
            }
        }
        if (meant > 0 && votes > meant) {
            context.reports.report(
                    ReplicaReason.TOO_MANY_MEMBERS,
                    "the group has " + votes + " members with a vote, and a quorum made for " + meant
                            + "; parted, two sides could each go on. Stop those that are too many, join them as observers, or change the"
                            + " quorum (ReplicatedStateMachine.changeQuorum)");
        }
    }

    /** Members that take no part in what was decided (R3). */
    void leftOut(Decision now) {
        for (int i = 0; i < members.size(); i++) {
            if (now.isDuplicate(i)) {
                context.reports.report(
                        ReplicaReason.DUPLICATE_MEMBER,
                        members.get(i) + " says that it is " + now.id(i)
                                + ", as another member does: its store was copied; it takes no part");
            } else if (now.isRetired(i)) {
                context.reports.report(
                        ReplicaReason.RETIRED,
                        members.get(i) + " is " + now.id(i)
                                + ", which was replaced for ever; it takes no part. Clear its store to let it join as a new"
                                + " member");
            } else if (!now.takesPart(i) && !now.lineage.equals(Lineage.NONE)) {
                context.reports.report(
                        ReplicaReason.OTHER_LINEAGE,
                        members.get(i) + " belongs to another history than " + now.lineage
                                + ", founded apart from it; it takes no part until its store is cleared");
            }
        }
    }
}
