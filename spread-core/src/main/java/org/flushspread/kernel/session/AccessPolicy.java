package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.Name;

/**
 * What an authenticated client may do (client-protocol 2.6). A denied open is REJECT_AUTH; a denied join, leave or send is returned to the
 * client as REJECT_MESS (5.5). Asked on the kernel's thread, for every message: an answer takes no time, keeps no buffer and does not
 * change by chance. What it denies the policy counts and names itself.
 */
public interface AccessPolicy {
    /** Allows everything, as the only policy of the C daemon does. */
    AccessPolicy PERMIT = new AccessPolicy() {};

    default boolean mayOpen(Session session, Name privateGroup) {
        return true;
    }

    default boolean mayJoin(Session session, Name privateGroup, Name group) {
        return true;
    }

    default boolean mayLeave(Session session, Name privateGroup, Name group) {
        return true;
    }

    /** A message to one private group, whose slot is at {@code index}. */
    default boolean maySendPrivate(Session session, Name privateGroup, ByteBuf message, int index) {
        return true;
    }

    /** A message to {@code count} destinations, the first in the slot at {@code index}; at least one. */
    default boolean maySend(Session session, Name privateGroup, ByteBuf message, int index, int count) {
        return true;
    }
}
