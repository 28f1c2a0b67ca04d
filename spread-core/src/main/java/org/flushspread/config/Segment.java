package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import org.flushspread.wire.IpAddress;

/**
 * A segment: daemons that one datagram to each of {@code addresses} reaches.
 *
 * @param index position in the file, from 0
 * @param addresses broadcast addresses or multicast groups, at least one; more than one only in a ring of Spread 5
 * @param port data port P, 1..65534
 * @param daemons at least one, in file order
 */
public record Segment(int index, ImmutableList<IpAddress> addresses, int port, ImmutableList<Daemon> daemons) {
    /** The first address. */
    public IpAddress address() {
        return addresses.get(0);
    }

    /** True if its daemons are reached by multicast. */
    public boolean isMulticast() {
        return addresses.stream().anyMatch(IpAddress::isMulticast);
    }

    /** Its addresses for a person, separated by blanks. */
    public String addressText() {
        return String.join(" ", addresses.stream().map(IpAddress::toString).toList());
    }
}
