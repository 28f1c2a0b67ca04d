package org.flushspread.kernel.base;

import static org.flushspread.kernel.base.MembershipState.EVS;
import static org.flushspread.kernel.base.MembershipState.FORM;
import static org.flushspread.kernel.base.MembershipState.GATHER;
import static org.flushspread.kernel.base.MembershipState.OP;
import static org.flushspread.kernel.base.MembershipState.REPRESENTED;
import static org.flushspread.kernel.base.MembershipState.SEG;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;

/**
 * Why a daemon entered a state of its membership: all arrows of the state diagram (membership-protocol 4.4). Each leads to one state, from
 * one or a few.
 */
public enum MembershipCause {
    /** The daemon starts, as if it had lost a token. */
    STARTED(SEG, SEG),
    /** No token came for a Token timeout. */
    TOKEN_TIMEOUT(SEG, OP, GATHER, EVS),
    /** No FORM2 came for a Form timeout. */
    FORM_TIMEOUT(SEG, FORM),
    /** A member of the ring sends ALIVE: it has lost the token. */
    ALIVE_FROM_MEMBER(SEG, OP, GATHER, EVS),
    /** A member of the ring sends JOIN: it has lost the token. */
    JOIN_FROM_MEMBER(SEG, OP, EVS),
    /** The recovery took more token rounds than it may. */
    RECOVERY_ROUNDS(SEG, EVS),
    /** The token turned, but a packet did not reach a member for a Token timeout. */
    NO_PROGRESS(SEG, OP, GATHER),
    /** The sequence numbers of the ring are used up. */
    TOKEN_SEQUENCE_WRAP(SEG, OP, GATHER),
    /** A daemon of this segment may gather with one that runs under another host's name: this ring is given up to come before him. */
    IMPOSTOR(SEG, OP, GATHER),
    /** Another configuration is in force, and the ring must be formed anew under it. */
    RELOAD(SEG, OP),
    /** The representative of this segment gave no sign of life for a Rep timeout. */
    REPRESENTATIVE_SILENT(SEG, REPRESENTED),
    /** Another one should have sent FORM1, but no token ever reaches this daemon, which begins to keep quiet. */
    NEVER_REACHED(SEG, GATHER),

    /** The representative of this segment sends JOIN. */
    JOIN_FROM_REPRESENTATIVE(REPRESENTED, SEG),
    /** At the end of SEG a daemon was heard that comes before this one. */
    OTHER_IS_FIRST(REPRESENTED, SEG),

    /** At the end of SEG this daemon is the first of those heard. */
    FIRST_OF_SEGMENT(GATHER, SEG),
    /** Another one should have sent FORM1, which did not come: again. */
    FORM1_MISSED(GATHER, GATHER),
    /** The Lookup timer of the leader fired. */
    LOOKUP(GATHER, OP),
    /** Data of another ring came to the leader. */
    FOREIGN_DATA(GATHER, OP),
    /** After a reload this daemon was alone, and now hears the others again. */
    ISOLATION_ENDED(GATHER, OP),
    /** A daemon of another ring sends JOIN to the leader. */
    JOIN_FROM_OUTSIDE(GATHER, OP),

    /** This daemon is the first of the representatives. */
    FORM1_CREATED(FORM, GATHER),
    /** A FORM1 visited this daemon. */
    FORM1_VISITED(FORM, OP, REPRESENTED, GATHER),

    /** The FORM2 of that FORM1 visited this daemon. */
    FORM2_VISITED(EVS, FORM),

    /** Every member has all that can be had of its old ring: the new one is installed. */
    INSTALLED(OP, EVS),
    /** The leader found nobody else, and its ring works on. */
    NOBODY_FOUND(OP, GATHER),
    /** The leader found one that comes before it and will send FORM1; its ring works on. */
    OTHER_CREATES_FORM1(OP, GATHER);

    private final MembershipState state;
    private final ImmutableSet<MembershipState> from;

    MembershipCause(MembershipState state, MembershipState from, MembershipState... others) {
        this.state = state;
        this.from = Sets.immutableEnumSet(from, others);
    }

    /** The state it leads to. */
    public MembershipState state() {
        return state;
    }

    /** True if it can lead out of this state. */
    public boolean leadsFrom(MembershipState before) {
        return from.contains(before);
    }

    /** The cause of this name: what gives up a token is a reason to others too. */
    public static MembershipCause ofTokenLoss(Reason why) {
        return switch (why) {
            case TOKEN_TIMEOUT -> TOKEN_TIMEOUT;
            case FORM_TIMEOUT -> FORM_TIMEOUT;
            case ALIVE_FROM_MEMBER -> ALIVE_FROM_MEMBER;
            case JOIN_FROM_MEMBER -> JOIN_FROM_MEMBER;
            case RECOVERY_ROUNDS -> RECOVERY_ROUNDS;
            case NO_PROGRESS -> NO_PROGRESS;
            case TOKEN_SEQUENCE_WRAP -> TOKEN_SEQUENCE_WRAP;
            case IMPOSTOR -> IMPOSTOR;
            case RELOAD -> RELOAD;
            default ->
                throw new InvariantViolation("membership-protocol 4.2: what a token is given up for", why.name());
        };
    }
}
