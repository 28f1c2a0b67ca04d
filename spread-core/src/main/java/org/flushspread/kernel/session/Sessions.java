package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import org.flushspread.config.AccessAction;
import org.flushspread.config.AccessRules;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.KernelFailure;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.PasswordMethods;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.ScramAnswer;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.groups.Groups;
import org.flushspread.kernel.groups.LocalGroup;
import org.flushspread.kernel.groups.LocalMember;
import org.flushspread.kernel.groups.LocalSessions;
import org.flushspread.kernel.session.ClientSession.State;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** All client sessions of one daemon, as kernel and groups see them: what comes in from each of them, and who gets a message. */
public final class Sessions implements LocalSessions {
    private final Context context;
    private final SessionTable table;
    private final LifeCycle life;
    private final SlowSessions slows;
    private final Deliveries deliveries;
    private final Rejections rejections;
    private final InputLimits limits;
    private final ClientRequests requests;
    private final ClientInput input;
    private final Handshakes handshakes;
    private final OutputBudget outputBudget;
    private final Budget inputBudget;
    private final AccessControl access;
    private @Nullable Groups groups;
    /** A session may be in a group that it may not be in any more. */
    private boolean reviewDue;

    private long opened;
    private long delivered;
    private boolean accepting = true;
    private boolean leaving;

    public Sessions(Context context, Outbound ring) {
        this(context, ring, new AccessControl(context));
    }

    private Sessions(Context context, Outbound ring, AccessControl access) {
        this(context, ring, access, access);
    }

    /** For tests: another policy than that of the access file. */
    Sessions(Context context, Outbound ring, AccessPolicy policy) {
        this(context, ring, policy, new AccessControl(context));
    }

    private Sessions(Context context, Outbound ring, AccessPolicy policy, AccessControl access) {
        this.context = context;
        this.access = access;
        outputBudget = new OutputBudget(
                context.settings().maxClientBytes(), context.settings().maxClientMessages());
        inputBudget = new Budget(context.settings().maxClientBytes());
        table = new SessionTable(context.random().nextInt());
        HandshakeList unfinished = new HandshakeList(context);
        life = new LifeCycle(context, ring, table, unfinished);
        slows = new SlowSessions(context, ring, table, life, outputBudget);
        deliveries = new Deliveries(context, table, life, slows, outputBudget);
        rejections = new Rejections(context, life, deliveries);
        limits = new InputLimits(context, ring, table, rejections, slows, inputBudget);
        requests = new ClientRequests(context, ring, life, rejections, limits, policy);
        input = new ClientInput(context, life, rejections, limits, requests);
        handshakes = new Handshakes(context, table, unfinished, life, deliveries, input, policy);
    }

    /** Tells where local group members are looked up; once, right after construction. */
    public void groups(Groups lookup) {
        groups = lookup;
        requests.groups(lookup);
    }

    /** A client connected. */
    public Session opened(int address, Object transport) {
        return opened(address, transport, Duration.ZERO, null);
    }

