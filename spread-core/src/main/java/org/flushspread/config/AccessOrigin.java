package org.flushspread.config;

import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody may come from: {@code unix}, {@code local}, an address or a network (configuration 7).
 *
 * @param networks what an address is compared with; null for whoever has no address
 */
record AccessOrigin(@Nullable AccessList networks) {
    private static final String UNIX = "unix";
    private static final String LOCAL = "local";

    /** @throws ConfigurationException if it is none, or one that nobody can come from */
    static AccessOrigin parse(String text, Position at) {
        if (text.equals(UNIX)) {
            return new AccessOrigin((AccessList) null);
        }
        if ((text.startsWith(UNIX) || text.startsWith(LOCAL)) && !text.equals(LOCAL)) {
            throw new ConfigurationException(
                    at, "expected 'unix', 'local', an address or address/length, found " + Token.quote(text));
        }
        AccessList networks = AccessList.of(text, at);
        if (!networks.warnings().isEmpty()) {
            throw new ConfigurationException(at, networks.warnings().get(0).text());
        }
        return new AccessOrigin(networks);
    }

    boolean matches(@Nullable IpAddress from) {
        return networks == null ? from == null : from != null && networks.matches(from);
    }
}
