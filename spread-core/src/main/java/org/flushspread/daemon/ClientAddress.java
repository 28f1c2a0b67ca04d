package org.flushspread.daemon;

import com.google.common.primitives.Longs;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is. The kernel's messages know IPv4 only: there an IPv6 client on this machine counts as 127.0.0.1, any other as
 * 255.255.255.255. Rules of access and logs know the address itself.
 *
 * @param number the IPv4 address it counts as, 0 for a client without a network
 * @param ip its address, IPv4 where it came over IPv4 to a socket of both families; null for a client without a network
 */
record ClientAddress(int number, @Nullable IpAddress ip) {
    private static final int LOOPBACK = 0x7f000001;
    private static final int OTHER = -1;

    /** A client on a unix domain socket or in this JVM. */
    static final ClientAddress LOCAL = new ClientAddress(0, null);

    static ClientAddress of(SocketAddress far) {
        return far instanceof InetSocketAddress inet
                ? of(IpAddress.of(inet.getAddress().getAddress()))
                : LOCAL;
    }

    private static ClientAddress of(IpAddress ip) {
        int six = ip.isLoopback() ? LOOPBACK : OTHER;
        return new ClientAddress(ip.isIpv6() ? six : ip.number(), ip);
    }

    /** For a person. */
    String text() {
        return ip == null ? "this machine" : ip.toString();
    }

    /** Where one host is, whatever of its addresses it takes: the upper 64 bits of an IPv6 address, the whole of an IPv4 address. */
    long network() {
        return ip != null && ip.isIpv6() ? Longs.fromByteArray(ip.octets()) : Integer.toUnsignedLong(number);
    }
}
