package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.SpreadException;
import org.flushspread.client.UserCode;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.flush.replica.Replica;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.RollCalls;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a member, made again whenever it is lost: no failure to connect, to join or to send ends a member, it is tried again
 * after a pause. Used by the internal thread, but for {@link #close} and what {@link #delayed} and {@link #trouble} look at.
 */
final class ReplicaConnection {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FLUSH_DEADLINE = Duration.ofSeconds(3);
    private static final long FIRST_PAUSE_NANOS = 100_000_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

    private final String daemon;
    private final String group;
    private final ReplicaOptions options;
    private final Replica replica;
    private final ReplicaMember<?, ?, ?> member;
    private volatile @Nullable Listener current;
    /** Connected by a helper and not adopted yet; whoever takes it from here adopts it or closes it. */
    private final AtomicReference<@Nullable FlushConnection> fresh = new AtomicReference<>();

    private volatile boolean over;
    private volatile String trouble = "";
    private volatile long sendingSince;
    private final RollCalls rollCalls;
    private List<String> excluded = List.of();
    private @Nullable FlushRequest consenting;
    private boolean connecting;
    private long nextConnect;
    private long pause = FIRST_PAUSE_NANOS;

    ReplicaConnection(
            String daemon, String group, ReplicaOptions options, Replica replica, ReplicaMember<?, ?, ?> member) {
        this.daemon = daemon;
        this.group = group;
        this.options = options;
        this.replica = replica;
        this.member = member;
        this.rollCalls = new RollCalls(replica, MessageChannel.nanos(options.suspectAfter));
    }

    // ---- connecting

    /** The first time, in the caller's thread; what goes wrong is the caller's. */
    void first() {
        adopt(connectPatiently());
    }

    /** A name that a crashed process had is free only when its end was ordered (flush-protocol 10.12), so this is tried for a while. */
    private FlushConnection connectPatiently() {
        long end = System.nanoTime() + MessageChannel.nanos(CONNECT_TIMEOUT);
        while (true) {
            try {
                return connect();
            } catch (SpreadException e) {
                boolean passing = e.code() == SpreadCode.REJECT_NOT_UNIQUE || e.code() == SpreadCode.CONNECTION_CLOSED;
                if (!passing || System.nanoTime() - end >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(FIRST_PAUSE_NANOS);
            }
        }
    }

    private FlushConnection connect() {
        ConnectOptions connect = ConnectOptions.of(daemon, options.name).withTimeout(CONNECT_TIMEOUT);
        return FlushConnection.connect(FlushOptions.of(options.connection.apply(connect))
                .withWrapping(Wrapping.ALWAYS)
                .withSuspectAfter(options.suspectAfter)
                .withFlushDeadline(flushDeadline()));
    }

    /** A hung member is named before the others go on without it. */
    private Duration flushDeadline() {
        Duration half = options.suspectAfter.plusNanos(1).dividedBy(2);
        return half.compareTo(FLUSH_DEADLINE) < 0 ? half : FLUSH_DEADLINE;
    }

    /** Connects again when it is time to, and calls the roll where others are silent (exclusion R2). */
    void tick() {
        List<String> without = rollCalls.due(System.nanoTime());
        if (without != null) {
            send(joined -> joined.rollCall(without));
        }
        if (current != null || connecting || over || System.nanoTime() - nextConnect < 0) {
            return;
        }
        connecting = true;
        try {
            Thread helper = new Thread(this::reconnect, "replica " + group + " connects");
            helper.setDaemon(true);
            helper.start();
        } catch (Throwable e) {
            // No thread is to be had now.
            failed(e);
        }
    }

    private void reconnect() {
        try {
            fresh.set(connect());
            member.executeUnlessOver(this::connected);
        } catch (Throwable e) {
            closeFresh();
            member.executeUnlessOver(() -> failed(e));
        }
        // A member that ends runs no more tasks. Either close() finds the connection, or this finds that it is over.
        if (over) {
            closeFresh();
        }
    }

    private void connected() {
        FlushConnection connection = fresh.getAndSet(null);
        if (connection == null) {
            return;
        }
        try {
            adopt(connection);
            connecting = false;
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void closeFresh() {
        quietly(fresh.getAndSet(null));
    }

    private void failed(Throwable why) {
        connecting = false;
        trouble = String.valueOf(why.getMessage() == null ? why : why.getMessage());
        delayConnect();
    }

    private void delayConnect() {
        nextConnect = System.nanoTime() + pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }

    private void adopt(FlushConnection connection) {
        boolean adopted = false;
        try {
            replica.connected(connection.privateGroup());
            FlushGroup joined = connection.join(group);
            Listener next = new Listener(connection, joined);
            current = next;
            joined.listenDirectly(next, member);
            adopted = !over;
            trouble = "";
        } finally {
            if (!adopted) {
                current = null;
                quietly(connection);
            }
        }
    }

    /** The member has found its place: the next loss is a new one. */
    void settled() {
        pause = FIRST_PAUSE_NANOS;
    }

    /** Comes back, but not at once: this member was told that it cannot go on in this view. */
    void rejoin() {
        pause = Math.max(pause, FIRST_PAUSE_NANOS * 10);
        // Not in the middle of what the replica is doing.
        member.executeUnlessOver(() -> member.enter(this::lost));
    }

    private void lost() {
        if (current != null) {
            disconnect();
            replica.disconnected();
        }
    }

    private void disconnect() {
        Listener last = current;
        if (last != null) {
            current = null;
            quietly(last.connection);
            delayConnect();
        }
    }

    /** The end; from any thread, as often as one likes. */
    void close() {
        over = true;
        closeFresh();
        Listener last = current;
        if (last != null) {
            quietly(last.connection);
        }
    }

    private static void quietly(@Nullable FlushConnection connection) {
        if (connection != null) {
            UserCode.run(connection::close);
        }
    }

    // ---- sending

    void send(Consumer<FlushGroup> sending) {
        Listener now = current;
        if (now == null) {
            return;
        }
        sendingSince = System.nanoTime();
        try {
            sending.accept(now.joined);
        } catch (SpreadException e) {
            // The connection is ending: its end comes as an event, behind what was delivered before.
            UserCode.run(now.connection::end);
        } finally {
            sendingSince = 0;
        }
    }

    void consent() {
        FlushRequest request = consenting;
        if (request != null) {
            send(joined -> request.flush());
        }
    }

    // ---- what can be asked from any thread

    boolean isConnected() {
        return current != null;
    }

    /** When the send began that the daemon does not take; 0 if there is none. */
    long sendingSince() {
        return sendingSince;
    }

    /** Why there is no connection, as far as known. */
    String trouble() {
        String why = trouble;
        return "there is no connection to " + daemon + (why.isEmpty() ? "" : ": " + why);
    }

    /** What the flush layer waits for, and since when; null if no change of the view is pending. */
    @Nullable
    FlushDelayed delayed() {
        Listener now = current;
        var pending = now == null ? null : now.joined.pendingView();
        return pending == null
                ? null
                : new FlushDelayed(group, List.copyOf(pending.missing()), pending.age(), pending.queued());
    }

    // ---- receiving

    /** Takes the events of one connection; those that come after its end are of no interest. */
    private final class Listener implements FlushListener {
        final FlushConnection connection;
        final FlushGroup joined;

        Listener(FlushConnection connection, FlushGroup joined) {
            this.connection = connection;
            this.joined = joined;
        }

        private void take(Runnable event) {
            if (current == this) {
                member.enter(event);
            }
        }

        @Override
        public void onView(View view) {
            take(() -> {
                if (!view.excluded().equals(excluded)) {
                    excluded = view.excluded();
                    if (!excluded.isEmpty()) {
                        member.report(
                                ReplicaReason.EXCLUDED,
                                "group '" + group + "' goes on without " + excluded + ", who did not answer for "
                                        + ReplicaExplanation.seconds(options.suspectAfter));
                    }
                }
                replica.view(view.members());
            });
        }

        @Override
        public void onExcluded() {
            take(() -> {
                trouble = "the others went on without this member, which did not answer for "
                        + ReplicaExplanation.seconds(options.suspectAfter) + "; it joins again";
                member.report(ReplicaReason.EXCLUDED, "group '" + group + "': " + trouble);
                disconnect();
                replica.excluded();
            });
        }

        @Override
        public void onMessage(DataMessage message) {
            take(() -> {
                if (message.group().equals(group)) {
                    ByteBuffer body = message.body();
                    replica.message(message.sender(), body);
                }
            });
        }

        @Override
        public void onFlushRequest(FlushRequest request) {
            take(() -> {
                member.turn();
                consenting = request;
                replica.flushRequest();
                consenting = null;
            });
        }

        @Override
        public void onTransition() {
            take(replica::transition);
        }

        @Override
        public void onFlushDelayed(FlushDelayed warning) {
            take(() -> member.report(
                    ReplicaReason.DELAYED,
                    "a change of group '" + group + "' waits since " + ReplicaExplanation.seconds(warning.age())
                            + " for the consent of " + warning.missing() + "; nothing is decided without them"));
        }

        @Override
        public void onSelfLeave() {
            take(ReplicaConnection.this::lost);
        }

        @Override
        public void onReject(Reject reject) {
            take(() -> {
                trouble = "the daemon refuses to let this member into group '" + group + "'";
                member.report(ReplicaReason.OUT_OF_TURN, trouble);
                lost();
            });
        }

        @Override
        public void onClosed(SpreadException why) {
            take(() -> {
                trouble = String.valueOf(why.getMessage());
                lost();
            });
        }
    }
}
