package org.flushspread.client;

import java.nio.charset.StandardCharsets;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * Where a daemon listens, as in {@code 4803} (unix domain socket on this machine), {@code 4803@host} (TCP) or {@code tls://host:4805}: the
 * spread name of client-protocol 2.1.
 *
 * @param port 1..65535
 * @param host name, IPv4 address or IPv6 address without brackets, perhaps with the interface ({@code fe80::1%eth0}); or null for the unix
 *     domain socket of that port
 * @param tls whether the name says that TLS is spoken there
 */
public record DaemonAddress(int port, @Nullable String host, boolean tls) {
    /** The port that is meant when nothing is said. */
    public static final int DEFAULT_PORT = 4803;

    private static final int MAX_LENGTH = 70;
    /** C libraries know no such names, nor their limit: a host has 253 characters at the most. */
    private static final int MAX_TLS_LENGTH = 300;

    private static final String TLS = "tls://";
    private static final String FORM = "expected PORT or PORT@HOST, as in 4803, 4803@localhost or 4803@::1";
    private static final String TLS_FORM = "expected tls://HOST:PORT, as in tls://node1:4805 or tls://[::1]:4805";

    /** An address without TLS. */
    public DaemonAddress(int port, @Nullable String host) {
        this(port, host, false);
    }

    /**
     * Reads a spread name. Null and the empty string mean {@code 4803}.
     *
     * @throws SpreadException ({@link SpreadCode#ILLEGAL_SPREAD}) if it is none; the message says where and what was expected
     */
    public static DaemonAddress parse(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return new DaemonAddress(DEFAULT_PORT, null);
        }
        int most = name.contains(TLS) ? MAX_TLS_LENGTH : MAX_LENGTH;
        if (name.getBytes(StandardCharsets.UTF_8).length > most) {
            throw illegal(name.substring(0, 20) + "...", "it is longer than " + most + " bytes");
        }
        int at = skipSpace(name, 0);
        if (name.startsWith(TLS, at)) {
            return parseTls(name, name.substring(at + TLS.length()).stripTrailing());
        }
        int digits = at;
        while (digits < name.length() && Character.digit(name.charAt(digits), 10) >= 0 && name.charAt(digits) < 128) {
            digits++;
        }
        if (digits == at) {
            throw illegal(name, "no port number at its front; " + FORM);
        }
        int port = digits - at > 9 ? 0 : Integer.parseInt(name.substring(at, digits));
        if (port < 1 || port > 65535) {
            throw illegal(name, "port " + name.substring(at, digits) + " is not in 1..65535");
        }
        at = skipSpace(name, digits);
        if (at == name.length()) {
            return new DaemonAddress(port, null);
        }
        if (name.charAt(at) != '@') {
            throw illegal(name, "'" + name.charAt(at) + "' at position " + (at + 1) + "; " + FORM);
        }
        int end = ++at;
        while (end < name.length() && !Character.isWhitespace(name.charAt(end))) {
            end++;
        }
        if (end == at) {
            throw illegal(name, "no host behind '@'; " + FORM);
        }
        boolean tls = name.startsWith(TLS, at);
        String host = name.substring(tls ? at + TLS.length() : at, end);
        if (host.isEmpty()) {
            throw illegal(name, "no host behind '" + TLS + "'; " + FORM);
        }
        return new DaemonAddress(port, withoutBrackets(name, host), tls);
    }

    /** The usual form of addresses with a scheme: {@code host:port}. */
    private static DaemonAddress parseTls(String name, String rest) {
        int colon = rest.lastIndexOf(':');
        String digits = rest.substring(colon + 1);
        if (colon < 1
                || digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(DaemonAddress::isDigit)) {
            throw illegal(name, "no host, or no port behind it; " + TLS_FORM);
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 65535) {
            throw illegal(name, "port " + port + " is not in 1..65535");
        }
        String host = rest.substring(0, colon);
        if (host.charAt(0) != '[' && host.indexOf(':') >= 0) {
            throw illegal(name, "an IPv6 address stands in brackets; " + TLS_FORM);
        }
        if (host.chars().anyMatch(Character::isWhitespace)) {
            throw illegal(name, "there is a blank in it; " + TLS_FORM);
        }
        return new DaemonAddress(port, withoutBrackets(name, host), true);
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9';
    }

    /** The C library wants an IPv6 address without brackets; with a port beside it people write them, as everywhere else. */
    private static String withoutBrackets(String name, String host) {
        if (host.charAt(0) != '[') {
            return host;
        }
        boolean closed = host.indexOf(']') == host.length() - 1;
        if (!closed || host.indexOf(':') < 0) {
            throw illegal(name, "between '[' and ']' and with nothing behind them stands an IPv6 address; " + FORM);
        }
        return host.substring(1, host.length() - 1);
    }

    private static int skipSpace(String name, int from) {
        int at = from;
        while (at < name.length() && Character.isWhitespace(name.charAt(at))) {
            at++;
        }
        return at;
    }

    private static SpreadException illegal(String name, String why) {
        return new SpreadException(SpreadCode.ILLEGAL_SPREAD, "'" + name + "' names no daemon: " + why);
    }

    @Override
    public String toString() {
        if (host == null) {
            return Integer.toString(port);
        }
        if (tls) {
            return TLS + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
        return port + "@" + host;
    }
}
