package org.flushspread.config;

import java.util.Optional;
import org.flushspread.wire.IpAddress;

/**
 * Turns a host name into an address. Only asked for daemons that are written without an address, once per such daemon, while the file is
 * read. Every daemon of a ring must come to the same answer: it is part of the configuration hash.
 */
@FunctionalInterface
public interface HostResolver {
    /** Knows {@code localhost} as 127.0.0.1 and ::1, and nothing else; asks no name service. */
    HostResolver LOCALHOST_ONLY = (name, ipv6) -> name.equals("localhost")
            ? Optional.ofNullable(IpAddress.parse(ipv6 ? "::1" : "127.0.0.1"))
            : Optional.empty();

    /** The first address of this host of the IPv4 or IPv6 family, or empty if it has none or is unknown. Does not throw. */
    Optional<IpAddress> resolve(String hostName, boolean ipv6);
}
