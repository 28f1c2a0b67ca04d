package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * Messages of any size: cuts them into fragments before they are sent and puts fragments together when they are received. All members of
 * a group that is to get such messages send and receive through an object of this class; what others send passes through unchanged.
 *
 * <p>Feed every event received to {@link #accept} and go on with what it answers. A message takes the place of its last fragment, so the
 * order of AGREED and SAFE messages stays the same at all members. A message is lost as a whole, and counted, if its sender disconnects in
 * the middle, if the network is cut there, or if a limit is passed: of too many unfinished messages the one that has not grown for the
 * longest time goes first.
 *
 * <p>Sending is for any thread; {@link #accept} for one at a time.
 */
public final class LargeMessages {
    /** Bytes before each fragment: mark, message number, total length, offset; big-endian. */
    static final int HEADER = 20;

    private static final int MARK = 0x664c_4d31;
    private static final int MAX_FRAGMENT = 14_000_000;

    private final SpreadConnection connection;
    private final Limits limits;
    private final ReentrantLock sending = new ReentrantLock();
    private final Map<String, Partial> partials = new LinkedHashMap<>(16, 0.75f, true);
    private long nextNumber;
    private long held;
    private long dropped;

    /**
     * What may be sent and what may be held.
     *
     * @param fragment bytes of a body to send in one message of Spread, 1 to 14,000,000
     * @param message bytes of the largest body, to be sent or received
     * @param total bytes that all unfinished messages of all senders may have in memory, 20 for each fragment included
     */
    public record Limits(int fragment, int message, long total) {
        /** Fragments of 1 MiB, messages of up to 256 MiB, of which unfinished ones may have 512 MiB in memory. */
        public static final Limits DEFAULT = new Limits(1 << 20, 256 << 20, 512L << 20);

        public Limits {
            if (fragment < 1 || fragment > MAX_FRAGMENT) {
                throw new IllegalArgumentException("fragments of " + fragment + " bytes; 1 to " + MAX_FRAGMENT);
            }
            if (message < 0 || total < message) {
                throw new IllegalArgumentException(
                        "messages of " + message + " bytes while " + total + " bytes may be held");
            }
        }
    }

    /** A message whose end is missing. */
    private static final class Partial {
        final long number;
        final int length;
        final List<byte[]> fragments = new ArrayList<>();
        int received;
        long held;

        Partial(long number, int length) {
            this.number = number;
            this.length = length;
        }
    }

    public LargeMessages(SpreadConnection connection) {
        this(connection, Limits.DEFAULT);
    }

    public LargeMessages(SpreadConnection connection, Limits limits) {
        this.connection = connection;
        this.limits = limits;
    }

    /**
     * Sends a message in as many fragments as it takes; other messages through this object wait until it is sent.
     *
     * @param how FIFO or a stronger service
     * @throws SpreadException {@link SpreadCode#ILLEGAL_SERVICE} if the service keeps no order; {@link SpreadCode#MESSAGE_TOO_LONG} if it
     *     has more bytes than {@link Limits#message}; those of {@link SpreadConnection#multicast(Multicast, ByteBuffer...)}, after which
     *     receivers may have got some fragments, and forget them
     */
    public void multicast(Multicast how, byte[] body) {
        if (how.service().compareTo(Service.FIFO) < 0) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_SERVICE, how.service() + " keeps no order; fragments need FIFO or stronger");
        }
        if (body.length > limits.message()) {
            throw new SpreadException(
                    SpreadCode.MESSAGE_TOO_LONG,
                    "a message of " + body.length + " bytes; the limit set here is " + limits.message());
        }
        sending.lock();
        try {
            long number = nextNumber++;
            int offset = 0;
            do {
                int length = Math.min(limits.fragment(), body.length - offset);
                ByteBuffer header = ByteBuffer.allocate(HEADER)
                        .putInt(MARK)
                        .putLong(number)
                        .putInt(body.length)
                        .putInt(offset)
                        .flip();
                connection.multicast(how, header, ByteBuffer.wrap(body, offset, length));
                offset += length;
            } while (offset < body.length);
        } finally {
            sending.unlock();
        }
    }

    /**
     * Takes an event of the connection.
     *
     * @return the event itself if it is no fragment; the whole message if it was the last fragment of one; null if more must come, or the
     *     fragment belongs to nothing
     */
    public @Nullable SpreadEvent accept(SpreadEvent event) {
        if (event instanceof DataMessage message) {
            byte[] bytes = message.bytes();
            return bytes.length >= HEADER && ByteBuffer.wrap(bytes).getInt() == MARK ? fragment(message) : event;
        }
        if (event instanceof View view && view.cause() == View.Cause.DISCONNECT && view.changedMember() != null) {
            drop(view.changedMember());
        }
        return event;
    }

    private @Nullable SpreadEvent fragment(DataMessage message) {
        ByteBuffer in = ByteBuffer.wrap(message.bytes());
        in.getInt();
        long number = in.getLong();
        int length = in.getInt();
        int offset = in.getInt();
        String sender = message.sender();
        Partial partial = partials.get(sender);
        if (partial != null && (partial.number != number || offset != partial.received || partial.length != length)) {
            // Fragments of a sender come in order: what is missing will not come any more.
            drop(sender);
            partial = null;
        }
        if (partial == null) {
            if (offset != 0 || length < 0 || length > limits.message()) {
                // The rest of something dropped was counted with its beginning; a beginning of its own counts.
                dropped += offset == 0 ? 1 : 0;
                return null;
            }
            partial = new Partial(number, length);
            partials.put(sender, partial);
        }
        if (in.remaining() > length - offset || (in.remaining() == 0 && length > 0)) {
            drop(sender);
            return null;
        }
        partial.fragments.add(message.bytes());
        partial.received += in.remaining();
        partial.held += message.length();
        held += message.length();
        if (partial.received == length) {
            return whole(message, partial);
        }
        while (held > limits.total()) {
            drop(partials.keySet().iterator().next());
        }
        return null;
    }

    private DataMessage whole(DataMessage last, Partial partial) {
        partials.remove(last.sender());
        held -= partial.held;
        byte[] body = new byte[partial.length];
        int at = 0;
        for (byte[] each : partial.fragments) {
            System.arraycopy(each, HEADER, body, at, each.length - HEADER);
            at += each.length - HEADER;
        }
        return new DataMessage(
                last.serviceType(),
                last.sender(),
                last.groups(),
                last.type(),
                last.order() == ByteOrder.LITTLE_ENDIAN,
                body);
    }

    private void drop(String sender) {
        Partial partial = partials.remove(sender);
        if (partial != null) {
            held -= partial.held;
            dropped++;
        }
    }

    /** Messages of which something arrived but not all. */
    public long dropped() {
        return dropped;
    }

    /** Bytes of unfinished messages in memory. */
    public long held() {
        return held;
    }
}
