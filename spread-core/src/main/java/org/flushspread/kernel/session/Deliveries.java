package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.session.ClientSession.State;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** The way out to clients: what they get is queued, within its limits, and handed on at the end of a turn (client-protocol 6.4). */
final class Deliveries {
    /** A delivered message of at least this length is sent from where it lies instead of being copied. */
    private static final int SLICE_FROM = 8 * 1024;

    private final Context context;
    private final SessionTable table;
    private final LifeCycle life;
    private final SlowSessions slows;
    private final OutputBudget budget;
    private final List<ClientSession> dirty = new ArrayList<>();

    Deliveries(Context context, SessionTable table, LifeCycle life, SlowSessions slows, OutputBudget budget) {
        this.context = context;
        this.table = table;
        this.life = life;
        this.slows = slows;
        this.budget = budget;
    }

    /** The shell's buffer to this client is full, or has room again. */
    void writability(ClientSession client, boolean writable) {
        if (client.writable && !writable) {
            client.fullSince = context.nanos();
        }
        client.writable = writable;
        if (client.behind && writable) {
            slows.progress(client);
        }
        if (writable && client.state == State.OPEN && !client.output.isEmpty()) {
            touch(client);
        }
    }

    /** Writes what was queued, one write per session. */
    void turnEnded() {
        for (int i = 0; i < dirty.size(); i++) {
            ClientSession session = dirty.get(i);
            session.dirty = false;
            session.output.writeTo(context.ports(), session);
        }
        dirty.clear();
    }

    /**
     * All sessions have ended.
     *
     * @param whole nothing was left half-way before
     */
    void stop(boolean whole) {
        dirty.clear();
        if (whole && (budget.memory.used() != 0 || budget.messages.used() != 0)) {
            throw new InvariantViolation(
                    "what is queued for clients is counted once (client-protocol 6.4)",
                    budget + " are counted although no client is left");
        }
    }

    /** Counts again what is queued for all clients. */
    void audit() {
        long memory = 0;
        long messages = 0;
        for (int i = 0; i < table.size(); i++) {
            memory += table.get(i).output.audit();
            messages += table.get(i).output.messages();
        }
        if (memory != budget.memory.used() || messages != budget.messages.used()) {
            throw new InvariantViolation(
                    "what is queued for clients is counted once (client-protocol 6.4)",
                    messages + " messages and " + memory + " bytes wait, counted are " + budget);
        }
    }

    /** Room for a handshake step, whatever the limits of the queue. */
    ByteBuf lastWords(ClientSession session) {
        return lastWords(session, Name.SLOT + Long.BYTES);
    }

    /** As {@link #lastWords(ClientSession)}, for up to so many bytes. */
    ByteBuf lastWords(ClientSession session, int length) {
        touch(session);
        return session.output.room(length, 0);
    }

    /** A byte before the connection is closed; without memory it is closed without a word. */
    void lastWord(ClientSession session, int code) {
        try {
            lastWords(session).writeByte(code);
        } catch (OutOfMemoryError e) {
            context.refuse(Reason.OUT_OF_MEMORY, session.toString());
        }
    }

    /** Room for one message to the client, or null if it gets none. */
    @Nullable
    ByteBuf room(ClientSession session, int length) {
        if (!admits(session)) {
            return null;
        }
        touch(session);
        return session.output.room(length, 1);
    }

    /** One message in little-endian order whose bytes are only lent. */
    void deliver(ClientSession session, ByteBuf image, int index, int length) {
        try {
            ByteBuf out = room(session, length);
            if (out != null) {
                out.writeBytes(image, index, length);
                handOn(session);
            }
        } catch (OutOfMemoryError e) {
            cannotDeliver(session);
        }
    }

    /** A data message in delivery order. */
    void deliver(ClientSession session, Message message) {
        try {
            queue(session, message);
        } catch (OutOfMemoryError e) {
            cannotDeliver(session);
        }
    }

    private void queue(ClientSession session, Message message) {
        int length = message.length();
        boolean copied = length < SLICE_FROM;
        boolean headerCopied = copied || !message.littleEndian();
        if (headerCopied) {
            ByteBuf out = room(session, copied ? length : MessageHeader.LENGTH);
            if (out == null) {
                return;
            }
            int start = out.writerIndex();
            out.writeBytes(message.bytes(), message.index(), copied ? length : MessageHeader.LENGTH);
            if (!message.littleEndian()) {
                RequestHeader.toLittleEndian(out, start);
            }
        } else if (!admits(session)) {
            return;
        }
        if (!copied) {
            int done = headerCopied ? MessageHeader.LENGTH : 0;
            session.output.add(message.bytes().retainedSlice(message.index() + done, length - done));
            touch(session);
        }
        handOn(session);
    }

    /** There is no memory for what it should get next: it gets nothing any more, the others do. */
    private void cannotDeliver(ClientSession session) {
        context.refuse(Reason.OUT_OF_MEMORY, session.toString());
        if (session.state == State.OPEN) {
            life.lost(session, Reason.OUT_OF_MEMORY);
        }
    }

    /** False if the session gets nothing any more, or is too slow to get this (client-protocol 6.4). */
    private boolean admits(ClientSession session) {
        if (session.state != State.OPEN || session.ended) {
            return false;
        }
        boolean slow = false;
        if (!session.writable) {
            slows.look(session);
            slow = slows.isBeyond(session);
        }
        if (budget.isExceeded()) {
            giveUpLongestQueue();
        }
        if (session.state == State.OPEN
                && (slow || context.configuration().options().maxSessionMessages() == 0)) {
            context.refuse(Reason.SLOW_CLIENT, session.toString());
            life.lost(session, Reason.SLOW_CLIENT);
        }
        return session.state == State.OPEN;
    }

    /** All slow clients together take too much: the one that takes most of it goes. */
    private void giveUpLongestQueue() {
        boolean byMemory = budget.memory.isExceeded();
        ClientSession longest = null;
        long most = 0;
        for (int i = 0; i < table.size(); i++) {
            ClientSession each = table.get(i);
            long waiting = byMemory ? each.output.bytes() : each.output.messages();
            if (each.state == State.OPEN && !each.writable && waiting > most) {
                longest = each;
                most = waiting;
            }
        }
        if (longest != null) {
            context.refuse(Reason.SLOW_CLIENT, longest + ", the longest queue of all, which have " + budget);
            life.lost(longest, Reason.SLOW_CLIENT);
        }
    }

    /** Much output goes on before the turn ends, so that a shell that cannot take it says so early. */
    private void handOn(ClientSession session) {
        if (session.writable && session.output.bytes() >= OutputQueue.CHUNK) {
            session.output.writeTo(context.ports(), session);
        }
    }

    private void touch(ClientSession session) {
        if (!session.dirty) {
            session.dirty = true;
            dirty.add(session);
        }
    }
}
