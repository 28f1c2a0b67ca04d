package org.flushspread.flush.simulation;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.flushspread.flush.Codec;
import org.flushspread.flush.RepeatedFailureException;
import org.flushspread.flush.ReplicaException;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Violation;
import org.jspecify.annotations.Nullable;

/** What somebody was answered. Two are equal where a user sees no difference. */
final class Answer {
    private static final Object INCOMPARABLE = new Object();

    /** Null if it is an exception. */
    final @Nullable Object result;

    private final @Nullable Throwable failure;
    private final @Nullable Object compared;

    private Answer(@Nullable Object result, @Nullable Throwable failure, @Nullable Object compared) {
        this.result = result;
        this.failure = failure;
        this.compared = compared;
    }

    /** @param codec of the results; null if the state machine has none: then they are compared by their own equality, if they have any */
    static <R> Answer of(@Nullable Object result, @Nullable Throwable failure, @Nullable Codec<R> codec) {
        if (failure != null) {
            String words = failure instanceof RepeatedFailureException
                    ? String.valueOf(failure.getMessage())
                    : String.valueOf(failure);
            return new Answer(null, failure, "threw " + words);
        }
        return new Answer(result, null, comparable(result, codec));
    }

    @SuppressWarnings("unchecked")
    private static <R> @Nullable Object comparable(@Nullable Object result, @Nullable Codec<R> codec) {
        if (codec != null) {
            return ByteBuffer.wrap(codec.encode((R) result));
        }
        if (result instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes.clone());
        }
        return result == null || hasEquality(result) ? result : INCOMPARABLE;
    }

    private static boolean hasEquality(Object result) {
        try {
            return result.getClass().getMethod("equals", Object.class).getDeclaringClass() != Object.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    /** What a session gives to who asks again: it went through the codec of the results. */
    @SuppressWarnings("unchecked")
    <R> void staysThroughCodec(@Nullable Codec<R> codec, String of) {
        if (codec == null || result == null || !hasEquality(result)) {
            return;
        }
        R again = codec.decode(ByteBuffer.wrap(codec.encode((R) result)));
        if (!result.equals(again)) {
            throw new Violation(
                    CheckedAnswers.RULE,
                    "the result of " + of + " is " + result + ", and who asks again in a session gets " + again
                            + ": what answers() decodes is not what it has encoded");
        }
    }

    boolean saysOver() {
        return failure instanceof ReplicaException refused && refused.reason() == Failure.SESSION_OVER;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Answer answer && Objects.equals(answer.compared, compared);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(compared);
    }

    @Override
    public String toString() {
        return failure == null ? String.valueOf(result) : "exception " + failure;
    }
}
