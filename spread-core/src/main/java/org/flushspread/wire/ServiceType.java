package org.flushspread.wire;

/**
 * The bits of a client message's {@code type} word (client-protocol 3.3), with the names of the C header.
 *
 * <p>Plain ints and not an enum: a type word combines several of them, and users of the {@code SP_} procedures see the word itself.
 */
public final class ServiceType {
    public static final int UNRELIABLE_MESS = 0x00000001;
    public static final int RELIABLE_MESS = 0x00000002;
    public static final int FIFO_MESS = 0x00000004;
    public static final int CAUSAL_MESS = 0x00000008;
    public static final int AGREED_MESS = 0x00000010;
    public static final int SAFE_MESS = 0x00000020;
    /** Mask of the six services. */
    public static final int REGULAR_MESS = 0x0000003f;

    public static final int SELF_DISCARD = 0x00000040;

    public static final int CAUSED_BY_JOIN = 0x00000100;
    public static final int CAUSED_BY_LEAVE = 0x00000200;
    public static final int CAUSED_BY_DISCONNECT = 0x00000400;
    public static final int CAUSED_BY_NETWORK = 0x00000800;
    public static final int REG_MEMB_MESS = 0x00001000;
    public static final int TRANSITION_MESS = 0x00002000;
    /** Mask of all membership bits. */
    public static final int MEMBERSHIP_MESS = 0x00003f00;

    public static final int JOIN_MESS = 0x00010000;
    public static final int LEAVE_MESS = 0x00020000;
    public static final int KILL_MESS = 0x00040000;
    /** Mask of the three requests a client library makes by itself. */
    public static final int CONTROL_MESS = JOIN_MESS | LEAVE_MESS | KILL_MESS;

    public static final int GROUPS_MESS = 0x00080000;
    public static final int REJECT_MESS = 0x00400000;
    public static final int RESERVED = 0x003fc000;

    /** Input flag of a receive call: cut what does not fit. It travels on the wire when a sender sets it. */
    public static final int DROP_RECV = 0x01000000;

    /** Of the flush layer: the message is for some members of a group only. Daemons hand it on as they get it (flush-protocol 2.1). */
    public static final int SUBGROUP_CAST = 0x40000000;

    private ServiceType() {}

    /** True for data messages, by the six service bits; tested before anything else (client-protocol 13, pitfall 3). */
    public static boolean isRegular(int type) {
        return (type & REGULAR_MESS) != 0 && (type & REJECT_MESS) == 0;
    }

    public static boolean isReject(int type) {
        return (type & REJECT_MESS) != 0;
    }

    /** True for regular and transitional memberships and the self-leave. */
    public static boolean isMembership(int type) {
        return (type & REGULAR_MESS) == 0 && (type & MEMBERSHIP_MESS) != 0 && (type & REJECT_MESS) == 0;
    }

    public static boolean isRegularMembership(int type) {
        return isMembership(type) && (type & REG_MEMB_MESS) != 0;
    }

    public static boolean isTransition(int type) {
        return isMembership(type) && (type & TRANSITION_MESS) != 0;
    }

    /** CAUSED_BY_LEAVE without REG_MEMB and TRANSITION: the receiver itself has left (client-protocol 5.4). */
    public static boolean isSelfLeave(int type) {
        return isMembership(type) && (type & CAUSED_BY_LEAVE) != 0 && (type & (REG_MEMB_MESS | TRANSITION_MESS)) == 0;
    }
}
