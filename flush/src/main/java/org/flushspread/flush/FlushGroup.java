package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A group this connection has joined, from that join until it is left. May be used by any number of threads. A later join makes another
 * object; this one then refuses all calls and never acts on the new membership.
 *
 * <p>A message is sent in the view that {@link #view()} shows, or not at all: while a newer view is installed but not yet received by the
 * application, sending is refused like after a flush. So a program knows exactly who can receive what it sends.
 *
 * <p>One class because each way to send has the overloads that programs want; they all end in two methods.
 */
public final class FlushGroup {
    private final FlushConnection connection;
    private final String name;
    private volatile @Nullable View view;
    /** Nothing of this membership is left at the daemon; calls must not act on another one. */
    private volatile boolean disowned;

    private volatile boolean over;
    private volatile @Nullable ListenerQueue listener;
    private volatile @Nullable String leftBecause;

    FlushGroup(FlushConnection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    public String name() {
        return name;
    }

    public FlushConnection connection() {
        return connection;
    }

    /** The view the application received last; null before the first one and after leaving. */
    public @Nullable View view() {
        return view;
    }

    /** True once the self-leave was received; a new join gives a new object. */
    public boolean hasLeft() {
        return over;
    }

    /**
     * Waits for a view of at least so many members. With a listener: until that has been shown it. Without one this call receives: it
     * consumes the views of this group up to the one it answers, the signals before that one, and the flush requests of this group, which
     * it answers; they do not come again from receive calls. Messages and all events of other groups are kept for those. A kept message may
     * so be of a view before the one that was waited for.
     *
     * @return that view, which counts as received
     * @throws IllegalGroupException if the group was left, or its join refused
     * @throws SpreadException {@link SpreadCode#WOULD_BLOCK} if the time is over, or if {@link FlushConnection#MAX_BACKLOG} events or 128 MB
     *     of them are kept; else as {@link FlushConnection#receive()}
     * @throws IllegalStateException if the listener of this group calls it, which it would wait for
     */
    public View awaitView(int members, Duration timeout) {
        return connection.reception().awaitView(this, members, timeout);
    }

    /** Sends to all members of the current view. Waits while the daemon does not take it. */
    public void multicast(Service service, byte[] body) {
        multicast(service.bit(), (short) 0, ByteBuffer.wrap(body));
    }

    /** Sends a text as UTF-8. */
    public void multicast(Service service, String text) {
        multicast(service, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a body in pieces, whose positions move. */
    public void multicast(Service service, ByteBuffer... body) {
        multicast(service.bit(), (short) 0, body);
    }

    /**
     * Sends with a message type.
     *
     * @param type a number for the receivers, -32765..32767
     * @throws IllegalArgumentException if the type is no 16-bit number
     * @throws SpreadException as {@link #multicast(int, short, ByteBuffer...)}
     */
    public void multicast(Service service, int type, byte[] body) {
        multicast(service.bit(), type(type), ByteBuffer.wrap(body));
    }

    /** Sends with a message type, the body in pieces, whose positions move. */
    public void multicast(Service service, int type, ByteBuffer... body) {
        multicast(service.bit(), type(type), body);
    }

    /**
     * Sends with a message type and flags.
     *
     * @param serviceType one service bit, perhaps SELF_DISCARD
     * @param type -32765..32767
     * @throws IllegalStateFlushException between the flush and the next view
     * @throws IllegalGroupException before the first view and after leaving
     * @throws SpreadException {@link SpreadCode#ILLEGAL_SERVICE}, {@link SpreadCode#ILLEGAL_MESSAGE_TYPE},
     *     {@link SpreadCode#MESSAGE_TOO_LONG}, {@link SpreadCode#CONNECTION_CLOSED}
     */
    public void multicast(int serviceType, short type, ByteBuffer... body) {
        FlushSession session = connection.session();
        long length = FlushSession.length(body);
        check(
                session.request(
                        () -> refusal(
                                () -> session.dispatcher().multicast(serviceType, name, type, body.length, length)),
                        body),
                "send to");
    }

    /** Sends to one member of the current view. */
    public void unicast(Service service, String member, byte[] body) {
        subgroupcast(service.bit(), (short) 0, List.of(member), ByteBuffer.wrap(body));
    }

    /** Sends a text to one member of the current view. */
    public void unicast(Service service, String member, String text) {
        unicast(service, member, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends to one member of the current view with a message type. */
    public void unicast(Service service, int type, String member, byte[] body) {
        subgroupcast(service.bit(), type(type), List.of(member), ByteBuffer.wrap(body));
    }

    /** Sends to one member of the current view with a message type, the body in pieces, whose positions move. */
    public void unicast(Service service, int type, String member, ByteBuffer... body) {
        subgroupcast(service.bit(), type(type), List.of(member), body);
    }

    /** Sends to some members of the current view. */
    public void subgroupcast(Service service, List<String> members, byte[] body) {
        subgroupcast(service.bit(), (short) 0, members, ByteBuffer.wrap(body));
    }

    /** Sends to some members of the current view with a message type. */
    public void subgroupcast(Service service, int type, List<String> members, byte[] body) {
        subgroupcast(service.bit(), type(type), members, ByteBuffer.wrap(body));
    }

    /**
     * Sends to some members of the current view; those that have left meanwhile count too.
     *
     * @throws IllegalReceiversException if one is not in it; nothing is sent then
     * @throws FlushException {@link SpreadCode#ILLEGAL_PARAM} for no receivers or more than {@link FlushOptions#maxReceivers}; else as
     *     {@link #multicast(int, short, ByteBuffer...)}
     */
    public void subgroupcast(int serviceType, short type, List<String> members, ByteBuffer... body) {
        int most = connection.options().maxReceivers();
        if (!FlushService.mayReceive(members.size(), most)) {
            throw new FlushException(
                    SpreadCode.ILLEGAL_PARAM,
                    members.size() + " receivers in one message to '" + name + "'; it takes 1 to " + most
                            + " (C daemons lose more than 43; see FlushOptions.maxReceivers), else multicast and let receivers choose");
        }
        FlushSession session = connection.session();
        List<String> receivers = List.copyOf(members);
        long length = FlushSession.length(body);
        check(
                session.request(
                        () -> refusal(() -> session.dispatcher()
                                .subgroupcast(serviceType, name, receivers, type, body.length, length)),
                        body),
                "send to");
    }

    /** Sends without waiting for the daemon (see {@link FlushWriter#requestSoon}), to all members. Takes the bytes. */
    void multicastSoon(Service service, byte[] body) {
        FlushSession session = connection.session();
        check(
                session.writer()
                        .requestSoon(
                                () -> refusal(() ->
                                        session.dispatcher().multicast(service.bit(), name, (short) 0, 1, body.length)),
                                ByteBuffer.wrap(body)),
                "send to");
    }

    /** The same to some members. */
    void subgroupcastSoon(Service service, List<String> members, byte[] body) {
        List<String> receivers = List.copyOf(members);
        FlushSession session = connection.session();
        check(
                session.writer()
                        .requestSoon(
                                () -> refusal(() -> session.dispatcher()
                                        .subgroupcast(service.bit(), name, receivers, (short) 0, 1, body.length)),
                                ByteBuffer.wrap(body)),
                "send to");
    }

    static short type(int type) {
        if (type != (short) type) {
            throw new IllegalArgumentException("message type " + type + " is not in -32765..32767");
        }
        return (short) type;
    }

    /**
     * Consents to the pending change; {@link FlushRequest#flush} does the same.
     *
     * @throws IllegalStateFlushException if nothing asks for it
     * @throws IllegalGroupException after leaving
     */
    public void flush() {
        FlushSession session = connection.session();
        check(
                session.order(() -> disowned
                        ? SpreadCode.ILLEGAL_GROUP.code()
                        : FlushSession.code(session.dispatcher().flush(name))),
                "flush");
    }

    /**
     * Asks to leave; a {@link SelfLeave} is the end, and until it nothing can be sent. Before the first view it is kept and done as soon as
     * that is there, which the application still receives.
     *
     * @throws IllegalGroupException the second time
     */
    public void leave() {
        FlushSession session = connection.session();
        int code = session.order(() -> disowned
                ? SpreadCode.ILLEGAL_GROUP.code()
                : FlushSession.code(session.say(session.dispatcher().leave(name))));
        boolean later = code < 0 && session.ask(() -> !disowned && session.leaveWhenMember(name));
        if (!later) {
            check(code, "leave");
        }
    }

    /** As {@link #flush}, without waiting for the daemon. */
    void flushSoon() {
        FlushSession session = connection.session();
        check(
                session.writer()
                        .orderSoon(() -> FlushSession.code(session.dispatcher().flush(name))),
                "flush");
    }

    /** Asks the members of the view to consent again, but for these, who are excluded (exclusion E9). Does not wait for the daemon. */
    void rollCallSoon(List<String> without) {
        FlushSession session = connection.session();
        session.writer().orderSoon(() -> FlushSession.code(session.dispatcher().rollCall(name, without)));
    }

    /**
     * What the group waits for: the view to come and the members that have not flushed.
     *
     * @return null if no change is pending
     */
    public @Nullable PendingView pendingView() {
        org.flushspread.flush.kernel.PendingView pending = pending();
        return pending == null ? null : PendingView.of(pending, System.nanoTime());
    }

    org.flushspread.flush.kernel.@Nullable PendingView pending() {
        FlushSession session = connection.session();
        return session.ask(() -> disowned ? null : session.dispatcher().pendingView(name));
    }

    /** Gives the events of this group to a listener, on a thread of its own. See {@link #listen(FlushListener, Executor)}. */
    public void listen(FlushListener to) {
        connection.reception().listen(this, to, null);
    }

    /**
     * Gives the events of this group to a listener, one at a time. From now on a thread of the connection receives, so that this member
     * answers the others whatever the application does; events of groups without listener wait for receive calls.
     *
     * @param executor runs the handlers; a thread of it is given back after some events. If it refuses a task, because it was shut down or
     *     takes no more, or was shut down and does not begin a task of ours within a second, the connection ends, since nobody could consent for this member any more; {@link FlushListener#onClosed} is then
     *     called by a thread of the connection
     * @throws IllegalStateException if the group has a listener
     * @throws IllegalGroupException if the group was left
     */
    public void listen(FlushListener to, Executor executor) {
        connection.reception().listen(this, to, executor);
    }

    /** Under the state lock: what is not to be sent in a view that the application has not received, or by a membership that is over. */
    private Outgoing refusal(Supplier<Outgoing> send) {
        if (disowned) {
            return Outgoing.refused(SpreadCode.ILLEGAL_GROUP);
        }
        return isBehind() ? Outgoing.refused(SpreadCode.ILLEGAL_STATE) : send.get();
    }

    private void check(int code, String doing) {
        if (code == SpreadCode.ILLEGAL_GROUP.code()) {
            throw notMember(doing);
        }
        if (code < 0) {
            throw FlushException.of(SpreadCode.of(code), name, doing);
        }
    }

    /** Why something is refused that only members may do. */
    IllegalGroupException notMember(String doing) {
        FlushGroup now = connection.group(name);
        if (disowned) {
            return IllegalGroupException.notMember(
                    name,
                    doing,
                    now == null
                            ? "this connection is no member of it any more: it has left, or the join was refused"
                            : "this FlushGroup is of an earlier membership, which is over; the group was joined"
                                    + " again since, and what that join returned speaks for it");
        }
        FlushSession session = connection.session();
        boolean joining = session.ask(() -> session.awaitsFirstView(name) && !session.isToBeLeft(name));
        return IllegalGroupException.notMember(
                name,
                doing,
                joining
                        ? "its first view has not come yet; wait for it after the join, with awaitView for example"
                        : isBeingLeft()
                                ? "this connection is leaving it"
                                : "this connection is no member of it any more; its self-leave waits to be received");
    }

    @Override
    public String toString() {
        return "FlushGroup[" + name + "]";
    }

    // ---- kept up to date by the connection

    @Nullable
    ListenerQueue listener() {
        return listener;
    }

    void listener(ListenerQueue queue) {
        listener = queue;
    }

    /** The application gets to see this view now. An older one, kept while another was waited for, changes nothing. */
    void received(View now) {
        FlushSession session = connection.session();
        GroupId installed =
                session.ask(() -> disowned ? null : session.dispatcher().installedView(name));
        if (view == null || now.id().equals(installed)) {
            view = now;
        }
        connection.reception().changed();
    }

    /** Another membership may begin from here on. */
    void disown() {
        disowned = true;
    }

    void ended() {
        disowned = true;
        over = true;
        view = null;
        connection.reception().changed();
    }

    /** True if nothing of this membership is left at the daemon, whatever the application has received of that. */
    boolean isOver() {
        return disowned;
    }

    /** True from the join until the membership is over at the daemon. */
    boolean isJoined() {
        FlushSession session = connection.session();
        return session.ask(() -> !disowned
                && (session.awaitsFirstView(name) || session.dispatcher().membershipState(name) != null));
    }

    boolean isBeingLeft() {
        FlushSession session = connection.session();
        return session.ask(() ->
                session.isToBeLeft(name) || session.dispatcher().membershipState(name) == MembershipState.LEAVING);
    }

    /** Why this library leaves the group; null if it does not. */
    @Nullable
    String leftBecause() {
        return leftBecause;
    }

    void leaveBecause(String why) {
        leftBecause = why;
    }

    /** Under the state lock: true if the automaton is in a view that the application does not know. */
    boolean isBehind() {
        View known = view;
        FlushDispatcher dispatcher = connection.session().dispatcher();
        return !disowned
                && dispatcher.membershipState(name) == MembershipState.JOINED
                && (known == null || !known.id().equals(dispatcher.installedView(name)));
    }
}
