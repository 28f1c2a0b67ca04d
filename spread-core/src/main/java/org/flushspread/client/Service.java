package org.flushspread.client;

import org.flushspread.wire.ServiceType;

/**
 * What Spread promises for a message: the order in which receivers get it, and who is known to have it (client-protocol 3.3).
 *
 * <p>Each service keeps the promises of those before it. Take {@link #FIFO} where nothing stronger is needed: {@link #RELIABLE} may
 * overtake other messages of the same sender.
 */
public enum Service {
    /** May be lost; Spread 4 carries it like {@link #RELIABLE}. */
    UNRELIABLE(ServiceType.UNRELIABLE_MESS),
    /** Arrives, in no promised order. */
    RELIABLE(ServiceType.RELIABLE_MESS),
    /** In the order in which its sender sent. */
    FIFO(ServiceType.FIFO_MESS),
    /** After all messages it may depend on; Spread 4 carries it like {@link #AGREED}. */
    CAUSAL(ServiceType.CAUSAL_MESS),
    /** In one total order, the same at all receivers. */
    AGREED(ServiceType.AGREED_MESS),
    /** In the total order, and only when the daemons of all receivers have it. */
    SAFE(ServiceType.SAFE_MESS);

    private static final Service[] BY_BIT = values();

    private final int bit;

    Service(int bit) {
        this.bit = bit;
    }

    /** The bit of the C header, {@code AGREED_MESS} for example. */
    public int bit() {
        return bit;
    }

    /**
     * The service of a type word: the one whose bit is set.
     *
     * @throws IllegalArgumentException if none of the six bits is set
     */
    public static Service of(int type) {
        int bits = type & ServiceType.REGULAR_MESS;
        if (bits == 0) {
            throw new IllegalArgumentException("no service bit in type 0x" + Integer.toHexString(type));
        }
        return BY_BIT[31 - Integer.numberOfLeadingZeros(bits)];
    }
}
