package org.flushspread.daemon;

import com.google.common.net.InetAddresses;
import com.google.common.primitives.Longs;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.flushspread.wire.Addresses;
import org.jspecify.annotations.Nullable;

/**
 * Where a client is. The kernel's messages know IPv4 only: there an IPv6 client on this machine counts as 127.0.0.1, any other as
 * 255.255.255.255. Rules of access and logs know the address itself.
 *
 * @param number the IPv4 address it counts as, 0 for a client without a network
 * @param ip its address, IPv4 where it came over IPv4 to a socket of both families; null for a client without a network
 * @param text for a person
 */
record ClientAddress(int number, @Nullable InetAddress ip, String text) {
    private static final int LOOPBACK = 0x7f000001;
    private static final int OTHER = -1;

    /** A client on a unix domain socket or in this JVM. */
    static final ClientAddress LOCAL = new ClientAddress(0, null, "this machine");

    static ClientAddress of(SocketAddress far) {
        return far instanceof InetSocketAddress inet ? of(inet.getAddress()) : LOCAL;
    }

    private static ClientAddress of(InetAddress far) {
        InetAddress ip = plain(far);
        int number =
                ip instanceof Inet4Address ? Addresses.of(ip.getAddress()) : ip.isLoopbackAddress() ? LOOPBACK : OTHER;
        return new ClientAddress(number, ip, InetAddresses.toAddrString(ip));
    }

    /** Without the interface; an IPv4 address in the notation of IPv6 becomes one of IPv4. */
    private static InetAddress plain(InetAddress far) {
        try {
            return InetAddress.getByAddress(far.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * What one host can have as many addresses in as it likes: the upper 64 bits of an IPv6 address, the whole of an IPv4 address.
     */
    long network() {
        return ip instanceof Inet6Address ? Longs.fromByteArray(ip.getAddress()) : Integer.toUnsignedLong(number);
    }
}
