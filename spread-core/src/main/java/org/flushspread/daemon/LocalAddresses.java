package org.flushspread.daemon;

import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of this machine and the networks they are in. */
record LocalAddresses(List<Network> networks) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalAddresses.class);

    /**
     * An address of a network card.
     *
     * @param prefix length of the network's part, 0 to 32 or 128
     */
    record Network(IpAddress address, int prefix) {
        /** The address that reaches everybody in this network; null in IPv6, which has none. */
        @Nullable
        IpAddress broadcast() {
            return address.isIpv6()
                    ? null
                    : IpAddress.ipv4(prefix == 0 ? -1 : address.number() | (int) (0xffffffffL >>> prefix));
        }

        @Override
        public String toString() {
            return address + "/" + prefix;
        }
    }

    /** As the system has them now; none if it does not tell. */
    static LocalAddresses ofThisMachine() {
        List<Network> found = new ArrayList<>();
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress each : card.getInterfaceAddresses()) {
                    found.add(new Network(NetworkAddresses.address(each.getAddress()), each.getNetworkPrefixLength()));
                }
            }
        } catch (SocketException e) {
            LOG.debug("the addresses of this machine cannot be listed: {}", e.getMessage());
            return new LocalAddresses(List.of());
        }
        return new LocalAddresses(found);
    }

    /** The network this address of mine is in, or null if it is none of mine. */
    @Nullable
    Network of(IpAddress address) {
        for (Network each : networks) {
            if (each.address.equals(address.withoutScope())) {
                return each;
            }
        }
        return null;
    }

    /** True if the address is one of this machine; the whole of 127.0.0.0/8 is. Also if nothing is known of its addresses. */
    boolean isLocal(IpAddress address) {
        return address.isLoopback() || networks.isEmpty() || of(address) != null;
    }
}
