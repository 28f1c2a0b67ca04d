package org.flushspread.daemon;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.wire.IpAddress;

/** What the system tells of names and addresses, as daemons and monitors use it to find their place in a spread.conf (configuration 5). */
public final class ThisHost {
    private ThisHost() {}

    /**
     * The addresses of the host's name, then those of its interfaces (configuration 5).
     *
     * @throws DaemonStartException if the system does not list them
     */
    public static List<IpAddress> addresses() {
        List<IpAddress> found = new ArrayList<>();
        try {
            InetAddress self = InetAddress.getLocalHost();
            for (InetAddress each : InetAddress.getAllByName(self.getHostName())) {
                found.add(NetworkAddresses.address(each));
            }
        } catch (UnknownHostException nameIsUnknown) {
            // Then the interfaces have to tell.
            found.clear();
        }
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress each : card.getInterfaceAddresses()) {
                    found.add(NetworkAddresses.address(each.getAddress()));
                }
            }
        } catch (SocketException e) {
            throw new DaemonStartException(
                    "cannot list the addresses of this host: " + e.getMessage() + ". Use -n.", e);
        }
        return found;
    }

    /** The first IPv4 or IPv6 address of a host name, by the system's name service; empty if it has none. */
    public static Optional<IpAddress> resolve(String host, boolean ipv6) {
        try {
            for (InetAddress each : InetAddress.getAllByName(host)) {
                IpAddress address = NetworkAddresses.address(each);
                if (address.isIpv6() == ipv6) {
                    return Optional.of(address);
                }
            }
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
