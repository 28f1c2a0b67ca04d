package org.flushspread.flush.replica;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ties the observers of a view to its primary (replica-protocol R36). Whether an attempt that was completed has been formed only a member of
 * it knows, so an observer puts a mark in the order, a barrier, and one of them says when it has passed it as PRIMARY: its state was the
 * observer's then, and what the observer has read there it might have read itself.
 */
final class Following {
    private final ReplicaContext context;
    private final Standing standing;
    private final List<String> members;

    Following(ReplicaContext context, Standing standing, List<String> members) {
        this.context = context;
        this.standing = standing;
        this.members = members;
    }

    /** Passes the mark of an observer, if it is this member's turn: they take turns, so that all have the same work. */
    void pass(int observer, long number, @Nullable Primary in) {
        if (in != null && standing.maySend() && turn(in, number).equals(context.memory.id)) {
            context.output.send(
                    List.of(members.get(observer)), ReplicaCodec.passed(standing.of(Scope.DECISION), number));
        }
    }

    private static MemberId turn(Primary in, long number) {
        return in.members().get((int) (number % in.members().size()));
    }

    /** At an observer: who is to pass its mark. */
    List<String> awaited(@Nullable Primary in, Decision now) {
        long mark = context.reads.awaitedMark();
        if (in == null || mark == 0) {
            return List.of();
        }
        return now.voters().stream()
                .filter(each -> now.id(each).equals(turn(in, mark)))
                .map(members::get)
                .toList();
    }
}
