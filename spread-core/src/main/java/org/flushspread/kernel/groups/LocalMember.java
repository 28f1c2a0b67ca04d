package org.flushspread.kernel.groups;

import io.netty.buffer.ByteBuf;
import org.flushspread.wire.Name;

/** A session of this daemon, as groups see it. */
public interface LocalMember {
    /** {@code #name#daemon}. */
    Name privateGroup();

    /** True if it asked for membership messages when it connected. */
    boolean wantsMembership();

    /**
     * Queues a whole message for the client, little-endian header first. The bytes are lent for this call; {@code image}'s indices are not
     * moved.
     */
    void deliver(ByteBuf image, int index, int length);
}
