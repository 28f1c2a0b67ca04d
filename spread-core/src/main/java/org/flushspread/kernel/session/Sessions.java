package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.KernelFailure;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.groups.Groups;
import org.flushspread.kernel.groups.LocalGroup;
import org.flushspread.kernel.groups.LocalMember;
import org.flushspread.kernel.groups.LocalSessions;
import org.flushspread.kernel.session.ClientSession.State;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** All client sessions of one daemon: their life, what is delivered to them, and back-pressure in both directions. */
public final class Sessions implements LocalSessions {
    /** A delivered message of at least this length is sent from where it lies instead of being copied. */
    private static final int SLICE_FROM = 8 * 1024;
    /** A client that is still read when it has this much waiting is given up: the shell was told long ago not to. */
    private static final int MAX_HELD = 1 << 20;
    /** Messages taken from one client that had to wait before it is the next one's turn. */
    private static final int HELD_TURN = 8;
    /** The KILL a daemon makes for a client it lost; a client that says goodbye sends a plain KILL (client-protocol 4.1). */
    private static final int LOST = ServiceType.KILL_MESS | ServiceType.SAFE_MESS;

    private final Context context;
    private final Outbound ring;
    private final Requests requests;
    private final Handshakes handshakes;
    private final SessionNames names;
    private final Budget output;
    private final Budget input;
    private final int waterMark;
    private final long mostWaiting;
    private final long mostWaitingOfOne;
    private final List<ClientSession> all = new ArrayList<>();
    private final List<ClientSession> dirty = new ArrayList<>();
    private final ArrayDeque<ClientSession> waiting = new ArrayDeque<>();
    private @Nullable Groups groups;
    private long opened;
    private long deliveries;
    private int dying;
    /** Sessions whose KILL could not be queued. */
    private int owedKills;

    private boolean held;
    private boolean accepting = true;

    public Sessions(Context context, Outbound ring) {
        this(context, ring, AccessPolicy.PERMIT);
    }

    public Sessions(Context context, Outbound ring, AccessPolicy policy) {
        this.context = context;
        this.ring = ring;
        output = new Budget(context.settings().maxClientBytes());
        input = new Budget(context.settings().maxClientBytes());
        waterMark = context.settings().waterMark();
        mostWaiting = context.settings().maxWaitingBytes();
        mostWaitingOfOne = context.settings().maxSessionWaitingBytes();
        names = new SessionNames(context.random().nextInt());
        requests = new Requests(context, ring, this, policy);
        handshakes = new Handshakes(context, this, policy);
    }

    /** Tells where local group members are looked up; once, right after construction. */
    public void groups(Groups lookup) {
        groups = lookup;
        requests.groups(lookup);
    }

    /** A client connected. */
    public Session opened(int address, Object transport) {
        return opened(address, transport, Duration.ZERO);
    }

    /** As {@link #opened(int, Object)}, for a client that may take nothing for so long before the limits of its queue count. */
    public Session opened(int address, Object transport, Duration patience) {
        ClientSession session = new ClientSession(++opened, address, transport, this, context.allocator(), output);
        session.patience = patience.toNanos();
        session.openedAt = context.nanos();
        boolean room = all.size() < context.settings().maxSessions();
        session.position = all.size();
        all.add(session);
        try {
            if (!room || !handshakes.begin(session)) {
                lastWord(session, SpreadCode.REJECT_QUOTA.code());
                refused(session, room ? Reason.TOO_MANY_HANDSHAKES : Reason.TOO_MANY_SESSIONS);
            }
        } catch (OutOfMemoryError e) {
            failed(session, e);
        }
        return session;
    }

    /**
     * What a client sent, or that it came or went, made the daemon fail before anything of it reached the ring: this client ends, nobody
     * else does (guarantees, where failures end).
     */
    public void failed(Session session, Throwable cause) {
        ClientSession client = (ClientSession) session;
        Reason why = cause instanceof OutOfMemoryError ? Reason.OUT_OF_MEMORY : Reason.INPUT_FAILED;
        switch (client.state) {
            case HANDSHAKE -> {
                client.output.drop();
                refused(client, why);
            }
            case OPEN -> {
                context.refuse(why, client.toString());
                lost(client, why);
            }
            case DYING, GONE -> context.refuse(why, client.toString());
        }
        context.ports()
                .report(new Event.SessionFailed(client, client.privateGroup().toString(), cause));
    }

