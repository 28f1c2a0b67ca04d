package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.session.ClientSession.State;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of open sessions: they are read at once, or held while their client is not read and worked off in turns later
 * (client-protocol 6.3).
 */
final class ClientInput {
    /** A client that is still read when it has this much waiting is given up: the shell was told long ago not to. */
    private static final int MAX_HELD = 1 << 20;
    /** Messages taken from one client that had to wait before it is the next one's turn. */
    private static final int HELD_TURN = 8;

    private final Context context;
    private final LifeCycle life;
    private final Rejections rejections;
    private final InputLimits limits;
    private final ClientRequests requests;
    private final ArrayDeque<ClientSession> waiting = new ArrayDeque<>();
    private boolean closed;

    ClientInput(Context context, LifeCycle life, Rejections rejections, InputLimits limits, ClientRequests requests) {
        this.context = context;
        this.life = life;
        this.rejections = rejections;
        this.limits = limits;
        this.requests = requests;
    }

    /** Bytes of a client that has finished its handshake. */
    void bytes(ClientSession client, ByteBuf bytes) {
        if (closed) {
            return;
        }
        if (client.held == null) {
            requests.read(client, bytes, Integer.MAX_VALUE);
        }
        if (client.state == State.OPEN && bytes.isReadable()) {
            hold(client, bytes);
        }
    }

    /**
     * The next client whose held input may be read now; those that are not read yet keep their place and are passed over. Null if there is
     * none.
     */
    @Nullable
    ClientSession next() {
        for (int passed = 0; passed < waiting.size() && !limits.isAllInputStopped(); passed++) {
            ClientSession session = waiting.remove();
            if (session.state != State.OPEN || !limits.isInputStopped(session)) {
                return session;
            }
            waiting.add(session);
        }
        return null;
    }

    /** Works off a few messages of what {@link #next} named; what is left waits for its next turn. */
    void readHeld(ClientSession session) {
        ByteBuf held = session.held;
        if (session.state != State.OPEN || held == null) {
            return;
        }
        requests.read(session, held, HELD_TURN);
        if (session.state != State.OPEN) {
            return;
        }
        if (held.isReadable()) {
            waiting.add(session);
            return;
        }
        held.release();
        session.held = null;
        limits.countInput(session);
        if (session.state != State.OPEN) {
            return;
        }
        if (session.ended) {
            life.lost(session, Reason.CLIENT_CLOSED);
        } else {
            reading(session, true);
        }
    }

    /** Nothing is read any more, and what was held is not worked off. */
    void close() {
        closed = true;
        waiting.clear();
    }

    void stop() {
        waiting.clear();
        requests.release();
    }

    private void hold(ClientSession session, ByteBuf bytes) {
        ByteBuf held = session.held;
        if (held == null) {
            held = context.allocator().buffer(bytes.readableBytes());
            session.held = held;
            waiting.add(session);
        }
        if (session.unread && held.readableBytes() > MAX_HELD) {
            rejections.violated(session, Reason.INPUT_OVERFLOW);
            return;
        }
        held.discardSomeReadBytes();
        held.writeBytes(bytes);
        reading(session, false);
        limits.countInput(session);
    }

    private void reading(ClientSession session, boolean on) {
        if (session.unread == on) {
            session.unread = !on;
            context.ports().reading(session, on);
        }
    }
}
