package org.flushspread.daemon;

import java.net.InetAddress;
import java.time.Duration;

/**
 * What the network does to the datagrams of one daemon: for tests of programs, which have no network that they could break. Asked on the
 * daemon's thread, once for each datagram or run of datagrams and address, so it
 * answers at once.
 */
@FunctionalInterface
public interface NetworkFaults {
    /** The answer for a datagram that never arrives. */
    Duration LOST = Duration.ofSeconds(-1);

    /**
     * How long a datagram is on its way to this address, beyond what the machine takes: zero, a time, or {@link #LOST}. Datagrams with
     * different times may overtake each other.
     */
    Duration delay(InetAddress to);
}
