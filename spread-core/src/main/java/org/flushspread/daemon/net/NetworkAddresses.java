package org.flushspread.daemon.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Addresses of a configuration as those of the JDK, and the network cards behind them. */
public final class NetworkAddresses {
    private NetworkAddresses() {}

    /** An address and port for the JDK. */
    public static InetSocketAddress address(IpAddress ip, int port) {
        return new InetSocketAddress(inet(ip), port);
    }

    /** The same address for the JDK; its scope, if it has one, is the number of a network card. */
    public static InetAddress inet(IpAddress ip) {
        try {
            InetAddress plain = InetAddress.getByAddress(ip.octets());
            if (ip.scope().isEmpty()) {
                return plain;
            }
            NetworkInterface card = card(ip.scope());
            if (card == null) {
                throw new SocketException("no network card is called " + ip.scope());
            }
            return Inet6Address.getByAddress(null, ip.octets(), card.getIndex());
        } catch (IOException e) {
            throw new UncheckedIOException(ip + ": " + e.getMessage(), e);
        }
    }

    /**
     * An address as a socket on the link of {@code own} uses it. Which card another host means by the scope of its own address is nothing to
     * this one: where an IPv6 address needs a card, it is that of {@code own}; only a group may name another one (spread5 2.2).
     */
    public static IpAddress onLinkOf(IpAddress own, IpAddress address) throws SocketException {
        if (!address.isIpv6() || (address.isMulticast() && !address.scope().isEmpty())) {
            return address;
        }
        NetworkInterface card = address.isOfLink() ? cardOf(own) : null;
        return card == null
                ? address.withoutScope()
                : IpAddress.of(address.octets(), Integer.toString(card.getIndex()));
    }

    /** An address of the JDK, without its scope. */
    public static IpAddress address(InetAddress ip) {
        return IpAddress.of(ip.getAddress());
    }

    private static @Nullable NetworkInterface card(String scope) throws SocketException {
        return scope.chars().allMatch(Character::isDigit)
                ? NetworkInterface.getByIndex(Integer.parseInt(scope))
                : NetworkInterface.getByName(scope);
    }

    /**
     * The network card that is meant by the scope of this address, or else has the address; null if there is none, as for the addresses of
     * 127.0.0.0/8 beyond 127.0.0.1, which no card lists.
     */
    public static @Nullable NetworkInterface cardOf(IpAddress ip) throws SocketException {
        return ip.scope().isEmpty() ? NetworkInterface.getByInetAddress(inet(ip)) : card(ip.scope());
    }
}
