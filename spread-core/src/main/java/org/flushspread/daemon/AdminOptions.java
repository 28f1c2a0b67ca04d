package org.flushspread.daemon;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a daemon answers people and programs that look after it (operations 2).
 *
 * @param socket serve a unix domain socket beside the clients', for the daemon's own user only
 * @param http serve HTTP here; empty for not at all
 */
public record AdminOptions(boolean socket, Optional<InetSocketAddress> http) {
    /** The socket, and no port. */
    public static final AdminOptions DEFAULTS = new AdminOptions(true, Optional.empty());

    public AdminOptions withSocket(boolean value) {
        return new AdminOptions(value, http);
    }

    public AdminOptions withHttp(Optional<InetSocketAddress> value) {
        return new AdminOptions(socket, value);
    }
}
