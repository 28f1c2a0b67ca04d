package org.flushspread.kernel.groups;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.Context;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.kernel.Message;
import org.flushspread.kernel.Outbound;
import org.jspecify.annotations.Nullable;

/** The process groups of one daemon. */
public final class Groups {
    public Groups(Context context, Outbound ring, LocalSessions sessions) {}

    /** A JOIN, LEAVE, KILL or GROUPS message, in delivery order. */
    public void control(Message message) {}

    /** T of groups-protocol 6. */
    public void transitional(DaemonMembership membership) {}

    /** R of groups-protocol 6. */
    public void regular(DaemonMembership membership) {}

    /** The local members of the group named in the slot at {@code index}, or null if there are none. Allocates nothing. */
    public @Nullable LocalGroup local(ByteBuf bytes, int index) {
        return null;
    }

    /** Daemon entries are sorted anew by the configuration now in force (reload). */
    public void reconfigured() {}

    /** Groups known. */
    public int count() {
        return 0;
    }

    /** GOP 1, GTRANS 2, GGATHER 3, GGT 4 (the numbers of the status packet). */
    public int stateNumber() {
        return 1;
    }
}