    /** Bytes of a client (reader to writer index), lent for the call; the reader index may be moved. */
    public void bytes(Session session, ByteBuf bytes) {
        ClientSession client = (ClientSession) session;
        if (client.handshake != null) {
            handshakes.bytes(client.handshake, bytes);
            return;
        }
        if (client.held == null) {
            requests.read(client, bytes, Integer.MAX_VALUE);
        }
        if (client.state == State.OPEN && bytes.isReadable()) {
            hold(client, bytes);
        }
    }

    /** The shell's buffer to this client is full, or has room again. */
    public void writability(Session session, boolean writable) {
        ClientSession client = (ClientSession) session;
        if (client.writable && !writable) {
            client.fullSince = context.nanos();
        }
        client.writable = writable;
        if (writable && client.state == State.OPEN && !client.output.isEmpty()) {
            touch(client);
        }
    }

    /** The client's connection ended or failed. */
    public void closed(Session session) {
        ClientSession client = (ClientSession) session;
        switch (client.state) {
            case HANDSHAKE -> forget(client);
            case OPEN -> {
                client.ended = true;
                client.output.drop();
                // what it sent before counts, as if it had been read earlier (client-protocol 6.3)
                if (client.held == null) {
                    lost(client, Reason.CLIENT_CLOSED);
                }
            }
            case DYING, GONE -> {}
        }
    }

    /** The verdict of {@code Ports.authenticate}. */
    public void authenticated(Session session, String method, boolean accepted) {
        ClientSession client = (ClientSession) session;
        if (client.handshake != null) {
            handshakes.authenticated(client.handshake, method, accepted);
        }
    }

    /** The oldest unfinished handshake is due. */
    public void handshakeTimeout() {
        handshakes.timeout();
    }

    /** A data message, in delivery order: to every local receiver once. */
    public void deliver(Message message) {
        if ((message.type() & ServiceType.REJECT_MESS) != 0) {
            // a C daemon lets its clients send it; a receiver would look for an old type that is not
            // there (client-protocol Q3)
            context.refuse(Reason.BAD_MESSAGE_TYPE);
            return;
        }
        deliveries++;
        ByteBuf bytes = message.bytes();
        if ((message.type() & ServiceType.SELF_DISCARD) != 0) {
            ClientSession sender = names.find(bytes, message.senderIndex());
            if (sender != null) {
                sender.delivered = deliveries;
            }
        }
        for (int i = 0; i < message.numGroups(); i++) {
            int slot = message.groupIndex(i);
            if (bytes.getByte(slot) == '#') {
                ClientSession session = names.find(bytes, slot);
                if (session != null) {
                    deliverOnce(session, message);
                }
                continue;
            }
            LocalGroup members = groups == null ? null : groups.local(bytes, slot);
            for (int j = 0; members != null && j < members.size(); j++) {
                deliverOnce((ClientSession) members.get(j), message);
            }
        }
    }

    /**
     * Works off input that had to wait, as far as the ring takes it, a few messages of each client in turn. True if there was any: then
     * the ring may have something to do.
     */
    public boolean readHeld() {
        boolean any = false;
        // those who have their share waiting already keep their place and are passed over
        for (int passed = 0; passed < waiting.size() && !isInputStopped(); ) {
            ClientSession session = waiting.remove();
            if (session.state == State.OPEN && hasItsShareWaiting(session)) {
                waiting.add(session);
                passed++;
                continue;
            }
            passed = 0;
            any = true;
            try {
                readHeld(session);
            } catch (KernelFailure | InvariantViolation e) {
                throw e;
            } catch (RuntimeException | Error e) {
                failed(session, e);
            }
        }
        return any;
    }

    private void readHeld(ClientSession session) {
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
        countInput(session);
        if (session.state != State.OPEN) {
            return;
        }
        if (session.ended) {
            lost(session, Reason.CLIENT_CLOSED);
        } else {
            reading(session, true);
        }
    }

