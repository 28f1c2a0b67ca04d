package org.flushspread.kernel.groups;

import io.netty.buffer.ByteBuf;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** The sessions of this daemon, as groups see them. */
public interface LocalSessions {
    /** The session of this private group, dying ones included, or null. */
    @Nullable
    LocalMember find(Name privateGroup);

    /**
     * Queues a whole message for a client, little-endian header first. The bytes are lent for this call; {@code image}'s indices are not
     * moved.
     */
    void deliver(LocalMember to, ByteBuf image, int index, int length);

    /** A session has become a member of a group. */
    void joined(LocalMember member, Name group);

    /** The KILL of a session came back in order: its name is free again (client-protocol 6.2). */
    void killed(Name privateGroup);

    /** While groups exchange their state no client is read and none accepted (groups-protocol 6.2). */
    void hold(boolean on);
}
