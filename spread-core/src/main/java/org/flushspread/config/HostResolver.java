package org.flushspread.config;

import java.util.OptionalInt;

/**
 * Turns a host name into an IPv4 address. Only asked for daemons that are written without an address, once per such daemon, while the
 * file is read. Every daemon of a ring must come to the same answer: it is part of the configuration hash.
 */
@FunctionalInterface
public interface HostResolver {
    /** Knows {@code localhost} as 127.0.0.1 and nothing else; asks no name service. */
    HostResolver LOCALHOST_ONLY = name -> name.equals("localhost") ? OptionalInt.of(0x7f000001) : OptionalInt.empty();

    /** The first IPv4 address of this host as a number, or empty if it has none or is unknown. Does not throw. */
    OptionalInt resolve(String hostName);
}
