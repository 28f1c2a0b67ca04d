package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.kernel.MembershipState;
import org.flushspread.flush.kernel.PendingView;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A group this connection has joined. May be used by any number of threads.
 *
 * <p>A message is sent in the view that {@link #view()} shows, or not at all: while a newer view is installed but not yet received by the
 * application, sending is refused like after a flush. So a program knows exactly who can receive what it sends.
 */
public final class FlushGroup {
    private final FlushConnection connection;
    private final String name;
    private volatile @Nullable View view;
    private volatile boolean over;
    private volatile @Nullable ListenerQueue listener;

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
     * Waits for a view of at least so many members. Without a listener this call receives: events it meets are kept for the next receive
     * calls, and flush requests of this group are answered, not kept.
     *
     * @return that view, which counts as received
     * @throws SpreadException {@link SpreadCode#WOULD_BLOCK} if the time is over, else as {@link FlushConnection#receive()}
     */
    public View awaitView(int members, Duration timeout) {
        return connection.awaitView(this, members, timeout);
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
        check(
                connection
                        .session()
                        .request(
                                () -> connection.stale(this)
                                        ? connection.refusal()
                                        : connection
                                                .session()
                                                .dispatcher()
                                                .multicast(
                                                        serviceType,
                                                        name,
                                                        type,
                                                        body.length,
                                                        FlushSession.length(body)),
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

    /** Sends to some members of the current view. */
    public void subgroupcast(Service service, List<String> members, byte[] body) {
        subgroupcast(service.bit(), (short) 0, members, ByteBuffer.wrap(body));
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
        if (members.isEmpty() || members.size() > most) {
            throw new FlushException(
                    SpreadCode.ILLEGAL_PARAM,
                    members.size() + " receivers in one message to '" + name + "'; it takes 1 to " + most
                            + " (C daemons lose more than 43; see FlushOptions.maxReceivers), else multicast and let receivers choose");
        }
        check(
                connection
                        .session()
                        .request(
                                () -> connection.stale(this)
                                        ? connection.refusal()
                                        : connection
                                                .session()
                                                .dispatcher()
                                                .subgroupcast(
                                                        serviceType,
                                                        name,
                                                        members,
                                                        type,
                                                        body.length,
                                                        FlushSession.length(body)),
                                body),
                "send to");
    }

    /**
     * Consents to the pending change; {@link FlushRequest#flush} does the same.
     *
     * @throws IllegalStateFlushException if nothing asks for it
     * @throws IllegalGroupException after leaving
     */
    public void flush() {
        check(connection.session().flush(name), "flush");
    }

    /**
     * Asks to leave; a {@link SelfLeave} is the end, and until it nothing can be sent.
     *
     * @throws IllegalGroupException before the first view, and the second time
     */
    public void leave() {
        check(connection.session().leave(name), "leave");
    }

    /** Asks the members of the view to consent again, but for these, who are excluded (exclusion E9). */
    void rollCall(List<String> without) {
        connection.session().rollCall(name, without);
    }

    /**
     * What the group waits for: the view to come and the members that have not flushed.
     *
     * @return null if no change is pending
     */
    public @Nullable PendingView pendingView() {
        return connection.session().ask(() -> connection.session().dispatcher().pendingView(name));
    }

    /** Gives the events of this group to a listener, on a thread of its own. See {@link #listen(FlushListener, Executor)}. */
    public void listen(FlushListener to) {
        connection.listen(this, to, null);
    }

    /**
     * Gives the events of this group to a listener, one at a time. From now on a thread of the connection receives, so that this member
     * answers the others whatever the application does; events of groups without listener wait for receive calls.
     *
     * @throws IllegalStateException if the group has a listener
     */
    public void listen(FlushListener to, Executor executor) {
        connection.listen(this, to, executor);
    }

    private void check(int code, String doing) {
        if (code < 0) {
            throw FlushException.of(SpreadCode.of(code), name, doing);
        }
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
        GroupId installed =
                connection.session().ask(() -> connection.session().dispatcher().installedView(name));
        if (view == null || now.id().equals(installed)) {
            view = now;
        }
        connection.changed();
    }

    void ended() {
        over = true;
        view = null;
        connection.changed();
    }

    /** Under the state lock: true if the automaton is in a view that the application does not know. */
    boolean isBehind() {
        View known = view;
        MembershipState state = connection.session().dispatcher().membershipState(name);
        return state == MembershipState.JOINED
                && (known == null
                        || !known.id().equals(connection.session().dispatcher().installedView(name)));
    }
}
