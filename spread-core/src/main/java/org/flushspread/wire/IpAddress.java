package org.flushspread.wire;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address of a host or of a group of hosts. A daemon's id, which packets carry, is a number and never one of these: in a
 * ring of Spread 4 the number is made of an address, in one of Spread 5 of a name (spread5 3).
 */
public final class IpAddress {
    /** Bytes of an IPv6 address; an IPv4 address has four. */
    public static final int IPV6_LENGTH = 16;

    private static final int IPV4_LENGTH = 4;
    /** Before an IPv4 address in the notation of IPv6 stand so many bytes. */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private static final int GROUPS = 8;

    public static final IpAddress ANY = ipv4(0);
    public static final IpAddress ANY_IPV6 = new IpAddress(new byte[IPV6_LENGTH], "");

    private final byte[] octets;
    private final String scope;

    private IpAddress(byte[] octets, String scope) {
        this.octets = octets;
        this.scope = scope;
    }

    /** The IPv4 address that a number stands for, 127.0.0.1 = 0x7f000001. */
    public static IpAddress ipv4(int number) {
        return new IpAddress(Addresses.octets(number), "");
    }

    /** The address of 4 or 16 bytes in network order; an IPv4 address in the notation of IPv6 is the IPv4 address. */
    public static IpAddress of(byte[] octets) {
        return of(octets, "");
    }

    /**
     * As {@link #of(byte[])}.
     *
     * @param scope name or number of the network card on which an IPv6 address is meant, or empty
     */
    public static IpAddress of(byte[] octets, String scope) {
        if (octets.length == IPV6_LENGTH && Arrays.equals(octets, 0, MAPPED.length, MAPPED, 0, MAPPED.length)) {
            return new IpAddress(Arrays.copyOfRange(octets, MAPPED.length, IPV6_LENGTH), "");
        }
        if (octets.length != IPV6_LENGTH && octets.length != IPV4_LENGTH) {
            throw new IllegalArgumentException(octets.length + " bytes are no IP address");
        }
        return new IpAddress(octets.clone(), octets.length == IPV6_LENGTH ? scope : "");
    }

    /** What a text says: dotted decimal, or groups of hexadecimal digits with {@code ::} at most once and perhaps a scope; or null. */
    public static @Nullable IpAddress parse(String text) {
        return text.indexOf(':') < 0 ? parseIpv4(text) : parseIpv6(text);
    }

    private static @Nullable IpAddress parseIpv4(String text) {
        String[] groups = text.split("\\.", -1);
        byte[] octets = new byte[IPV4_LENGTH];
        if (groups.length != IPV4_LENGTH) {
            return null;
        }
        for (int i = 0; i < IPV4_LENGTH; i++) {
            int value = number(groups[i], 10, 3);
            if (value < 0 || value > 255) {
                return null;
            }
            octets[i] = (byte) value;
        }
        return new IpAddress(octets, "");
    }

    private static @Nullable IpAddress parseIpv6(String text) {
        int percent = text.indexOf('%');
        String scope = percent < 0 ? "" : text.substring(percent + 1);
        String address = percent < 0 ? text : text.substring(0, percent);
        if (percent >= 0 && scope.isEmpty()) {
            return null;
        }
        byte[] octets = new byte[IPV6_LENGTH];
        int gap = address.indexOf("::");
        if (gap < 0) {
            return groups(address, octets, 0) == GROUPS ? new IpAddress(octets, scope) : null;
        }
        byte[] tail = new byte[IPV6_LENGTH];
        int before = groups(address.substring(0, gap), octets, 0);
        int after = groups(address.substring(gap + 2), tail, 0);
        if (before < 0 || after < 0 || before + after >= GROUPS) {
            return null;
        }
        System.arraycopy(tail, 0, octets, IPV6_LENGTH - 2 * after, 2 * after);
        return new IpAddress(octets, scope);
    }

    /** Fills in the groups of a part of an address; their count, or -1. */
    private static int groups(String text, byte[] octets, int from) {
        if (text.isEmpty()) {
            return 0;
        }
        int count = from;
        for (String group : text.split(":", -1)) {
            int value = number(group, 16, 4);
            if (value < 0 || count == GROUPS) {
                return -1;
            }
            octets[2 * count] = (byte) (value >> 8);
            octets[2 * count + 1] = (byte) value;
            count++;
        }
        return count;
    }

    private static int number(String digits, int radix, int most) {
        if (digits.isEmpty() || digits.length() > most) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    /** The bytes in network order, 4 or 16. */
    public byte[] octets() {
        return octets.clone();
    }

    public boolean isIpv6() {
        return octets.length == IPV6_LENGTH;
    }

    /**
     * An IPv4 address as a number, 127.0.0.1 = 0x7f000001.
     *
     * @throws IllegalStateException for an IPv6 address
     */
    public int number() {
        if (isIpv6()) {
            throw new IllegalStateException(this + " is no IPv4 address");
        }
        return Addresses.of(octets);
    }

    /** Name or number of the network card on which this IPv6 address is meant, or empty. */
    public String scope() {
        return scope;
    }

    /** The same address wherever it is meant. */
    public IpAddress withoutScope() {
        return scope.isEmpty() ? this : new IpAddress(octets, "");
    }

    /** True for 224.0.0.0/4 and ff00::/8. */
    public boolean isMulticast() {
        return isIpv6() ? octets[0] == -1 : Addresses.isMulticast(number());
    }

    /** True for 127.0.0.0/8 and ::1. */
    public boolean isLoopback() {
        if (!isIpv6()) {
            return Addresses.isLoopback(number());
        }
        return octets[IPV6_LENGTH - 1] == 1 && isZero(IPV6_LENGTH - 1);
    }

    /** True for 0.0.0.0 and ::, which no host has. */
    public boolean isAny() {
        return isZero(octets.length);
    }

    /** True for an IPv6 address that means another host on each link: fe80::/10, and groups of a scope no wider than a link. */
    public boolean isOfLink() {
        return isIpv6()
                && (octets[0] == (byte) 0xfe && (octets[1] & 0xc0) == 0x80
                        || octets[0] == -1 && (octets[1] & 0xf) <= 2);
    }

    private boolean isZero(int length) {
        for (int i = 0; i < length; i++) {
            if (octets[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private int group(int index) {
        return (octets[2 * index] & 0xff) << 8 | octets[2 * index + 1] & 0xff;
    }

    /** As a configuration hash takes it: dotted decimal, or eight groups of four hexadecimal digits without the scope (spread5 3.2). */
    public String canonical() {
        if (!isIpv6()) {
            return Addresses.text(number());
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            text.append(i == 0 ? "" : ":").append(String.format("%04x", group(i)));
        }
        return text.toString();
    }

    /** With a port, as a person writes it: {@code 10.0.0.1:4803} or {@code [fd34::1]:4803}. */
    public String withPort(int port) {
        return (isIpv6() ? "[" + this + "]" : toString()) + ":" + port;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof IpAddress that && Arrays.equals(octets, that.octets) && scope.equals(that.scope);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** Dotted decimal, or groups of hexadecimal digits, the longest run of zeros as {@code ::}, with the scope behind {@code %}. */
    @Override
    public String toString() {
        if (!isIpv6()) {
            return Addresses.text(number());
        }
        int start = -1;
        int longest = 1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && group(end) == 0) {
                end++;
            }
            if (end - i > longest) {
                longest = end - i;
                start = i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
            } else {
                text.append(i == 0 || text.charAt(text.length() - 1) == ':' ? "" : ":");
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text + (scope.isEmpty() ? "" : "%" + scope);
    }
}
