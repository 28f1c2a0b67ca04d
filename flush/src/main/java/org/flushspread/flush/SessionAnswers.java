package org.flushspread.flush;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import org.flushspread.flush.replica.Chain;
import org.flushspread.flush.replica.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The entries of sessions in the log, each done once, and the head of a saved state that holds what is known of sessions (spec/store.md 2). A
 * state without sessions has no head, as in releases that knew none.
 */
final class SessionAnswers<R> {
    private static final long MAGIC = 0x4673_5365_7373_696fL;
    private static final int HEAD = 8 + 4 + 4;
    private static final int VERSION = 1;
    private static final byte RESULT = 0;
    private static final byte THROWN = 1;

    private final Sessions sessions = new Sessions();
    private final @Nullable Codec<R> codec;

    SessionAnswers(@Nullable Codec<R> codec) {
        this.codec = codec;
    }

    boolean isPossible() {
        return codec != null;
    }

    /** A session begins. Its identity is made of its place in the log and its name. */
    Session.Begun begin(long index, ByteBuffer name) {
        Chain identity = new Chain(index, 0);
        identity.add(name);
        long id = identity.high();
        return new Session.Begun(
                id, sessions.begin(StandardCharsets.UTF_8.decode(name).toString(), id));
    }

    /**
     * Does a command of a session, if that was not done before.
     *
     * @param entry the session, the number, and behind its position then the command
     * @param apply applies it
     * @return what {@code apply} gave, now or then
     * @throws ReplicaException SESSION_OVER if the session is over; the command is not applied now
     * @throws Exception what {@code apply} throws, or {@link RepeatedFailureException} if it threw then
     */
    R once(ByteBuffer entry, Callable<R> apply) throws Exception {
        Codec<R> results = codec;
        if (results == null) {
            throw new IllegalStateException("a command of a session came to a state machine without answers()");
        }
        long id = entry.getLong();
        long number = entry.getLong();
        if (!sessions.isOpen(id) || sessions.isTooOld(id, number)) {
            throw new ReplicaException(
                    Failure.SESSION_OVER,
                    "the session is over: it was opened again elsewhere, or was so long without a command that others took"
                            + " its place, or command " + number + " is more than " + Sessions.WINDOW
                            + " behind its last");
        }
        byte[] before = sessions.answer(id, number);
        if (before != null) {
            return repeated(results, before);
        }
        try {
            R result = apply.call();
            sessions.answered(id, number, answer(RESULT, results.encode(result)));
            return result;
        } catch (Exception e) {
            sessions.answered(id, number, answer(THROWN, String.valueOf(e).getBytes(StandardCharsets.UTF_8)));
            throw e;
        }
    }

    private static byte[] answer(byte kind, byte[] bytes) {
        return ByteBuffer.allocate(1 + bytes.length).put(kind).put(bytes).array();
    }

    private R repeated(Codec<R> results, byte[] answer) {
        ByteBuffer rest = ByteBuffer.wrap(answer, 1, answer.length - 1).slice();
        if (answer[0] == THROWN) {
            throw new RepeatedFailureException(
                    StandardCharsets.UTF_8.decode(rest).toString());
        }
        return results.decode(rest);
    }

    // ---- the head of a saved state

    /** What comes before the state; nothing where there are no sessions. */
    byte[] head() throws IOException {
        if (sessions.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeInt(VERSION);
        sessions.save(out);
        byte[] bytes = body.toByteArray();
        return ByteBuffer.allocate(HEAD + bytes.length)
                .putLong(MAGIC)
                .putInt(bytes.length)
                .putInt(checksum(bytes, 0, bytes.length))
                .put(bytes)
                .array();
    }

    /** A saved state as it is to be read again: one that has no head, and begins like one, gets one. */
    byte[] withHead(byte[] state) {
        if (!sessions.isEmpty()) {
            return state;
        }
        byte[] none = ByteBuffer.allocate(8).putInt(VERSION).putInt(0).array();
        return ByteBuffer.allocate(HEAD + none.length + state.length)
                .putLong(MAGIC)
                .putInt(none.length)
                .putInt(checksum(none, 0, none.length))
                .put(none)
                .put(state)
                .array();
    }

    static boolean looksLikeHead(byte[] state) {
        return state.length >= HEAD && ByteBuffer.wrap(state).getLong() == MAGIC;
    }

    /** Takes over what a saved state knows of sessions; answers where the state of the application begins in it. */
    int load(byte[] state) throws IOException {
        sessions.clear();
        if (!looksLikeHead(state)) {
            return 0;
        }
        int length = ByteBuffer.wrap(state).getInt(8);
        if (length < 0
                || length > state.length - HEAD
                || checksum(state, HEAD, length) != ByteBuffer.wrap(state).getInt(12)) {
            return 0; // a state of the application that begins like one
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state, HEAD, length));
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException("the state was saved by another release, in version " + version + " of its head");
        }
        sessions.load(in);
        return HEAD + length;
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, length);
        return (int) checksum.getValue();
    }
}