    /** End of a turn: looks at the water mark, writes what was queued, one write per session. */
    public void turnEnded() {
        for (int i = 0; owedKills > 0 && i < all.size(); i++) {
            submitKill(all.get(i));
        }
        for (int i = 0; i < dirty.size(); i++) {
            ClientSession session = dirty.get(i);
            session.dirty = false;
            session.output.writeTo(context.ports(), session);
        }
        dirty.clear();
        if (accepting == isInputStopped()) {
            accepting = !accepting;
            context.ports().accepting(accepting);
        }
    }

    /** Connected clients, those in the handshake included. */
    public int count() {
        return all.size() - dying;
    }

    /** What can be told of the clients now, of at most so many. */
    public List<SessionFigures> figures(int most) {
        List<SessionFigures> figures = new ArrayList<>(Math.min(most, all.size()));
        for (int i = 0; i < all.size() && figures.size() < most; i++) {
            State state = all.get(i).state;
            if (state == State.HANDSHAKE || state == State.OPEN) {
                figures.add(all.get(i).figures());
            }
        }
        return figures;
    }

    /**
     * Closes every session.
     *
     * @param farewell write what waits; not where half a message may wait
     */
    public void stop(Reason why, boolean farewell) {
        for (ClientSession session : all) {
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
            release(session);
        }
        all.clear();
        dirty.clear();
        waiting.clear();
        dying = 0;
        requests.release();
    }

    @Override
    public @Nullable LocalMember find(Name privateGroup) {
        ClientSession session = names.find(privateGroup);
        return session == null || session.state == State.HANDSHAKE ? null : session;
    }

    @Override
    public void killed(Name privateGroup) {
        ClientSession session = names.find(privateGroup);
        if (session == null || session.state == State.HANDSHAKE) {
            return;
        }
        if (session.state == State.OPEN) {
            // nobody but its own daemon may say so, but the groups have forgotten it: it cannot go on
            end(session, Reason.CLIENT_DISCONNECTED);
        } else if (session.owedKill != 0) {
            session.owedKill = 0;
            owedKills--;
        }
        dying--;
        forget(session);
    }

    @Override
    public void hold(boolean on) {
        held = on;
    }

    /** True while no client is read: at the water marks (client-protocol 6.3) and while groups exchange their state. */
    boolean isInputStopped() {
        return held || ring.waiting() >= waterMark || ring.waitingBytes() >= mostWaiting;
    }

    /** True while this client is not read. */
    boolean isInputStopped(ClientSession session) {
        return isInputStopped() || hasItsShareWaiting(session);
    }

    private boolean hasItsShareWaiting(ClientSession session) {
        return session.backlog.bytes() >= mostWaitingOfOne;
    }

    boolean isTaken(Name privateGroup) {
        return names.find(privateGroup) != null;
    }

    /** The session has its name, which is reserved from now on. */
    void named(ClientSession session) {
        names.add(session);
    }

    /** The handshake is over; messages may follow. */
    void accepted(ClientSession session) {
        session.state = State.OPEN;
        context.ports()
                .report(new Event.SessionOpened(session, session.privateGroup().toString(), session.wantsMembership()));
    }

    /** The handshake failed; what was said last is written before the connection is closed. */
    void refused(ClientSession session, Reason why) {
        session.output.writeAllTo(context.ports(), session);
        context.ports().close(session, why);
        context.refuse(why, session.toString());
        forget(session);
    }

    /** The session asks for more than there is; the others see a disconnect. */
    void violated(ClientSession session, Reason why) {
        violated(session, why, 0);
    }

    /** A message of this type broke a rule; the others see a disconnect (client-protocol 4.2). */
    void violated(ClientSession session, Reason why, int type) {
        context.refuse(why, session.toString());
        requests.lastReject(session, type);
        lost(session, why);
    }

