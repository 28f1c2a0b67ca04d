package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.session.ClientSession.State;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** All sessions of one daemon, dying ones included, each once, and their names. */
final class SessionTable {
    private final List<ClientSession> all = new ArrayList<>();
    private final SessionNames names;
    private int dying;

    SessionTable(int secret) {
        names = new SessionNames(secret);
    }

    void add(ClientSession session) {
        session.position = all.size();
        all.add(session);
    }

    /** Takes out a session, and gives its name back. */
    void remove(ClientSession session) {
        if (session.position >= all.size() || all.get(session.position) != session) {
            throw new InvariantViolation(
                    "every session is in the table once (client-protocol 6.2)",
                    session + " is not at its place " + session.position + " of " + all.size());
        }
        if (!session.privateGroup().isEmpty()) {
            names.remove(session);
        }
        ClientSession last = all.remove(all.size() - 1);
        if (last != session) {
            all.set(session.position, last);
            last.position = session.position;
        }
    }

    /** The session has a name, which is reserved from now on. */
    void named(ClientSession session) {
        names.add(session);
    }

    /** The connection of a session is gone or given up; its name stays. */
    void died() {
        dying++;
    }

    /** A session that had died gives its name back. */
    void buried() {
        dying--;
        if (dying < 0) {
            throw new InvariantViolation(
                    "a session dies once (client-protocol 6.2)", dying + " of " + all.size() + " sessions are dying");
        }
    }

    @Nullable
    ClientSession find(Name privateGroup) {
        return names.find(privateGroup);
    }

    /** The session whose private group stands in the slot at {@code index}, or null. */
    @Nullable
    ClientSession find(ByteBuf bytes, int index) {
        return names.find(bytes, index);
    }

    boolean isTaken(Name privateGroup) {
        return names.find(privateGroup) != null;
    }

    int size() {
        return all.size();
    }

    /** One of them, in no order that means anything, 0 to {@link #size()} - 1. */
    ClientSession get(int i) {
        return all.get(i);
    }

    /** Connected clients, those in the handshake included. */
    int connected() {
        return all.size() - dying;
    }

    /** What can be told of the clients now, of at most so many. */
    List<SessionFigures> figures(int most) {
        List<SessionFigures> figures = new ArrayList<>(Math.min(most, all.size()));
        for (int i = 0; i < all.size() && figures.size() < most; i++) {
            State state = all.get(i).state;
            if (state == State.HANDSHAKE || state == State.OPEN) {
                figures.add(all.get(i).figures());
            }
        }
        return figures;
    }

    /** Tests every place and every name (client-protocol 6.2). */
    void audit() {
        int gone = 0;
        int named = 0;
        for (int i = 0; i < all.size(); i++) {
            ClientSession each = all.get(i);
            if (each.position != i || each.state == State.GONE) {
                throw new InvariantViolation(
                        "every session is in the table once (client-protocol 6.2)",
                        each + ", which is " + each.state + ", is at " + i + " instead of " + each.position);
            }
            gone += each.state == State.DYING ? 1 : 0;
            if (!each.privateGroup().isEmpty()) {
                named++;
                if (names.find(each.privateGroup()) != each) {
                    throw new InvariantViolation(
                            "a name is reserved until its session ends (client-protocol 6.2)",
                            each + " is not found by its name");
                }
            }
        }
        if (gone != dying) {
            throw new InvariantViolation(
                    "a session dies once (client-protocol 6.2)", gone + " sessions are dying, counted are " + dying);
        }
        if (named != names.size()) {
            throw new InvariantViolation(
                    "a name is free when its session has ended (client-protocol 6.2)",
                    names.size() + " names are reserved by " + named + " sessions");
        }
    }

    void clear() {
        all.clear();
        dying = 0;
    }
}
