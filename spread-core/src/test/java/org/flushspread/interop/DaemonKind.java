package org.flushspread.interop;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.flushspread.config.RingVersion;
import org.jspecify.annotations.Nullable;

/** Whose daemon a client meets, of which version, and over which family of addresses. */
public enum DaemonKind {
    C4(CSpread.V4, RingVersion.SPREAD4, "127.0.0.1"),
    C5(CSpread.V5, RingVersion.SPREAD5, "127.0.0.1"),
    C5_OVER_IPV6(CSpread.V5, RingVersion.SPREAD5, "::1"),
    OURS_4(null, RingVersion.SPREAD4, "127.0.0.1"),
    OURS_4_OVER_IPV6(null, RingVersion.SPREAD4, "::1"),
    OURS_5(null, RingVersion.SPREAD5, "127.0.0.1"),
    OURS_5_OVER_IPV6(null, RingVersion.SPREAD5, "::1");

    /** For {@code @MethodSource}. */
    public static final String WITH_EACH_C_SPREAD = "org.flushspread.interop.DaemonKind#withEachCSpread";

    /** A C Spread, whose programs or library are clients, and a daemon that they reach. */
    public record Pair(CSpread c, DaemonKind daemon) {}

    private final @Nullable CSpread c;
    private final RingVersion ring;
    private final String host;

    DaemonKind(@Nullable CSpread c, RingVersion ring, String host) {
        this.c = c;
        this.ring = ring;
        this.host = host;
    }

    /** Where its clients connect. */
    public String host() {
        return host;
    }

    /** What it is of; empty for ours. */
    public Optional<CSpread> c() {
        return Optional.ofNullable(c);
    }

    /** What it says of itself to clients. */
    public String version() {
        return ring.major() + "." + ring.minor() + "." + ring.patch();
    }

    RingVersion ring() {
        return ring;
    }

    /** What the body of a message to one group may have (client-protocol 4.4). */
    public int maxBody() {
        return (ring == RingVersion.SPREAD5 ? 143_151 : 14_319_951) - 32;
    }

    public boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    /** Whether programs with this library reach it: that of 4.4 knows no IPv6. */
    private boolean takes(CSpread client) {
        return !isIpv6() || client != CSpread.V4;
    }

    /** Each C Spread whose programs reach it, with each daemon. */
    static Stream<Pair> withEachCSpread() {
        return Arrays.stream(values())
                .flatMap(kind ->
                        Arrays.stream(CSpread.values()).filter(kind::takes).map(library -> new Pair(library, kind)));
    }

    /** The address of a daemon that has no ring. A ring of Spread 4 has none of IPv6, only clients. */
    String loneAddress() {
        return ring == RingVersion.SPREAD5 ? host : "127.0.0.1";
    }

    /**
     * The address of the daemon with this number in a ring. Daemons of Spread 5 need one that a network card has, and may have the same: they
     * differ by name and port (spread5 3.1).
     */
    String address(int number) {
        return ring == RingVersion.SPREAD5 ? host : "127.0." + number + ".1";
    }

    /** The segment of one daemon of a configuration. */
    String segment(int number, String address, int port) {
        String segment = address.equals("::1") ? "[::1]" : address.substring(0, address.lastIndexOf('.')) + ".255";
        // Where clients come over the other family the daemon is to listen on all addresses.
        String interfaces =
                address.equals("127.0.0.1") || isIpv6() == address.equals("::1") ? " { " + address + " }" : "";
        return "Spread_Segment " + segment + ":" + port + " {\n d" + number + " " + address + interfaces + "\n}\n";
    }
}
