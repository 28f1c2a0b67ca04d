package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.session.ClientSession.State;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.ServiceType;

/**
 * The states of a session from the accept to the end of its name (client-protocol 6.2): it is open, its connection goes while a KILL
 * travels through the order, and when that comes back its name is free.
 */
final class LifeCycle {
    /** The KILL a daemon makes for a client it lost; a client that says goodbye sends a plain KILL (client-protocol 4.1). */
    private static final int LOST = ServiceType.KILL_MESS | ServiceType.SAFE_MESS;

    private final Context context;
    private final Outbound ring;
    private final SessionTable table;
    private final HandshakeList handshakes;
    /** Sessions whose KILL could not be queued. */
    private int owedKills;
    /** Every session ends in order, because the daemon does. */
    private boolean leaving;

    LifeCycle(Context context, Outbound ring, SessionTable table, HandshakeList handshakes) {
        this.context = context;
        this.ring = ring;
        this.table = table;
        this.handshakes = handshakes;
    }

    /** The handshake is over; messages may follow. */
    void accepted(ClientSession session) {
        session.state = State.OPEN;
        context.ports()
                .report(new Event.SessionOpened(session, session.privateGroup().toString(), session.wantsMembership()));
    }

    /** The handshake failed; what was said last is written before the connection is closed. */
    void refused(ClientSession session, Reason why) {
        context.refuse(why, session.toString());
        turnedAway(session, why);
    }

    /** As {@link #refused}, where the reason was counted and told already. */
    void turnedAway(ClientSession session, Reason why) {
        session.output.writeAllTo(context.ports(), session);
        context.ports().close(session, why);
        forget(session);
    }

    /** The client said goodbye. Its KILL travels with clean slots, as AGREED. */
    void disconnected(ClientSession session) {
        endInOrder(session, Reason.CLIENT_DISCONNECTED, ServiceType.KILL_MESS);
    }

    /** The connection ended, or the client has to go. */
    void lost(ClientSession session, Reason why) {
        endInOrder(session, why, LOST);
    }

    /** The KILL of a session came back in order. */
    void killed(ClientSession session) {
        if (session.state == State.OPEN) {
            // nobody but its own daemon may say so, but the groups have forgotten it: it cannot go on
            if (leaving) {
                session.output.writeAllTo(context.ports(), session);
            }
            end(session, leaving ? Reason.DAEMON_STOPPING : Reason.CLIENT_DISCONNECTED);
        } else if (session.owedKill != 0) {
            session.owedKill = 0;
            owedKills--;
        }
        table.buried();
        forget(session);
    }

    /** The daemon leaves: who is in the handshake goes at once, every other session when its KILL has come back. */
    void leave() {
        leaving = true;
        for (int i = table.size() - 1; i >= 0; i--) {
            ClientSession session = table.get(i);
            if (session.state == State.HANDSHAKE) {
                refused(session, Reason.DAEMON_STOPPING);
            } else if (session.state == State.OPEN) {
                owe(session, LOST);
            }
        }
    }

    /** The session and its name are free again. */
    void forget(ClientSession session) {
        if (session.handshake != null) {
            handshakes.remove(session.handshake);
        }
        session.state = State.GONE;
        session.release();
        table.remove(session);
    }

    /** Queues each KILL for which there was no memory before. */
    void submitOwedKills() {
        for (int i = 0; owedKills > 0 && i < table.size(); i++) {
            submitKill(table.get(i));
        }
    }

    /**
     * Closes every session.
     *
     * @param farewell write what waits; not where half a message may wait
     */
    void stop(Reason why, boolean farewell) {
        for (int i = 0; i < table.size(); i++) {
            ClientSession session = table.get(i);
            if (session.state != State.DYING && !session.ended) {
                if (farewell) {
                    session.output.writeTo(context.ports(), session);
                }
                context.ports().close(session, why);
            }
            if (session.state == State.OPEN) {
                report(session, why);
            }
            if (session.handshake != null) {
                handshakes.remove(session.handshake);
            }
            session.state = State.GONE;
            session.release();
        }
        table.clear();
        owedKills = 0;
    }

    private void endInOrder(ClientSession session, Reason why, int kill) {
        end(session, why);
        if (!leaving) {
            owe(session, kill);
        }
    }

    private void owe(ClientSession session, int kill) {
        session.owedKill = kill;
        owedKills++;
        submitKill(session);
    }

    /** The connection goes; the name stays until the KILL comes back (client-protocol 6.2). */
    private void end(ClientSession session, Reason why) {
        session.state = State.DYING;
        table.died();
        session.release();
        if (!session.ended) {
            context.ports().close(session, why);
        }
        report(session, why);
    }

    /** Queues the KILL of a session that owes one. If there is no memory for it, the end of the next turn tries again. */
    private void submitKill(ClientSession session) {
        if (session.owedKill == 0) {
            return;
        }
        boolean lost = session.owedKill == LOST;
        ByteBuf image = Unpooled.EMPTY_BUFFER;
        try {
            image = context.allocator().buffer(MessageHeader.LENGTH + Name.SLOT);
            MessageHeader.write(
                    image, session.owedKill, session.privateGroup(), lost ? 0 : 1, MessageHeader.hint((short) 0), 0);
            if (!lost) {
                session.privateGroup().write(image);
            }
            ring.submit(lost ? PacketType.SAFE : PacketType.AGREED, image, 0, image.readableBytes());
            session.owedKill = 0;
            owedKills--;
        } catch (OutOfMemoryError e) {
            context.refuse(Reason.OUT_OF_MEMORY, "the end of " + session);
        } finally {
            image.release();
        }
    }

    private void report(ClientSession session, Reason why) {
        context.ports()
                .report(new Event.SessionClosed(session, session.privateGroup().toString(), why));
    }
}