    /**
     * As {@link #opened(int, Object)}, for a client that may take nothing for so long before the limits of its queue count.
     *
     * @param certified who it is by its certificate, or null
     */
    public Session opened(int address, Object transport, Duration patience, @Nullable CertifiedUser certified) {
        ClientSession session = new ClientSession(
                ++opened, address, transport, certified, context.allocator(), outputBudget, inputBudget);
        session.patience = patience.toNanos();
        session.openedAt = context.nanos();
        boolean room = table.size() < context.settings().maxSessions();
        table.add(session);
        try {
            if (leaving) {
                life.refused(session, Reason.DAEMON_STOPPING);
            } else if (!room || !handshakes.begin(session)) {
                deliveries.lastWord(session, SpreadCode.REJECT_QUOTA.code());
                life.refused(session, room ? Reason.TOO_MANY_HANDSHAKES : Reason.TOO_MANY_SESSIONS);
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
                life.refused(client, why);
            }
            case OPEN -> {
                context.refuse(why, client.toString());
                life.lost(client, why);
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
        } else {
            input.bytes(client, bytes);
        }
    }

    /** The shell's buffer to this client is full, or has room again. */
    public void writability(Session session, boolean writable) {
        deliveries.writability((ClientSession) session, writable);
    }

    /** The client's connection ended or failed. */
    public void closed(Session session) {
        ClientSession client = (ClientSession) session;
        switch (client.state) {
            case HANDSHAKE -> life.forget(client);
            case OPEN -> {
                client.ended = true;
                client.output.drop();
                // what it sent before counts, as if it had been read earlier (client-protocol 6.3)
                if (client.held == null || leaving) {
                    life.lost(client, Reason.CLIENT_CLOSED);
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

    /** The answer of {@code Ports.authenticate} to a message of the method SCRAM. */
    public void answered(Session session, ScramAnswer answer) {
        ClientSession client = (ClientSession) session;
        if (client.handshake != null) {
            handshakes.answered(client.handshake, answer);
        }
    }

    /** How passwords may be shown, where the configuration allows them. */
    public void passwords(PasswordMethods methods) {
        handshakes.passwords(methods);
    }

    /**
     * Puts an access file in force, or none. A session that may no longer be, or that is in a group it may no longer be in, ends
     * (security 4.4).
     */
    public void access(@Nullable AccessRules rules) {
        access.rules(rules);
        reviewDue = true;
    }

    /** Ends whatever the access file no longer allows. */
    private void review() {
        reviewDue = false;
        for (int i = 0; i < table.size(); i++) {
            ClientSession session = table.get(i);
            if (session.state == State.OPEN && !isStillAllowed(session)) {
                rejections.violated(session, Reason.ACCESS_WITHDRAWN);
            }
        }
    }

    private boolean isStillAllowed(ClientSession session) {
        if (!access.allows(session, AccessAction.CONNECT, "")) {
            return false;
        }
        List<Name> joined = groups == null ? List.of() : groups.groupsOf(session.privateGroup());
        for (Name each : joined) {
            if (!access.allows(session, AccessAction.JOIN, each.toString())) {
                return false;
            }
        }
        return true;
    }

    /** The oldest unfinished handshake is due. */
    public void handshakeTimeout() {
        handshakes.timeout();
    }

    /** A client that others wait for may have taken nothing for too long (client-protocol 6.4). */
    public void stalledTimeout() {
        slows.stalledTimeout();
    }

    /** A data message, in delivery order: to every local receiver once. */
    public void deliver(Message message) {
        if ((message.type() & ServiceType.REJECT_MESS) != 0) {
            // a C daemon lets its clients send it; a receiver would look for an old type that is not
            // there (client-protocol Q3)
            context.refuse(Reason.BAD_MESSAGE_TYPE);
            return;
        }
        delivered++;
        ByteBuf bytes = message.bytes();
        if ((message.type() & ServiceType.SELF_DISCARD) != 0) {
            ClientSession sender = table.find(bytes, message.senderIndex());
            if (sender != null) {
                sender.delivered = delivered;
            }
        }
        for (int i = 0; i < message.numGroups(); i++) {
            int slot = message.groupIndex(i);
            if (bytes.getByte(slot) == '#') {
                ClientSession session = table.find(bytes, slot);
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

    private void deliverOnce(ClientSession session, Message message) {
        if (session.delivered != delivered) {
            session.delivered = delivered;
            deliveries.deliver(session, message);
        }
    }

    /**
     * Works off input that had to wait, as far as the ring takes it, a few messages of each client in turn. True if there was any: then
     * the ring may have something to do.
     */
    public boolean readHeld() {
        boolean any = false;
        if (slows.isHoldingBack()) {
            slows.review();
        }
        for (ClientSession session = input.next(); session != null; session = input.next()) {
            any = true;
            try {
                input.readHeld(session);
            } catch (KernelFailure | InvariantViolation e) {
                throw e;
            } catch (RuntimeException | Error e) {
                failed(session, e);
            }
        }
        return any;
    }

    /** End of a turn: looks at the water mark, writes what was queued, one write per session. */
    public void turnEnded() {
        if (reviewDue) {
            review();
        }
        life.submitOwedKills();
        deliveries.turnEnded();
        if (!slows.isHoldingBack()) {
            slows.review();
        }
        if (accepting == limits.isInputStopped()) {
            accepting = !accepting;
            context.ports().accepting(accepting);
        }
    }

    /**
     * Tests every invariant of the sessions (client-protocol 6.2, 6.4). For simulators and tests.
     *
     * @throws InvariantViolation if one does not hold
     */
    public void audit() {
        table.audit();
        deliveries.audit();
    }

    /** Connected clients, those in the handshake included. */
    public int count() {
        return table.connected();
    }

    /** What can be told of the clients now, of at most so many. */
    public List<SessionFigures> figures(int most) {
        return table.figures(most);
    }

    /** What waits for all of them together. */
    public QueueFigures queues() {
        return outputBudget.figures();
    }

    /** True if not even the name of a session is left. */
    public boolean isEmpty() {
        return table.size() == 0;
    }

    /** Lets every client go in order, and takes in nobody: they are not read any more, and get what comes before their own KILL. */
    public void leave() {
        leaving = true;
        input.close();
        life.leave();
    }

    /**
     * Closes every session.
     *
     * @param farewell write what waits; not where half a message may wait
     */
    public void stop(Reason why, boolean farewell) {
        life.stop(why, farewell);
        input.stop();
        deliveries.stop(farewell);
        slows.stop();
    }

    @Override
    public @Nullable LocalMember find(Name privateGroup) {
        ClientSession session = table.find(privateGroup);
        return session == null || session.state == State.HANDSHAKE ? null : session;
    }

    @Override
    public void deliver(LocalMember to, ByteBuf image, int index, int length) {
        deliveries.deliver((ClientSession) to, image, index, length);
    }

    @Override
    public void killed(Name privateGroup) {
        ClientSession session = table.find(privateGroup);
        if (session != null && session.state != State.HANDSHAKE) {
            life.killed(session);
        }
    }

    /** A join may have been on its way when another access file came into force. */
    @Override
    public void joined(LocalMember member, Name group) {
        reviewDue |= !access.allows((ClientSession) member, AccessAction.JOIN, group.toString());
    }

    @Override
    public void hold(boolean on) {
        limits.exchanging(on);
    }
}
