package org.flushspread.flush;

import java.time.Duration;
import java.util.List;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.Version;
import org.flushspread.flush.requests.DeskFigures;
import org.jspecify.annotations.Nullable;

/**
 * How a member of a replicated state machine stands.
 *
 * @param role as last decided
 * @param decided false from a view to what is decided in it
 * @param self who this member is
 * @param members private groups of the members of the view; empty without a connection
 * @param observers those of them that have no vote ({@link ReplicaOptions#observer}), as far as they have said so
 * @param silent members that have not said yet what they have; nothing is decided without them
 * @param catchingUp members that the state is on the way to
 * @param version of the state of this member
 * @param lastPrimary the newest primary component this member knows of
 * @param unresolvedAttempts attempts to form a primary whose outcome it does not know
 * @param waiting commands and ordered reads of this member that have not ended
 * @param oldestWaiting how long the oldest of them has waited; zero if there is none
 * @param delayed a change of the view that the flush layer has begun, and whose consent it waits for since when; null if none is pending
 * @param poisoned the command that no member with the newest state can apply, and that {@link ReplicatedStateMachine#skip} would skip;
 *     empty if there is none
 * @param difference which states have parted although they had the same commands, and where: the state machine is not deterministic; empty
 *     if none have
 * @param desk what this member does for clients that are no members; null if it serves none ({@link ReplicaOptions#serveClients})
 * @param explanation a sentence about it: what is missing, who is waited for and since when, or why the member has stopped
 */
public record ReplicaStatus(
        Role role,
        boolean decided,
        MemberId self,
        List<String> members,
        List<String> observers,
        List<String> silent,
        List<String> catchingUp,
        Version version,
        Primary lastPrimary,
        List<Primary> unresolvedAttempts,
        int waiting,
        Duration oldestWaiting,
        @Nullable FlushDelayed delayed,
        String poisoned,
        String difference,
        @Nullable DeskFigures desk,
        String explanation) {
    /** The same with another explanation, for what is known of a member that cannot be asked. */
    ReplicaStatus explained(Role now, int waitingNow, Duration oldest, String why) {
        return new ReplicaStatus(
                now,
                decided,
                self,
                members,
                observers,
                silent,
                catchingUp,
                version,
                lastPrimary,
                unresolvedAttempts,
                waitingNow,
                oldest,
                delayed,
                poisoned,
                difference,
                desk,
                why);
    }

    ReplicaStatus with(DeskFigures ofDesk) {
        return new ReplicaStatus(
                role,
                decided,
                self,
                members,
                observers,
                silent,
                catchingUp,
                version,
                lastPrimary,
                unresolvedAttempts,
                waiting,
                oldestWaiting,
                delayed,
                poisoned,
                difference,
                ofDesk,
                explanation);
    }
}
