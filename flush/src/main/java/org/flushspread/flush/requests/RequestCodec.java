package org.flushspread.flush.requests;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.ReplicaReason;
import org.jspecify.annotations.Nullable;

/** The bytes of {@link RequestItem}s: big-endian, a head of 12 bytes, and items with their types and lengths (replica-protocol 2). */
public final class RequestCodec {
    /** Bytes of a message up to which items share it. */
    static final int MESSAGE = 60_000;

    /** Bytes of what one item carries, at the most: a command, a question, a result. */
    public static final int LARGEST = 90_000;

    static final int HEAD = 12;
    static final int ITEM_HEAD = 5;

    private static final short MAGIC = 0x5243;
    private static final byte VERSION = 1;
    private static final int LONGEST_GROUP = 31;
    private static final int PREFIX_OF_LONG_GROUP = 20;
    private static final int LONGEST_NAME = 4_000;
    private static final long GREATEST_NUMBER = 1L << 62;
    private static final byte[] NOTHING = {};

    private static final byte WHO = 1;
    private static final byte HERE = 2;
    private static final byte BEGIN = 3;
    private static final byte COMMAND = 4;
    private static final byte READ = 5;
    private static final byte ANSWER = 6;

    /**
     * A message, or why it is none.
     *
     * @param why null if it is one
     */
    record Decoded(
            long client, List<RequestItem> items, @Nullable ReplicaReason why) {
        static Decoded bad(ReplicaReason why) {
            return new Decoded(0, List.of(), why);
        }
    }

    private RequestCodec() {}

    /** The group of the desks of a group (R30). */
    public static String desksOf(String group) {
        if (group.length() + 2 <= LONGEST_GROUP) {
            return "c~" + group;
        }
        CRC32C sum = new CRC32C();
        sum.update(group.getBytes(StandardCharsets.ISO_8859_1));
        return "c~" + group.substring(0, PREFIX_OF_LONG_GROUP) + "~"
                + String.format(Locale.ROOT, "%08x", sum.getValue());
    }

    // ---- encoding

    /** Bytes that an item takes in a message. */
    static int size(RequestItem item) {
        return ITEM_HEAD + length(item);
    }

    private static int length(RequestItem item) {
        if (item instanceof RequestItem.Here here) {
            int names = 0;
            for (String desk : here.desks()) {
                names += 1 + desk.length();
            }
            return 10 + names;
        }
        if (item instanceof RequestItem.Begin begin) {
            return 24 + begin.name().length;
        }
        if (item instanceof RequestItem.Command command) {
            return 24 + command.command().length;
        }
        if (item instanceof RequestItem.Read read) {
            return 33 + read.question().length;
        }
        return item instanceof RequestItem.Answer answer ? 33 + answer.body().length : 8;
    }

    /** A message of this client, or for it. */
    static byte[] encode(long client, List<? extends RequestItem> items) {
        int size = HEAD;
        for (RequestItem item : items) {
            size += size(item);
        }
        ByteBuffer out = ByteBuffer.allocate(size)
                .putShort(MAGIC)
                .put(VERSION)
                .put((byte) 0)
                .putLong(client);
        for (RequestItem item : items) {
            put(out, item);
        }
        return out.array();
    }

    /** As few messages as these items fit into, each up to {@link #MESSAGE} bytes unless one item alone takes more. */
    static List<byte[]> messages(long client, List<? extends RequestItem> items) {
        List<byte[]> messages = new ArrayList<>();
        int from = 0;
        int bytes = HEAD;
        for (int at = 0; at < items.size(); at++) {
            int more = size(items.get(at));
            if (at > from && bytes + more > MESSAGE) {
                messages.add(encode(client, items.subList(from, at)));
                from = at;
                bytes = HEAD;
            }
            bytes += more;
        }
        if (from < items.size()) {
            messages.add(encode(client, items.subList(from, items.size())));
        }
        return messages;
    }

