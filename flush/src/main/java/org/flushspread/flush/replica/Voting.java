package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.client.Service;
import org.flushspread.kernel.base.InvariantViolation;
import org.jspecify.annotations.Nullable;

/** The attempts of one view to form a primary: one at a time, each with more members than the one before (replica-protocol R5). */
final class Voting {
    private final ReplicaContext context;
    private final Standing standing;
    private @Nullable Primary attempt;
    private boolean[] votes = new boolean[0];
    private @Nullable Primary completed;

    Voting(ReplicaContext context, Standing standing) {
        this.context = context;
        this.standing = standing;
    }

    /** The attempt that was completed last in this view. */
    @Nullable
    Primary completed() {
        return completed;
    }

    /** True if nothing was attempted in this view. */
    boolean isUntouched() {
        return completed == null && attempt == null;
    }

    /**
     * Begins the next attempt if those who have the state now may form a primary and are not one already.
     *
     * @param holders those who have the state
     * @param me this member
     */
    void begin(Decision now, boolean[] holders, int me) {
        if (attempt != null || now.poisoned() != null || !now.allows(holders)) {
            return;
        }
        Primary next = now.attempt(holders, context.memory.highest() + 1);
        Primary before = completed;
        if (before != null && before.members().equals(next.members())) {
            return;
        }
        if (before != null && next.members().size() <= before.members().size()) {
            throw new InvariantViolation(
                    "replica-protocol R5: in a view each attempt has more members than the one before",
                    next + " after " + before);
        }
        attempt = next;
        standing.set(Scope.ATTEMPT, next.identity(standing.of(Scope.DECISION)));
        context.memory.saw(next.number());
        votes = new boolean[holders.length];
        if (holders[me] && now.belongs(me) && standing.mayPromise() && mayBeRemembered(now, next)) {
            // A vote is a promise to remember (R5).
            context.memory.remember(context.memory.withVote(next));
            context.log.record();
            context.output.multicast(Service.SAFE, ReplicaCodec.vote(standing.of(Scope.ATTEMPT)));
        }
    }

    /** Judged by what all know, so that all vote or nobody does (R13). */
    private boolean mayBeRemembered(Decision now, Primary next) {
        Memory memory = context.memory;
        ReplicaSettings settings = context.settings;
        List<Primary> known = now.unresolved();
        List<Primary> unresolved = Primary.with(known, next);
        boolean tooMany = (unresolved.size() > known.size() && unresolved.size() > settings.attempts())
                || ReplicaCodec.stateSize(now.lastPrimary, unresolved, now.charter()) > settings.commandBytes() / 2
                || ReplicaCodec.stateSize(memory.lastPrimary(), memory.withVote(next), now.charter())
                        > settings.commandBytes();
        if (tooMany) {
            context.reports.report(
                    ReplicaReason.TOO_MANY_ATTEMPTS,
                    known.size() + " attempts to form a primary have an unknown outcome; no more are begun until"
                            + " enough of their members are present");
        }
        return !tooMany;
    }

    /** False if this member has no vote, or has given it. */
    boolean vote(int who, Decision now) {
        if (!isAwaited(who, now)) {
            return false;
        }
        votes[who] = true;
        return true;
    }

    private boolean isAwaited(int who, Decision now) {
        Primary under = attempt;
        return under != null && !votes[who] && under.members().contains(now.id(who));
    }

    /** The attempt, once all its members have voted, so that none of them can forget it; null before. */
    @Nullable
    Primary complete() {
        Primary under = attempt;
        int count = 0;
        for (boolean voted : votes) {
            count += voted ? 1 : 0;
        }
        if (under == null || count < under.members().size()) {
            return null;
        }
        attempt = null;
        standing.set(Scope.ATTEMPT, 0);
        completed = under;
        return under;
    }

    /** Members whose vote for the attempt that is under way is missing. */
    List<Integer> awaited(Decision now) {
        List<Integer> awaited = new ArrayList<>();
        for (int i = 0; i < votes.length; i++) {
            if (isAwaited(i, now) && !now.isDuplicate(i)) {
                awaited.add(i);
            }
        }
        return awaited;
    }
}
