package org.flushspread.daemon.admin;

import java.util.function.Consumer;
import org.flushspread.config.AccessDecision;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Where an {@link AdminServer} learns of its daemon. */
public interface AdminSource {
    /**
     * Asks for a snapshot. Any thread may call; the answer comes on the kernel's thread, which {@code answer} must not keep, or never, if
     * the daemon stops or hangs.
     */
    void snapshot(Consumer<AdminSnapshot> answer);

    /**
     * Whether somebody may ask (security 4); without an access file everybody may. Any thread may call.
     *
     * @param from where he is; null if he came by a unix domain socket
     */
    default AccessDecision mayAsk(@Nullable IpAddress from) {
        return new AccessDecision(true, 0);
    }
}
