package org.flushspread.kernel.base;

import org.flushspread.wire.Addresses;

/**
 * Where a datagram goes: the data or token port of a daemon, or a segment's broadcast or multicast address. Interned in {@link Routes}, so
 * a shell may keep what it knows about a route under its identity.
 */
public final class Route {
    /** What stands behind the address. */
    public enum Kind {
        /** The data port of one daemon. */
        DATA,
        /** The token port of one daemon. */
        TOKEN,
        /** All daemons of a segment, on their data port. */
        SEGMENT
    }

    private final Kind kind;
    private final int index;
    private final int address;
    private final int port;

    Route(Kind kind, int index, int address, int port) {
        this.kind = kind;
        this.index = index;
        this.address = address;
        this.port = port;
    }

    public Kind kind() {
        return kind;
    }

    /** Index in the configuration: of the daemon, or of the segment. */
    public int index() {
        return index;
    }

    /** IPv4 address as a number. */
    public int address() {
        return address;
    }

    public int port() {
        return port;
    }

    @Override
    public String toString() {
        return kind + ":" + Addresses.text(address) + ":" + port;
    }
}
