package org.flushspread.flush.kernel;

import org.flushspread.wire.ServiceType;

/** Why a view differs from the one before. */
public enum Cause {
    /** Somebody joined. */
    JOIN(ServiceType.CAUSED_BY_JOIN),
    /** Somebody left. */
    LEAVE(ServiceType.CAUSED_BY_LEAVE),
    /** The connection of a member to its daemon ended. */
    DISCONNECT(ServiceType.CAUSED_BY_DISCONNECT),
    /** Daemons were lost or found, or a member went while it was asked for its consent, or is excluded. */
    NETWORK(ServiceType.CAUSED_BY_NETWORK);

    private static final Cause[] ALL = values();
    private static final int BITS = ServiceType.MEMBERSHIP_MESS & ~ServiceType.REG_MEMB_MESS;

    private final int bit;

    Cause(int bit) {
        this.bit = bit;
    }

    /** The bit of the type word, as the C API shows it. */
    public int bit() {
        return bit;
    }

    /** The cause that a membership's type word names; a word with none or several counts as a network change (flush-protocol 4.6). */
    public static Cause of(int serviceType) {
        for (Cause cause : ALL) {
            if ((serviceType & BITS) == cause.bit) {
                return cause;
            }
        }
        return NETWORK;
    }
}
