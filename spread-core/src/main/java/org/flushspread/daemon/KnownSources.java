package org.flushspread.daemon;

import java.net.InetAddress;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The addresses that datagrams came from lately, each made once: looking at the source of every packet makes no garbage. */
final class KnownSources {
    /** A power of two; daemons of a ring hash to different places as a rule, and those that do not cost an object. */
    private static final int KEPT = 256;

    private final @Nullable InetAddress[] keys = new InetAddress[KEPT];
    private final @Nullable IpAddress[] addresses = new IpAddress[KEPT];

    IpAddress of(InetAddress from) {
        int hash = from.hashCode();
        int place = (hash ^ hash >>> 16 ^ hash >>> 8) & (KEPT - 1);
        IpAddress known = addresses[place];
        if (known != null && from.equals(keys[place])) {
            return known;
        }
        IpAddress made = NetworkAddresses.address(from);
        keys[place] = from;
        addresses[place] = made;
        return made;
    }
}
