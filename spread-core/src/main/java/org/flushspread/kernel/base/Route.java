package org.flushspread.kernel.base;

import com.google.common.collect.ImmutableList;
import java.util.stream.Collectors;
import org.flushspread.wire.IpAddress;

/**
 * Where a datagram goes: the data or token port of a daemon, or a segment's broadcast or multicast addresses. Interned in {@link Routes}, so
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
    private final ImmutableList<IpAddress> addresses;
    private final int port;

    Route(Kind kind, int index, ImmutableList<IpAddress> addresses, int port) {
        this.kind = kind;
        this.index = index;
        this.addresses = addresses;
        this.port = port;
    }

    public Kind kind() {
        return kind;
    }

    /** Index in the configuration: of the daemon, or of the segment. */
    public int index() {
        return index;
    }

    /** Where each datagram goes, in this order: one address, or several of a segment in a ring of Spread 5 (spread5 2.2). */
    public ImmutableList<IpAddress> addresses() {
        return addresses;
    }

    public int port() {
        return port;
    }

    @Override
    public String toString() {
        return kind + ":" + addresses.stream().map(each -> each.withPort(port)).collect(Collectors.joining(" "));
    }
}
