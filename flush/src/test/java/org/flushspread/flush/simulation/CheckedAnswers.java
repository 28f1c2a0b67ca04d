package org.flushspread.flush.simulation;

import java.nio.ByteBuffer;
import org.flushspread.flush.Codec;
import org.flushspread.flush.replica.Violation;

/**
 * What {@code answers()} of a state machine has given. One that cannot take a result through is told at once: in a session its exception would
 * be the answer to a command that has been applied.
 */
record CheckedAnswers<R>(Codec<R> codec, Class<?> machine) implements Codec<R> {
    static final String RULE = "AnswersAreKept";

    @Override
    public byte[] encode(R result) {
        byte[] bytes;
        try {
            bytes = codec.encode(result);
        } catch (RuntimeException e) {
            throw failed("encode the result " + result, e);
        }
        if (bytes == null) {
            throw failed("encode the result " + result, "it gives null");
        }
        return bytes;
    }

    @Override
    public R decode(ByteBuffer bytes) {
        try {
            return codec.decode(bytes);
        } catch (RuntimeException e) {
            throw failed("decode what it has encoded", e);
        }
    }

    private Violation failed(String what, Object how) {
        return new Violation(RULE, "answers() of " + machine.getName() + " cannot " + what + ": " + how);
    }
}
