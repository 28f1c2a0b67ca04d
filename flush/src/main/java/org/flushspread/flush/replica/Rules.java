package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;

/** The decisions that keep a replicated state machine safe, one method each (replica-protocol 4). The tests break them one at a time. */
class Rules {
    /** An attempt whose last vote is delivered after the transition may not be known to all: it is not formed. */
    boolean forms(boolean transitional) {
        return !transitional;
    }

    /** A command delivered after the transition, or outside a formed primary, may be unknown to the next primary. */
    boolean confirms(boolean formed, boolean transitional) {
        return formed && !transitional;
    }

    /** Votes that must be there before an attempt is completed: all, so that no member of it can forget it. */
    int votesNeeded(int members) {
        return members;
    }

    /**
     * A majority of {@code set}, or exactly half with its first member; and somebody who cannot have missed what was confirmed in it:
     * a member that was connected all the time, or all of them together.
     */
    boolean quorate(Primary set, List<ReplicaMessage.State> present) {
        int count = 0;
        boolean attached = false;
        boolean first = false;
        for (ReplicaMessage.State member : present) {
            int at = set.members().indexOf(member.id());
            if (at >= 0) {
                count++;
                attached |= !member.detached();
                first |= at == 0;
            }
        }
        int size = set.members().size();
        boolean majority = 2 * count > size || (2 * count == size && first);
        return majority && (attached || count == size);
    }

    /** An attempt of unknown outcome still counts, unless all who could have formed it are present and none did. */
    boolean resolved(Primary attempt, Primary lastPrimary, List<MemberId> present) {
        return attempt.number() <= lastPrimary.number() || present.containsAll(attempt.members());
    }

    /** What was sent under something that stands no more says nothing about what stands now. */
    boolean counts(long sentUnder, long standing) {
        return sentUnder == standing;
    }

    /** A person's decision begins an attempt like others: what was promised before holds until that one is completed. */
    boolean keepsAttempts(boolean forced) {
        return true;
    }

    /** A person decides where nothing else can: where enough are present, the state is only on its way. */
    boolean mayBeFounded(boolean quorate) {
        return !quorate;
    }

    /** A primary or attempt counts in its own history alone. Before there is one, all attempts to begin it count. */
    boolean isOf(Lineage lineage, Primary primary) {
        return lineage.equals(Lineage.NONE) || primary.lineage().equals(lineage);
    }

    /** A later attempt that asks for the same quorum stands for an earlier one: it is resolved later, or at the same time. */
    boolean standsFor(Primary later, Primary earlier) {
        return later.number() >= earlier.number() && later.sameQuorum(earlier);
    }

    /** These attempts and one more, without those that another stands for. */
    final List<Primary> with(List<Primary> attempts, Primary more) {
        List<Primary> all = new ArrayList<>();
        for (Primary each : attempts) {
            if (standsFor(each, more)) {
                return attempts;
            }
            if (!standsFor(more, each)) {
                all.add(each);
            }
        }
        all.add(more);
        return all;
    }

    /** The newer state goes on; at equal versions, the one of the first member of the view. */
    boolean newer(Version one, Version other) {
        return one.isNewerThan(other);
    }

    /** States that differ in the hash alone come from different components: only one of them can go on. */
    boolean equal(Version one, Version other) {
        return one.equals(other);
    }

    /** A transfer goes on where the image and all that followed make the newest state (R14). */
    boolean goesOn(Version willHave, Version newest) {
        return willHave.equals(newest);
    }

    /** The state of an attempt that was completed but not formed is still newer than what was before. */
    long epoch(long before, long number) {
        return number;
    }

    /** A member that lost its connection may have missed confirmed commands, if it keeps them in memory alone. */
    boolean detaches(boolean durable) {
        return !durable;
    }

    /** A member that is excluded has read all that was delivered before it was (exclusion R1). */
    boolean detachesExcluded() {
        return false;
    }

    /** Members of a primary that must have written a command before its result is given out. */
    int persistedNeeded(int members) {
        return members / 2 + 1;
    }

    /** A vote is a promise to remember. */
    boolean recordsBeforeVoting() {
        return true;
    }

    /** While the state is on the way, commands are kept and not applied. */
    boolean keepsWhileCatchingUp() {
        return true;
    }

    /** Outstanding commands of a lost connection have an unknown outcome. */
    boolean keepsOutstanding() {
        return false;
    }

    /** A result waits for the disks. */
    boolean waitsForDisks() {
        return true;
    }

    /** The log is on disk before others are told the version. */
    boolean syncsBeforeState() {
        return true;
    }

    /** Attempts may be completed by members whose state is current, not by all who are present. */
    boolean onlyCurrentMembers() {
        return true;
    }
}
