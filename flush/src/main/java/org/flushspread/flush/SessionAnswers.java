package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Sessions;
import org.jspecify.annotations.Nullable;

/** The entries of sessions in the log, each done once (replica-protocol R21). */
final class SessionAnswers<R> {
    private static final byte RESULT = 0;
    private static final byte THROWN = 1;

    private final Sessions sessions;
    private final @Nullable Codec<R> codec;

    SessionAnswers(Sessions sessions, @Nullable Codec<R> codec) {
        this.sessions = sessions;
        this.codec = codec;
    }

    boolean isPossible() {
        return codec != null;
    }

    /** A session begins. */
    Sessions.Begun begin(long index, ByteBuffer name) {
        return sessions.begin(index, name);
    }

    /** A session of a client begins, or has begun before. */
    Sessions.Begun beginOfClient(long index, ByteBuffer entry) {
        return sessions.beginOfClient(index, entry);
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
        Sessions.Standing standing = sessions.look(id, number);
        if (standing == Sessions.Standing.OVER) {
            throw new ReplicaException(
                    Failure.SESSION_OVER,
                    "the session is over: it was opened again elsewhere, or was so long without a command that others took"
                            + " its place, or command " + number + " is more than " + Sessions.WINDOW
                            + " behind its last");
        }
        byte[] before = standing == Sessions.Standing.REPEATED ? sessions.answer(id, number) : null;
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
}
