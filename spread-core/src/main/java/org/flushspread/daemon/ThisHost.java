package org.flushspread.daemon;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.flushspread.wire.Addresses;

/** What the system tells of names and addresses, as daemons and monitors use it to find their place in a spread.conf (configuration 5). */
public final class ThisHost {
    private ThisHost() {}

    /**
     * The IPv4 addresses of the host's name, then those of its interfaces (configuration 5).
     *
     * @throws DaemonStartException if the system does not list them
     */
    public static List<Integer> addresses() {
        List<Integer> found = new ArrayList<>();
        try {
            InetAddress self = InetAddress.getLocalHost();
            for (InetAddress each : InetAddress.getAllByName(self.getHostName())) {
                addIpv4(each, found);
            }
        } catch (UnknownHostException nameIsUnknown) {
            // Then the interfaces have to tell.
            found.clear();
        }
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress each : card.getInterfaceAddresses()) {
                    addIpv4(each.getAddress(), found);
                }
            }
        } catch (SocketException e) {
            throw new DaemonStartException(
                    "cannot list the addresses of this host: " + e.getMessage() + ". Use -n.", e);
        }
        return found;
    }

    /** The first IPv4 address of a host name, by the system's name service; empty if it has none. */
    public static OptionalInt resolve(String host) {
        try {
            for (InetAddress each : InetAddress.getAllByName(host)) {
                if (each instanceof Inet4Address) {
                    return OptionalInt.of(Addresses.of(each.getAddress()));
                }
            }
        } catch (UnknownHostException e) {
            return OptionalInt.empty();
        }
        return OptionalInt.empty();
    }

    private static void addIpv4(InetAddress address, List<Integer> to) {
        if (address instanceof Inet4Address) {
            to.add(Addresses.of(address.getAddress()));
        }
    }
}
