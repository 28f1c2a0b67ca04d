package org.flushspread.flush.replica;

import static org.flushspread.flush.replica.ReplicaFields.charter;
import static org.flushspread.flush.replica.ReplicaFields.id;
import static org.flushspread.flush.replica.ReplicaFields.lineage;
import static org.flushspread.flush.replica.ReplicaFields.notNegative;
import static org.flushspread.flush.replica.ReplicaFields.primaries;
import static org.flushspread.flush.replica.ReplicaFields.primary;
import static org.flushspread.flush.replica.ReplicaFields.put;
import static org.flushspread.flush.replica.ReplicaFields.size;
import static org.flushspread.flush.replica.ReplicaFields.version;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of {@link ReplicaMessage}, of {@link Metadata} and of the head of a transferred state. Everything is big-endian; each message
 * begins with "RS", the version of the protocol, a type, and the identity of what it was sent under (replica-protocol 2).
 */
public final class ReplicaCodec {
    static final int HEADER = 4 + 8;
    static final int COMMANDS_HEADER = HEADER + 8 + 4;

    private static final short MAGIC = 0x5253;
    private static final byte VERSION = 6;
    /** Of messages that are only said where observers are: who knows none of these refuses them, and with them the observer (R36). */
    private static final byte VERSION_OF_OBSERVERS = 7;

    private static final byte STATE = 1;
    private static final byte VOTE = 2;
    private static final byte READY = 3;
    private static final byte BOOTSTRAP = 4;
    private static final byte COMMANDS = 5;
    private static final byte PERSISTED = 6;
    private static final byte CHUNK = 7;
    private static final byte CHUNK_RECEIVED = 8;
    private static final byte TOO_LARGE = 9;
    private static final byte SKIP = 10;
    private static final byte HASH = 11;
    private static final byte BARRIER = 12;
    private static final byte PASSED = 13;

    private static final int DETACHED = 1;
    private static final int DURABLE = 2;
    private static final int FOUNDER = 4;
    private static final int HALTED = 8;
    private static final int OBSERVER = 16;

    private ReplicaCodec() {}

    // ---- encoding

    static byte[] encode(ReplicaMessage.State state) {
        ByteBuffer out = header(
                STATE,
                state.under(),
                8
                        + 1
                        + 4
                        + size(state.id())
                        + 16
                        + size(state.lastPrimary())
                        + size(state.attempts())
                        + 8
                        + 32
                        + 8
                        + 1
                        + 8 * state.images().size()
                        + 8
                        + 8
                        + 32
                        + size(state.charter()));
        out.putLong(state.views());
        out.put((byte) ((state.detached() ? DETACHED : 0)
                | (state.durable() ? DURABLE : 0)
                | (state.founder() ? FOUNDER : 0)
                | (state.observer() ? OBSERVER : 0)
                | (state.halted() ? HALTED : 0)));
        out.putInt(state.quorumMembers());
        put(out, state.id());
        put(out, state.lineage());
        put(out, state.lastPrimary());
        put(out, state.attempts());
        out.putLong(state.highest());
        put(out, state.version());
        out.putLong(state.stateBytes());
        out.put((byte) state.images().size());
        state.images().forEach(out::putLong);
        out.putLong(state.interrupted().image()).putLong(state.interrupted().offset());
        put(out, state.interrupted().version());
        put(out, state.charter());
        return state.observer() ? ofObservers(out) : bytes(out);
    }

    static byte[] vote(long attempt) {
        return bytes(header(VOTE, attempt, 0));
    }

    static byte[] ready(long decision) {
        return bytes(header(READY, decision, 0));
    }

    static byte[] bootstrap(long decision) {
        return bytes(header(BOOTSTRAP, decision, 0));
    }

    /** A message that takes {@code bytes} of lengths and commands, to be put behind. */
    static ByteBuffer commands(long decision, long firstSequence, int count, int bytes) {
        return header(COMMANDS, decision, 12 + bytes).putLong(firstSequence).putInt(count);
    }

    static byte[] persisted(long decision, long index) {
        return bytes(header(PERSISTED, decision, 8).putLong(index));
    }

    static byte[] chunk(long transfer, long offset, StateImage.Piece piece) {
        return bytes(header(CHUNK, transfer, 13 + piece.bytes().remaining())
                .putLong(offset)
                .putInt(piece.checksum())
                .put((byte) (piece.last() ? 1 : 0))
                .put(piece.bytes().duplicate()));
    }

    static byte[] chunkReceived(long transfer, long offset) {
        return bytes(header(CHUNK_RECEIVED, transfer, 8).putLong(offset));
    }

    static byte[] tooLarge(long transfer, long stateBytes) {
        return bytes(header(TOO_LARGE, transfer, 8).putLong(stateBytes));
    }

    static byte[] skip(long decision, long index, long fingerprint) {
        return bytes(header(SKIP, decision, 16).putLong(index).putLong(fingerprint));
    }

    static byte[] hash(long decision, long index, long hash) {
        return bytes(header(HASH, decision, 16).putLong(index).putLong(hash));
    }

    static byte[] barrier(long decision, long number) {
        return bytes(header(BARRIER, decision, 8).putLong(number));
    }

    static byte[] passed(long decision, long number) {
        return ofObservers(header(PASSED, decision, 8).putLong(number));
    }

    private static byte[] ofObservers(ByteBuffer message) {
        return bytes(message.put(2, VERSION_OF_OBSERVERS));
    }

    /** As many bytes as {@link #encode} of a state with these makes, and some to spare. */
    static int stateSize(Primary lastPrimary, List<Primary> attempts, Charter charter) {
        return 319 + size(lastPrimary) + size(attempts) + size(charter);
    }

