package org.flushspread.daemon.admin;

import java.util.function.Consumer;

/** Where an {@link AdminServer} learns of its daemon. */
public interface AdminSource {
    /**
     * Asks for a snapshot. Any thread may call; the answer comes on the kernel's thread, which {@code answer} must not keep, or never, if
     * the daemon stops or hangs.
     */
    void snapshot(Consumer<AdminSnapshot> answer);
}