    /** The client said goodbye. Its KILL travels with clean slots, as AGREED. */
    void disconnected(ClientSession session) {
        endInOrder(session, Reason.CLIENT_DISCONNECTED, ServiceType.KILL_MESS);
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
    void deliverCopy(ClientSession session, ByteBuf image, int index, int length) {
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

    /** There is no memory for what it should get next: it gets nothing any more, the others do. */
    private void cannotDeliver(ClientSession session) {
        context.refuse(Reason.OUT_OF_MEMORY, session.toString());
        if (session.state == State.OPEN) {
            lost(session, Reason.OUT_OF_MEMORY);
        }
    }

    private void deliverOnce(ClientSession session, Message message) {
        if (session.delivered == deliveries) {
            return;
        }
        session.delivered = deliveries;
        try {
            deliver(session, message);
        } catch (OutOfMemoryError e) {
            cannotDeliver(session);
        }
    }

    private void deliver(ClientSession session, Message message) {
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

    /** False if the session gets nothing any more, or is too slow to get this (client-protocol 6.4). */
    private boolean admits(ClientSession session) {
        if (session.state != State.OPEN || session.ended) {
            return false;
        }
        int most = context.configuration().options().maxSessionMessages();
        OutputQueue queue = session.output;
        boolean slow = !session.writable
                && (queue.messages() >= most
                        || queue.bytes() >= context.settings().maxSessionBytes())
                && context.nanos() - session.fullSince >= session.patience;
        if (output.isExceeded()) {
            giveUpLongestQueue();
        }
        if (session.state == State.OPEN && (slow || most == 0)) {
            context.refuse(Reason.SLOW_CLIENT, session.toString());
            lost(session, Reason.SLOW_CLIENT);
        }
        return session.state == State.OPEN;
    }

    /** All slow clients together take too much: the one that takes most goes. */
    private void giveUpLongestQueue() {
        ClientSession longest = null;
        for (ClientSession each : all) {
            if (each.state == State.OPEN
                    && !each.writable
                    && (longest == null || each.output.bytes() > longest.output.bytes())) {
                longest = each;
            }
        }
        if (longest != null && !longest.output.isEmpty()) {
            context.refuse(Reason.SLOW_CLIENT, longest.toString());
            lost(longest, Reason.SLOW_CLIENT);
        }
    }

    /**
     * Counts the memory of what a client has sent of a message and of what has to wait. If all of it is too much, the message that was
     * begun first will not be finished: who sends in good faith is done sooner.
     */
    void countInput(ClientSession session) {
        long now = 0;
        if (session.partial != null) {
            now += session.partial.capacity();
        }
        if (session.held != null) {
            now += session.held.capacity();
        }
        input.add(now - session.inputBytes);
        session.inputBytes = now;
        if (input.isExceeded() && session.state == State.OPEN) {
            giveUpOldestMessage();
        }
    }

    private void giveUpOldestMessage() {
        ClientSession oldest = null;
        for (ClientSession each : all) {
            if (each.partial != null && (oldest == null || each.partialNumber < oldest.partialNumber)) {
                oldest = each;
            }
        }
        if (oldest != null) {
            violated(oldest, Reason.INPUT_OVERFLOW);
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

    private void hold(ClientSession session, ByteBuf bytes) {
        ByteBuf held = session.held;
        if (held == null) {
            held = context.allocator().buffer(bytes.readableBytes());
            session.held = held;
            waiting.add(session);
        }
        if (session.unread && held.readableBytes() > MAX_HELD) {
            violated(session, Reason.INPUT_OVERFLOW);
            return;
        }
        held.discardSomeReadBytes();
        held.writeBytes(bytes);
        reading(session, false);
        countInput(session);
    }

    private void reading(ClientSession session, boolean on) {
        if (session.unread == on) {
            session.unread = !on;
            context.ports().reading(session, on);
        }
    }

    private void lost(ClientSession session, Reason why) {
        endInOrder(session, why, LOST);
    }

    private void endInOrder(ClientSession session, Reason why, int kill) {
        session.owedKill = kill;
        owedKills++;
        end(session, why);
        submitKill(session);
    }

    /** The connection goes; the name stays until the KILL comes back (client-protocol 6.2). */
    private void end(ClientSession session, Reason why) {
        session.state = State.DYING;
        dying++;
        release(session);
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

    /** The session and its name are free again. */
    private void forget(ClientSession session) {
        if (session.handshake != null) {
            handshakes.remove(session.handshake);
        }
        if (!session.privateGroup().isEmpty()) {
            names.remove(session);
        }
        session.state = State.GONE;
        release(session);
        ClientSession last = all.remove(all.size() - 1);
        if (last != session) {
            all.set(session.position, last);
            last.position = session.position;
        }
    }

    private void release(ClientSession session) {
        session.output.drop();
        if (session.partial != null) {
            session.partial.release();
            session.partial = null;
        }
        if (session.held != null) {
            session.held.release();
            session.held = null;
        }
        countInput(session);
    }
}
