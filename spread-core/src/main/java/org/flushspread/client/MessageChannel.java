package org.flushspread.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flushspread.wire.AcceptBlock;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a daemon as a stream of messages with all their bits: what {@link SpreadConnection}, {@link Sp} and the flush layer are
 * built on. Programs want one of those.
 *
 * <p>Any number of threads may use it: one lock orders senders, another receivers, so that a sender and a receiver run side by side and
 * messages are sent and received whole. There is no thread behind it; what a non-blocking send could not write in full is written by the
 * next call of any kind.
 *
 * <p>Time limits are nanoseconds: 0 does not wait at all, {@link Long#MAX_VALUE} waits for ever. An interrupt ends a wait with a
 * {@link SpreadInterruptedException} and leaves the connection as it was.
 */
public final class MessageChannel implements AutoCloseable {
    /** Waits for ever. */
    public static final long FOREVER = Long.MAX_VALUE;

    private static final long CLOSE_NANOS = 500_000_000;

    private static final String[] NO_GROUPS = {};

    private final ConnectOptions options;
    private final Link link;
    private final MessageWriter writer;
    private final AcceptBlock accepted;
    private final String privateGroup;
    private final ChannelEnd end;
    private final MessageReceiver receiver;
    private volatile ByteOrder bodyOrder = ByteOrder.LITTLE_ENDIAN;

    /**
     * Looks at one message and says what becomes of it.
     *
     * @param <T> what it makes of messages
     */
    @FunctionalInterface
    public interface Decoder<T> {
        /**
         * Called under the receive lock, so it must not wait, receive or call a program's code. What it throws leaves the message where it
         * is, for the next receive call.
         *
         * @return the result of the receive call, or null to go on to the next message
         */
        @Nullable
        T decode(IncomingMessage message);

        /**
         * Called first, after every wait, and under the same lock: something that was made earlier and not given out yet, or null. {@link
         * MessageChannel#wake} makes a receiver look again.
         */
        default @Nullable T pending() {
            return null;
        }
    }

    private MessageChannel(
            ConnectOptions options, Link link, MessageReader reader, MessageWriter writer, AcceptBlock accepted) {
        this.options = options;
        this.link = link;
        this.writer = writer;
        this.accepted = accepted;
        this.privateGroup = accepted.privateGroup().toString();
        reader.begin(privateGroup);
        writer.begin(privateGroup);
        ReentrantLock receiveLock = new ReentrantLock();
        end = new ChannelEnd(options.daemon(), writer, link, receiveLock);
        receiver = new MessageReceiver(link, reader, writer, end, receiveLock, Deadline.nanos(options.spin()));
    }

    /**
     * Connects to a daemon.
     *
     * @throws SpreadException if that fails; the message says why and the code what the C function returns
     */
    public static MessageChannel connect(ConnectOptions options) {
        DaemonAddress address = DaemonAddress.parse(options.daemon());
        Handshake.check(options);
        ByteBuffer request = Handshake.request(options);
        Deadline deadline = options.timeout().isZero() ? Deadline.NEVER : Deadline.in(options.timeout());
        Link link = open(options, address, deadline);
        boolean connected = false;
        try {
            MessageReader reader = new MessageReader(link);
            AcceptBlock accepted = new Handshake(options, link, reader, deadline).run(request);
            MessageChannel channel = new MessageChannel(options, link, reader, new MessageWriter(link), accepted);
            connected = true;
            return channel;
        } finally {
            if (!connected) {
                link.close();
            }
        }
    }

    private static Link open(ConnectOptions options, DaemonAddress address, Deadline deadline) {
        Supplier<? extends Link> links = options.links();
        if (links != null) {
            return links.get();
        }
        ClientTls tls = ClientTls.of(options, address);
        return tls == null
                ? SocketLink.connect(address, options.socketDirectory(), deadline)
                : TlsLink.connect(address, tls, deadline);
    }

    /** The name the daemon knows this connection by, {@code #alice#node1}. */
    public String privateGroup() {
        return privateGroup;
    }

    /** Version of the daemon, as in 4.4.0. */
    public String daemonVersion() {
        return accepted.major() + "." + accepted.minor() + "." + accepted.patch();
    }

    /** Bytes that the body of a message and 32 for each of its groups may have together: daemons of Spread 5 bear less than those of 4. */
    public int maxPayload() {
        return accepted.maxPayload();
    }

    /** What it was connected with. */
    public ConnectOptions options() {
        return options;
    }

    /** Completes when the connection has ended, with the reason. Somebody has to receive for the end to be seen. */
    public CompletableFuture<SpreadException> closed() {
        return end.closed();
    }

    /** For what has to be put in order before the program is told; called once, when the channel is made. */
    void whenEnded(Consumer<SpreadException> first) {
        end.whenEnded(first);
    }

    /** False once the connection has ended or is being closed. */
    public boolean isOpen() {
        return end.isOpen();
    }

    /** True if the end was this program's wish. */
    boolean isClosing() {
        return end.isClosing();
    }

    /** True while some thread is in a receive call. */
    public boolean isReceiving() {
        return receiver.isReceiving();
    }

    /** Makes a receiver that waits look at what its decoder has pending. */
    public void wake() {
        link.wake();
    }

    /** The channel to register in a selector, or null for a link in memory. */
    public @Nullable SelectableChannel channel() {
        return link.channel();
    }

    /**
     * Says in which byte order this program writes numbers into message bodies, so that receivers can be told (client-protocol 3.2).
     * Little-endian at first.
     */
    public void bodyOrder(ByteOrder order) {
        bodyOrder = order;
    }

    /** True if a message is half written and the channel's readiness to write matters. */
    public boolean hasUnsent() {
        return writer.hasRest();
    }

    // ------------------------------------------------------------------------------------------------ receiving

    /**
     * Receives messages until the decoder makes something of one.
     *
     * @return that, or null if the time is over first, or 0 nanoseconds were given and another thread is receiving
     * @throws SpreadException {@link SpreadCode#CONNECTION_CLOSED} when everything that arrived before the end has been received;
     *     {@link SpreadCode#ILLEGAL_MESSAGE} if the daemon sent what cannot be, which closes the connection
     */
    public <T> @Nullable T receive(Decoder<T> decoder, long nanos) {
        return receive(decoder, nanos, false);
    }

    /**
     * As above, for a receiver that has something to send too.
     *
     * @param orWritable answer null as soon as something can be written, however much time is left
     */
    public <T> @Nullable T receive(Decoder<T> decoder, long nanos, boolean orWritable) {
        return receiver.receive(decoder, nanos, orWritable);
    }

    /**
     * True if a whole message lies in memory, so that a receive call will not wait although the channel may not be ready. False while
     * another thread is receiving.
     */
    public boolean hasBufferedMessage() {
        return receiver.hasBufferedMessage();
    }

    /**
     * Bytes that have arrived and are not received yet, as far as they fit into the buffer of this connection. 0 if another thread is
     * receiving.
     *
     * @throws SpreadException if the connection has ended and nothing is left
     */
    public int poll() {
        return receiver.poll();
    }

    // -------------------------------------------------------------------------------------------------- sending

    /**
     * Sends a message to one group.
     *
     * @param type one service bit, perhaps SELF_DISCARD and bits of layers above (all that client-protocol 3.3 lets pass)
     * @param group a group or private group; nothing but its length is looked at
     * @param body in pieces; their positions move if the message is accepted and stay if not
     * @return false if the time was over before a byte could be written; nothing was sent then. True if the message is on its way
     * @throws SpreadException {@link SpreadCode#ILLEGAL_SERVICE}, {@link SpreadCode#ILLEGAL_GROUP},
     *     {@link SpreadCode#MESSAGE_TOO_LONG}, {@link SpreadCode#CONNECTION_CLOSED}
     */
    public boolean send(int type, short messType, String group, ByteBuffer[] body, long nanos) {
        Sendable.checkType(type);
        Sendable.checkDestination(group);
        return write(type, messType, bodyOrder, group, NO_GROUPS, 1, Outgoing.of(body), nanos);
    }

    /** Sends a message to several groups, of which a receiver in more than one gets one copy; otherwise as with one group. */
    public boolean send(int type, short messType, String[] groups, ByteBuffer[] body, long nanos) {
        return send(type, messType, groups, body, bodyOrder, nanos);
    }

    /** As above, telling receivers in which byte order numbers stand in this body. */
    public boolean send(int type, short messType, String[] groups, ByteBuffer[] body, ByteOrder order, long nanos) {
        return send(type, messType, groups, Outgoing.of(body), order, nanos);
    }

    boolean send(int type, short messType, String[] groups, Outgoing body, ByteOrder order, long nanos) {
        Sendable.checkType(type);
        if (groups.length > MessageHeader.MAX_GROUPS) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_GROUP,
                    groups.length + " groups in one message; Spread allows at most " + MessageHeader.MAX_GROUPS);
        }
        for (String group : groups) {
            Sendable.checkDestination(group);
        }
        return write(type, messType, order, null, groups, groups.length, body, nanos);
    }

    /** Asks to join a group; a view or a reject is the answer. What its name may be is the caller's to check ({@link #checkGroup}). */
    public boolean join(String group, long nanos) {
        Sendable.checkDestination(group);
        return write(ServiceType.JOIN_MESS, (short) 0, bodyOrder, group, NO_GROUPS, 1, Outgoing.NOTHING, nanos);
    }

    /** Asks to leave a group; a self-leave is the answer. */
    public boolean leave(String group, long nanos) {
        Sendable.checkDestination(group);
        return write(ServiceType.LEAVE_MESS, (short) 0, bodyOrder, group, NO_GROUPS, 1, Outgoing.NOTHING, nanos);
    }

    private boolean write(
            int type,
            short messType,
            ByteOrder order,
            @Nullable String group,
            String[] groups,
            int numGroups,
            Outgoing body,
            long nanos) {
        if (body.length() + (long) numGroups * Name.SLOT > maxPayload()) {
            throw new SpreadException(
                    SpreadCode.MESSAGE_TOO_LONG,
                    "a message of " + body.length() + " bytes to " + numGroups
                            + " groups; body and 32 bytes for each group may have " + maxPayload()
                            + " bytes together at a daemon of version " + daemonVersion());
        }
        end.checkOpen();
        try {
            return writer.send(
                    type, messType, order == ByteOrder.BIG_ENDIAN, group, groups, numGroups, body, Deadline.in(nanos));
        } catch (IOException e) {
            end.checkOpen();
            // Not the end for receivers: what arrived before can still be read, and then they see the end themselves.
            SpreadException why = new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "the connection to " + options.daemon() + " broke while sending: " + e.getMessage()
                            + receiver.unread(),
                    e);
            writer.close(why);
            throw why;
        } catch (RuntimeException | Error e) {
            if (writer.isTorn()) {
                end.fail(new SpreadException(
                        SpreadCode.CONNECTION_CLOSED,
                        "the connection to " + options.daemon() + " ended in the middle of a message: " + e,
                        e));
            }
            throw e;
        }
    }

    /**
     * Checks a name to be joined or left.
     *
     * @throws SpreadException ({@link SpreadCode#ILLEGAL_GROUP}) unless it has 1 to 31 characters from '$' to '~'
     */
    public static void checkGroup(String group) {
        Sendable.checkGroup(group);
    }

    // -------------------------------------------------------------------------------------------------- closing

    /**
     * Tells the daemon and closes. What was sent before is written first, for half a second at the most. Receivers and senders that wait
     * fail with {@link SpreadCode#CONNECTION_CLOSED}. Does nothing the second time.
     */
    @Override
    public void close() {
        try {
            if (end.isOpen()) {
                sayFarewell();
                end.closing();
                link.wake();
                receiver.awaitEnd(CLOSE_NANOS / 2);
            }
        } finally {
            kill();
        }
    }

    private void sayFarewell() {
        try {
            writer.send(
                    ServiceType.KILL_MESS,
                    (short) 0,
                    false,
                    privateGroup(),
                    NO_GROUPS,
                    1,
                    Outgoing.NOTHING,
                    Deadline.in(CLOSE_NANOS));
        } catch (IOException | SpreadException e) {
            // The daemon sees the end of the stream all the same.
        }
    }

    /** Closes without a word to the daemon, which sees a crash. */
    public void kill() {
        end.closing();
        end.fail(new SpreadException(
                SpreadCode.CONNECTION_CLOSED, "the connection to " + options.daemon() + " was closed by this program"));
        end.tell();
    }

    /** Ends it because the thread that served a listener cannot go on. */
    void fail(String what, Throwable cause) {
        end.fail(new SpreadException(
                SpreadCode.CONNECTION_CLOSED,
                "the connection to " + options.daemon() + " ended because " + what + ": " + cause,
                cause));
        end.tell();
    }

    /** A time limit of this class from a duration; null means for ever, zero or less not to wait. */
    public static long nanos(@Nullable Duration duration) {
        return duration == null ? FOREVER : Deadline.nanos(duration);
    }

    @Override
    public String toString() {
        return "MessageChannel[" + privateGroup() + " at " + options.daemon() + (isOpen() ? "]" : ", closed]");
    }
}
