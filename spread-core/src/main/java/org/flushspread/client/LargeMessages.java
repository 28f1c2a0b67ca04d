package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * Messages of any size: cuts them into fragments before they are sent and puts fragments together when they are received. All members of
 * a group that is to get such messages send and receive through an object of this class; what others send passes through unchanged.
 *
 * <p>Feed every event received to {@link #accept} and go on with what it answers. A message takes the place of its last fragment, so the
 * order of AGREED and SAFE messages stays the same at all members. A message is lost as a whole, and counted, if its sender disconnects in
 * the middle, if the network is cut there, if this connection leaves the group, or if a limit is passed: of too many unfinished messages
 * the one that has not grown for the longest time goes first, and one that does not grow at all goes when it is old. A sender has one
 * unfinished message at the most.
 *
 * <p>Sending is for any thread, also through several objects of one connection, which take turns; {@link #accept} for one at a time, in the
 * order of the events. The counts are for any thread.
 */
public final class LargeMessages {
    /** Bytes before each fragment: mark, message number, total length, offset; big-endian. */
    static final int HEADER = 20;

    private static final int MARK = 0x664c_4d31;
    private static final int MAX_FRAGMENT = 14_000_000;

    private static final int MAX_SENDERS = 10_000;

    private final SpreadConnection connection;
    private final Limits limits;
    private final LongSupplier clock;
    /** By sender, that which has not grown for the longest time first. */
    private final Map<String, Partial> partials = new LinkedHashMap<>(16, 0.75f, true);
    /** The latest members of each group, by which a view tells who was lost. */
    private final Map<String, List<String>> members = new HashMap<>();

    /** Held while events and counts are looked at. */
    private final ReentrantLock receiving = new ReentrantLock();

    private long held;
    private long dropped;

    /**
     * What may be sent and what may be held.
     *
     * @param fragment bytes of a body to send in one message of Spread, 1 to 14,000,000
     * @param message bytes of the largest body, to be sent or received
     * @param total bytes that all unfinished messages of all senders may have in memory
     * @param age how long an unfinished message is kept without growing; looked at whenever an event is accepted or a count is asked for
     */
    public record Limits(int fragment, int message, long total, Duration age) {
        /** Fragments of 1 MiB, messages of up to 256 MiB, of which unfinished ones may have 512 MiB in memory, for a minute. */
        public static final Limits DEFAULT = new Limits(1 << 20, 256 << 20, 512L << 20);

        /** With a minute as {@link #age}. */
        public Limits(int fragment, int message, long total) {
            this(fragment, message, total, Duration.ofMinutes(1));
        }

        public Limits {
            if (fragment < 1 || fragment > MAX_FRAGMENT) {
                throw new IllegalArgumentException("fragments of " + fragment + " bytes; 1 to " + MAX_FRAGMENT);
            }
            if (message < 0 || total < message) {
                throw new IllegalArgumentException(
                        "messages of " + message + " bytes while " + total + " bytes may be held");
            }
            if (age.isNegative() || age.isZero()) {
                throw new IllegalArgumentException("unfinished messages are to be kept for " + age);
            }
        }
    }

    /**
     * What a connection sends in fragments, one message after the other, each under a number of its own. They begin anywhere, so that a
     * message that was cut off is not gone on with by a later connection of the same name.
     */
    static final class Sending {
        private final ReentrantLock turn = new ReentrantLock();
        private long nextNumber = ThreadLocalRandom.current().nextLong();
    }

    /** A message whose end is missing. */
    private static final class Partial {
        final long number;
        final int length;
        final List<String> groups;
        byte[] body = {};
        int received;
        long grown;

        Partial(long number, int length, List<String> groups) {
            this.number = number;
            this.length = length;
            this.groups = groups;
        }
    }

    public LargeMessages(SpreadConnection connection) {
        this(connection, Limits.DEFAULT);
    }

    public LargeMessages(SpreadConnection connection, Limits limits) {
        this(connection, limits, System::nanoTime);
    }

    LargeMessages(SpreadConnection connection, Limits limits, LongSupplier clock) {
        this.connection = connection;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Sends a message in as many fragments as it takes, none larger than the daemon bears; other large messages of this connection wait until it is sent.
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
        Sending sending = connection.fragments();
        sending.turn.lock();
        try {
            long number = sending.nextNumber++;
            int most = connection.maxBody(how) - HEADER;
            int offset = 0;
            do {
                int length = Math.min(Math.min(limits.fragment(), most), body.length - offset);
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
            sending.turn.unlock();
        }
    }

    /**
     * Takes an event of the connection.
     *
     * @return the event itself if it is no fragment; the whole message if it was the last fragment of one; null if more must come, or the
     *     fragment belongs to nothing
     */
    public @Nullable SpreadEvent accept(SpreadEvent event) {
        receiving.lock();
        try {
            dropOld();
            return take(event);
        } finally {
            receiving.unlock();
        }
    }

    private @Nullable SpreadEvent take(SpreadEvent event) {
        if (event instanceof DataMessage message) {
            byte[] bytes = message.bytes();
            return bytes.length >= HEADER && ByteBuffer.wrap(bytes).getInt() == MARK ? fragment(message) : event;
        }
        if (event instanceof View view) {
            lookAt(view);
        } else if (event instanceof SelfLeave left) {
            members.remove(left.group());
            dropIf(each -> each.groups.equals(List.of(left.group())));
        }
        return event;
    }

    /** Who disconnects or is lost with the network finishes nothing; who leaves the group may. */
    private void lookAt(View view) {
        List<String> before = members.put(view.group(), view.members());
        if (view.cause() == View.Cause.DISCONNECT && view.changedMember() != null) {
            drop(view.changedMember());
        } else if (view.cause() == View.Cause.NETWORK && before != null) {
            for (String sender : before) {
                if (partials.containsKey(sender) && !view.members().contains(sender)) {
                    drop(sender);
                }
            }
        }
    }

    private @Nullable SpreadEvent fragment(DataMessage message) {
        ByteBuffer in = ByteBuffer.wrap(message.bytes());
        in.getInt();
        long number = in.getLong();
        int length = in.getInt();
        int offset = in.getInt();
        String sender = message.sender();
        Partial partial = partials.get(sender);
        if (partial != null
                && (partial.number != number
                        || offset != partial.received
                        || partial.length != length
                        || !partial.groups.equals(message.groups()))) {
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
            partial = new Partial(number, length, message.groups());
            partials.put(sender, partial);
        }
        if (in.remaining() > length - offset || (in.remaining() == 0 && length > 0)) {
            drop(sender);
            return null;
        }
        grow(partial, in);
        if (partial.received == length) {
            partials.remove(sender);
            held -= partial.body.length;
            return whole(message, partial.body);
        }
        while (held > limits.total() || partials.size() > MAX_SENDERS) {
            drop(partials.keySet().iterator().next());
        }
        return null;
    }

    /** Memory grows with what has come, never with what a first fragment says. */
    private void grow(Partial partial, ByteBuffer in) {
        int needed = partial.received + in.remaining();
        if (partial.body.length < needed) {
            int before = partial.body.length;
            partial.body = Arrays.copyOf(partial.body, (int) Math.min(partial.length, Math.max(needed, 2L * before)));
            held += partial.body.length - before;
        }
        partial.grown = clock.getAsLong();
        in.get(partial.body, partial.received, in.remaining());
        partial.received = needed;
    }

    private static DataMessage whole(DataMessage last, byte[] body) {
        return new DataMessage(
                last.serviceType(),
                last.sender(),
                last.groups(),
                last.type(),
                last.order() == ByteOrder.LITTLE_ENDIAN,
                body);
    }

    private void drop(String sender) {
        dropped(partials.remove(sender));
    }

    private void dropped(@Nullable Partial partial) {
        if (partial != null) {
            held -= partial.body.length;
            dropped++;
        }
    }

    private void dropIf(Predicate<Partial> hopeless) {
        for (Iterator<Partial> all = partials.values().iterator(); all.hasNext(); ) {
            Partial each = all.next();
            if (hopeless.test(each)) {
                all.remove();
                dropped(each);
            }
        }
    }

    private void dropOld() {
        if (!partials.isEmpty()) {
            long now = clock.getAsLong();
            long age = Deadline.nanos(limits.age());
            Iterator<Partial> all = partials.values().iterator();
            Partial oldest = all.next();
            while (oldest != null && now - oldest.grown > age) {
                all.remove();
                dropped(oldest);
                oldest = all.hasNext() ? all.next() : null;
            }
        }
    }

    /** Messages of which something arrived but not all; those that are past their {@link Limits#age} by now count. */
    public long dropped() {
        receiving.lock();
        try {
            dropOld();
            return dropped;
        } finally {
            receiving.unlock();
        }
    }

    /**
     * Bytes of unfinished messages in memory. Those that are past their {@link Limits#age} are dropped first, so calling it now and then
     * frees their memory while no events come.
     */
    public long held() {
        receiving.lock();
        try {
            dropOld();
            return held;
        } finally {
            receiving.unlock();
        }
    }
}
