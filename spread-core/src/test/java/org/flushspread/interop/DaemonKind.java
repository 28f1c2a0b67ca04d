package org.flushspread.interop;

import java.util.Optional;

/** Whose daemon a client meets, and over which family of addresses. */
public enum DaemonKind {
    C4("127.0.0.1", Optional.of(CSpread.V4)),
    C5("127.0.0.1", Optional.of(CSpread.V5)),
    C5_OVER_IPV6("::1", Optional.of(CSpread.V5)),
    OURS_4("127.0.0.1", Optional.empty()),
    OURS_4_OVER_IPV6("::1", Optional.empty());

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

    public boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    /** Whether programs with this library reach it: that of 4.4 knows no IPv6. */
    public boolean takes(CSpread client) {
        return !isIpv6() || client != CSpread.V4;
    }

    /** The segment and the daemon d1 of its configuration. */
    String segment(int port) {
        String address = c.isPresent() ? host : "127.0.0.1";
        String segment = address.equals("::1") ? "[::1]" : "127.0.0.255";
        return "Spread_Segment " + segment + ":" + port + " {\n d1 " + address + " { " + address + " }\n}\n";
    }
}
