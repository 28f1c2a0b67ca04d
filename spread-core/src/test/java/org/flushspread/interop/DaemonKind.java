package org.flushspread.interop;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Whose daemon a client meets, and over which family of addresses. */
public enum DaemonKind {
    C4("127.0.0.1", Optional.of(CSpread.V4)),
    C5("127.0.0.1", Optional.of(CSpread.V5)),
    C5_OVER_IPV6("::1", Optional.of(CSpread.V5)),
    OURS_4("127.0.0.1", Optional.empty()),
    OURS_4_OVER_IPV6("::1", Optional.empty());

    /** For {@code @MethodSource}. */
    public static final String WITH_EACH_C_SPREAD = "org.flushspread.interop.DaemonKind#withEachCSpread";

    private final String host;
    private final Optional<CSpread> c;

    DaemonKind(String host, Optional<CSpread> c) {
        this.host = host;
        this.c = c;
    }

    /** Where its clients connect. */
    public String host() {
        return host;
    }

    /** What it is of; empty for ours. */
    public Optional<CSpread> c() {
        return c;
    }

    /** What it says of itself to clients. */
    public String version() {
        return c.map(CSpread::version).orElse("4.4.0");
    }

    /** What the body of a message to one group may have (client-protocol 4.4). */
    public int maxBody() {
        return (version().startsWith("5") ? 143_151 : 14_319_951) - 32;
    }

    public boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    /** Whether programs with this library reach it: that of 4.4 knows no IPv6. */
    private boolean takes(CSpread client) {
        return !isIpv6() || client != CSpread.V4;
    }

    /** Each C Spread whose programs reach it, with each daemon. */
    static Stream<Arguments> withEachCSpread() {
        return Arrays.stream(values()).flatMap(kind -> Arrays.stream(CSpread.values())
                .filter(kind::takes)
                .map(library -> Arguments.of(library, kind)));
    }

    /** The address of a daemon that has no ring, which is also where its clients connect if families do not differ. */
    String loneAddress() {
        return c.isPresent() ? host : "127.0.0.1";
    }

    /**
     * The address of the daemon with this number in a ring. Daemons of Spread 5 need one that a network card has, and may have the same: they
     * differ by name and port.
     */
    String address(int number) {
        return c.isPresent() && c.get() == CSpread.V5 ? host : "127.0." + number + ".1";
    }

    /** The segment of one daemon of a configuration. */
    String segment(int number, String address, int port) {
        String segment = address.equals("::1") ? "[::1]" : address.substring(0, address.lastIndexOf('.')) + ".255";
        // Where clients come over the other family the daemon is to listen on all addresses.
        String interfaces = address.equals("127.0.0.1") || isIpv6() == address.equals("::1") ? " { " + address + " }" : "";
        return "Spread_Segment " + segment + ":" + port + " {\n d" + number + " " + address + interfaces + "\n}\n";
    }
}
