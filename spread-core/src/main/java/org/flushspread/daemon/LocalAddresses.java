package org.flushspread.daemon;

import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.wire.Addresses;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The IPv4 addresses of this machine and the networks they are in. */
record LocalAddresses(List<Network> networks) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalAddresses.class);

    /**
     * An address of a network card.
     *
     * @param address as a number
     * @param prefix length of the network's part, 0 to 32
     */
    record Network(int address, int prefix) {
        /** The address that reaches everybody in this network. */
        int broadcast() {
            return prefix == 0 ? -1 : address | (int) (0xffffffffL >>> prefix);
        }

        @Override
        public String toString() {
            return Addresses.text(address) + "/" + prefix;
        }
    }

    /** As the system has them now; none if it does not tell. */
    static LocalAddresses ofThisMachine() {
        List<Network> found = new ArrayList<>();
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress each : card.getInterfaceAddresses()) {
                    if (each.getAddress() instanceof Inet4Address address) {
                        found.add(new Network(Addresses.of(address.getAddress()), each.getNetworkPrefixLength()));
                    }
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
    Network of(int address) {
        for (Network each : networks) {
            if (each.address == address) {
                return each;
            }
        }
        return null;
    }

    /** True if the address is one of this machine; the whole of 127.0.0.0/8 is. Also if nothing is known of its addresses. */
    boolean isLocal(int address) {
        return Addresses.isLoopback(address) || networks.isEmpty() || of(address) != null;
    }
}
