package org.flushspread.daemon;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.flushspread.wire.Addresses;

/**
 * Where a client is. The protocol and the access list know IPv4 only: an IPv6 client on this machine counts as 127.0.0.1, any other as
 * 255.255.255.255, which no rule but {@code 0.0.0.0/0} matches (configuration 7).
 *
 * @param number the IPv4 address it counts as, 0 for a client without a network
 * @param text for a person
 */
record ClientAddress(int number, String text) {
    private static final int LOOPBACK = 0x7f000001;
    private static final int OTHER = -1;
    /** Before an IPv4 address in the notation of IPv6 stand so many bytes. */
    private static final int MAPPED_AT = 12;

    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    /** A client on a unix domain socket or in this JVM. */
    static final ClientAddress LOCAL = new ClientAddress(0, "this machine");

    static ClientAddress of(SocketAddress far) {
        return far instanceof InetSocketAddress inet ? of(inet.getAddress()) : LOCAL;
    }

    private static ClientAddress of(InetAddress far) {
        byte[] octets = far.getAddress();
        if (far instanceof Inet4Address) {
            return ipv4(Addresses.of(octets));
        }
        if (Arrays.equals(octets, 0, MAPPED_AT, MAPPED, 0, MAPPED_AT)) {
            return ipv4(Addresses.of(Arrays.copyOfRange(octets, MAPPED_AT, octets.length)));
        }
        return new ClientAddress(far.isLoopbackAddress() ? LOOPBACK : OTHER, withoutScope(octets));
    }

    private static ClientAddress ipv4(int number) {
        return new ClientAddress(number, Addresses.text(number));
    }

    private static String withoutScope(byte[] octets) {
        try {
            return InetAddresses.toAddrString(InetAddress.getByAddress(octets));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
