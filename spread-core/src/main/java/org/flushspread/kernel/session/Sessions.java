package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.Context;
import org.flushspread.kernel.Message;
import org.flushspread.kernel.Outbound;
import org.flushspread.kernel.Reason;
import org.flushspread.kernel.Session;
import org.flushspread.kernel.groups.Groups;
import org.flushspread.kernel.groups.LocalMember;
import org.flushspread.kernel.groups.LocalSessions;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** All client sessions of one daemon. */
public final class Sessions implements LocalSessions {
    public Sessions(Context context, Outbound ring) {}

    /** Tells where local group members are looked up; once, right after construction. */
    public void groups(Groups groups) {}

    /** A client connected. */
    public Session opened(int address, Object transport) {
        return new Session(0, address, transport) {};
    }

    /** Bytes of a client (reader to writer index), lent for the call. */
    public void bytes(Session session, ByteBuf bytes) {}

    /** The shell's buffer to this client is full, or has room again. */
    public void writability(Session session, boolean writable) {}

    /** The client's connection ended or failed. */
    public void closed(Session session) {}

    /** The verdict of {@code Ports.authenticate}. */
    public void authenticated(Session session, String method, boolean accepted) {}

    /** The oldest unfinished handshake is due. */
    public void handshakeTimeout() {}

    /** A data message, in delivery order: to every local receiver once. */
    public void deliver(Message message) {}

    /** End of a turn: looks at the water mark, writes what was queued, one write per session. */
    public void turnEnded() {}

    /** Connected clients, those in the handshake included. */
    public int count() {
        return 0;
    }

    /** Closes every session. */
    public void stop(Reason why) {}

    @Override
    public @Nullable LocalMember find(Name privateGroup) {
        return null;
    }

    @Override
    public void killed(Name privateGroup) {}

    @Override
    public void hold(boolean on) {}
}