    private static void put(ByteBuffer out, RequestItem item) {
        int length = length(item);
        if (item instanceof RequestItem.Who who) {
            out.put(WHO).putInt(length).putLong(who.number());
        } else if (item instanceof RequestItem.Here here) {
            out.put(HERE).putInt(length).putLong(here.number());
            out.put((byte) (here.primary() ? 1 : 0)).put((byte) here.desks().size());
            for (String desk : here.desks()) {
                out.put((byte) desk.length()).put(desk.getBytes(StandardCharsets.ISO_8859_1));
            }
        } else if (item instanceof RequestItem.Begin begin) {
            out.put(BEGIN).putInt(length).putLong(begin.request()).putLong(begin.incarnation());
            out.putLong(begin.before()).put(begin.name());
        } else if (item instanceof RequestItem.Command command) {
            out.put(COMMAND).putInt(length).putLong(command.request());
            out.putLong(command.session()).putLong(command.number()).put(command.command());
        } else if (item instanceof RequestItem.Read read) {
            out.put(READ).putInt(length).putLong(read.request()).put(read.kind().code());
            put(out, read.history()).putLong(read.index()).put(read.question());
        } else if (item instanceof RequestItem.Answer answer) {
            out.put(ANSWER)
                    .putInt(length)
                    .putLong(answer.request())
                    .put(answer.outcome().code());
            put(out, answer.history()).putLong(answer.index()).put(answer.body());
        }
    }

    private static ByteBuffer put(ByteBuffer out, Lineage history) {
        return out.putLong(history.high()).putLong(history.low());
    }

    // ---- decoding

    /** Never throws, and never returns what breaks a rule of the format. */
    static Decoded decode(ByteBuffer message) {
        ByteBuffer in = message.slice();
        if (in.remaining() < 4 || in.getShort() != MAGIC) {
            return Decoded.bad(ReplicaReason.NOT_THIS_PROTOCOL);
        }
        if (in.get() != VERSION) {
            return Decoded.bad(ReplicaReason.OTHER_PROTOCOL_VERSION);
        }
        try {
            in.get();
            long client = in.getLong();
            List<RequestItem> items = new ArrayList<>();
            while (in.hasRemaining()) {
                byte type = in.get();
                int length = in.getInt();
                if (length < 0 || length > in.remaining()) {
                    throw new IllegalArgumentException("length " + length);
                }
                ByteBuffer rest = in.slice().limit(length);
                items.add(item(type, rest));
                if (rest.hasRemaining()) {
                    throw new IllegalArgumentException(rest.remaining() + " bytes too many");
                }
                in.position(in.position() + length);
            }
            return new Decoded(client, items, null);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Decoded.bad(ReplicaReason.MALFORMED);
        }
    }

    private static RequestItem item(byte type, ByteBuffer in) {
        return switch (type) {
            case WHO -> new RequestItem.Who(in.getLong());
            case HERE -> new RequestItem.Here(in.getLong(), in.get() == 1, names(in));
            case BEGIN -> new RequestItem.Begin(in.getLong(), in.getLong(), in.getLong(), name(in));
            case COMMAND -> new RequestItem.Command(in.getLong(), in.getLong(), number(in), rest(in));
            case READ -> new RequestItem.Read(in.getLong(), ReadKind.of(in.get()), lineage(in), in.getLong(), rest(in));
            case ANSWER ->
                new RequestItem.Answer(in.getLong(), Outcome.of(in.get()), lineage(in), in.getLong(), rest(in));
            default -> throw new IllegalArgumentException("type " + type);
        };
    }

    private static Lineage lineage(ByteBuffer in) {
        return new Lineage(in.getLong(), in.getLong());
    }

    private static List<String> names(ByteBuffer in) {
        int count = in.get() & 0xff;
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] name = new byte[in.get() & 0x3f];
            in.get(name);
            names.add(new String(name, StandardCharsets.ISO_8859_1));
        }
        return names;
    }

    /** Of a session: it goes into the state of all members, so it is bounded here. */
    private static byte[] name(ByteBuffer in) {
        if (!in.hasRemaining() || in.remaining() > LONGEST_NAME) {
            throw new IllegalArgumentException("a name of " + in.remaining() + " bytes");
        }
        return rest(in);
    }

    private static long number(ByteBuffer in) {
        long number = in.getLong();
        if (number < 1 || number > GREATEST_NUMBER) {
            throw new IllegalArgumentException("number " + number);
        }
        return number;
    }

    private static byte[] rest(ByteBuffer in) {
        if (!in.hasRemaining()) {
            return NOTHING;
        }
        if (in.remaining() > LARGEST) {
            throw new IllegalArgumentException("an item of " + in.remaining() + " bytes");
        }
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    /** What an answer to BEGIN says: session and greatest number; or another session, and {@link org.flushspread.flush.replica.Sessions#OTHER}. */
    public static byte[] begun(long session, long highest) {
        return ByteBuffer.allocate(16).putLong(session).putLong(highest).array();
    }
}
