package org.flushspread.flush;

import java.util.List;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.replica.Version;

/**
 * How a member of a replicated state machine stands.
 *
 * @param role as last decided
 * @param decided false from a view to what is decided in it
 * @param self who this member is
 * @param members private groups of the members of the view; empty without a connection
 * @param silent members that have not said yet what they have; nothing is decided without them
 * @param catchingUp members that the state is on the way to
 * @param version of the state of this member
 * @param lastPrimary the newest primary component this member knows of
 * @param unresolvedAttempts attempts to form a primary whose outcome it does not know
 * @param waiting commands that wait to be sent
 * @param explanation a sentence about it
 */
public record ReplicaStatus(
        Role role,
        boolean decided,
        MemberId self,
        List<String> members,
        List<String> silent,
        List<String> catchingUp,
        Version version,
        Primary lastPrimary,
        List<Primary> unresolvedAttempts,
        int waiting,
        String explanation) {}