    public static byte[] encode(Metadata metadata) {
        ByteBuffer out = ByteBuffer.allocate(
                size(metadata.self()) + 16 + size(metadata.lastPrimary()) + size(metadata.attempts()) + 24);
        put(out, metadata.self());
        put(out, metadata.lineage());
        put(out, metadata.lastPrimary());
        put(out, metadata.attempts());
        out.putLong(metadata.highest());
        out.putLong(metadata.epoch());
        out.putLong(metadata.index());
        return out.array();
    }

    /** @throws IllegalArgumentException if the bytes are not metadata */
    public static Metadata metadata(ByteBuffer in) {
        try {
            Metadata metadata = new Metadata(
                    id(in), lineage(in), primary(in), primaries(in), in.getLong(), in.getLong(), in.getLong());
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(in.remaining() + " bytes too many");
            }
            return metadata;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("too short", e);
        }
    }

    /** The whole array of a message that was made here. */
    @SuppressWarnings("ByteBufferBackingArray") // allocated by header()
    static byte[] bytes(ByteBuffer message) {
        return message.array();
    }

    private static ByteBuffer header(byte type, long under, int bodyLength) {
        return ByteBuffer.allocate(HEADER + bodyLength)
                .putShort(MAGIC)
                .put(VERSION)
                .put(type)
                .putLong(under);
    }

    // ---- decoding

    /** Never throws and never returns what breaks a rule of the format. The bytes of the result are views of {@code message}. */
    static ReplicaMessage decode(ByteBuffer message) {
        ByteBuffer in = message.slice().order(ByteOrder.BIG_ENDIAN);
        if (in.remaining() < 4 || in.getShort() != MAGIC) {
            return new ReplicaMessage.Bad(ReplicaReason.NOT_THIS_PROTOCOL);
        }
        byte version = in.get();
        if (version != VERSION && version != VERSION_OF_OBSERVERS) {
            return new ReplicaMessage.Bad(ReplicaReason.OTHER_PROTOCOL_VERSION);
        }
        try {
            ReplicaMessage decoded = body(in.get(), in.getLong(), in);
            boolean fits = version == (isOfObservers(decoded) ? VERSION_OF_OBSERVERS : VERSION);
            return in.hasRemaining() || !fits ? malformed() : decoded;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return malformed();
        }
    }

    private static boolean isOfObservers(ReplicaMessage message) {
        return message instanceof ReplicaMessage.Passed
                || message instanceof ReplicaMessage.State state && state.observer();
    }

    private static ReplicaMessage body(byte type, long under, ByteBuffer in) {
        return switch (type) {
            case STATE -> state(under, in);
            case VOTE -> new ReplicaMessage.Vote(under);
            case READY -> new ReplicaMessage.Ready(under);
            case BOOTSTRAP -> new ReplicaMessage.Bootstrap(under);
            case COMMANDS -> commands(under, in);
            case PERSISTED -> new ReplicaMessage.Persisted(under, notNegative(in.getLong()));
            case CHUNK -> chunk(under, in);
            case CHUNK_RECEIVED -> new ReplicaMessage.ChunkReceived(under, notNegative(in.getLong()));
            case TOO_LARGE -> new ReplicaMessage.TooLarge(under, notNegative(in.getLong()));
            case SKIP -> new ReplicaMessage.Skip(under, notNegative(in.getLong()), in.getLong());
            case HASH -> new ReplicaMessage.Hash(under, notNegative(in.getLong()), in.getLong());
            case BARRIER -> new ReplicaMessage.Barrier(under, notNegative(in.getLong()));
            case PASSED -> new ReplicaMessage.Passed(under, notNegative(in.getLong()));
            default -> malformed();
        };
    }

    private static ReplicaMessage state(long under, ByteBuffer in) {
        long views = notNegative(in.getLong());
        int flags = in.get();
        int quorumMembers = (int) notNegative(in.getInt());
        return new ReplicaMessage.State(
                under,
                views,
                id(in),
                (flags & DETACHED) != 0,
                (flags & DURABLE) != 0,
                (flags & FOUNDER) != 0,
                (flags & OBSERVER) != 0,
                (flags & HALTED) != 0,
                quorumMembers,
                lineage(in),
                primary(in),
                primaries(in),
                notNegative(in.getLong()),
                version(in),
                notNegative(in.getLong()),
                images(in),
                new ReplicaMessage.Interrupted(in.getLong(), notNegative(in.getLong()), version(in)),
                charter(in));
    }

    private static List<Long> images(ByteBuffer in) {
        int count = in.get();
        if (count < 0 || count > StateDonor.KEPT) {
            throw new IllegalArgumentException(count + " images");
        }
        List<Long> images = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            images.add(in.getLong());
        }
        return images;
    }

    private static ReplicaMessage commands(long under, ByteBuffer in) {
        long first = notNegative(in.getLong());
        int count = in.getInt();
        ByteBuffer body = in.slice();
        if (count < 1 || count > body.remaining() / 4) {
            return malformed();
        }
        for (int i = 0; i < count; i++) {
            skip(in, in.getInt());
        }
        return new ReplicaMessage.Commands(under, first, count, body);
    }

    private static ReplicaMessage chunk(long under, ByteBuffer in) {
        long offset = notNegative(in.getLong());
        int checksum = in.getInt();
        byte last = in.get();
        ByteBuffer bytes = in.slice();
        if (last < 0 || last > 1) {
            return malformed();
        }
        in.position(in.limit());
        return new ReplicaMessage.Chunk(under, offset, checksum, last == 1, bytes);
    }

    private static ReplicaMessage malformed() {
        return new ReplicaMessage.Bad(ReplicaReason.MALFORMED);
    }

    private static void skip(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("length " + length);
        }
        in.position(in.position() + length);
    }
}
