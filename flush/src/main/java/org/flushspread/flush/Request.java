package org.flushspread.flush;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants of a member.
 *
 * @param kind how it is done
 * @param message what goes through the order, in pieces; empty for a read that does not
 * @param reader null for a command
 * @param place the place a {@link Kind#PLACED} read must have reached; null for what this member has seen
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Request<S>(
        Kind kind,
        byte[][] message,
        @Nullable Function<? super S, ?> reader,
        @Nullable Token place) {
    enum Kind {
        /** A command or a read that goes through the order. */
        ORDERED,
        /** A read behind everything that anybody has seen. */
        LINEARIZABLE,
        /** A read behind a place. */
        PLACED
    }

    static <S> Request<S> command(byte[]... message) {
        return new Request<>(Kind.ORDERED, message, null, null);
    }

    static <S> Request<S> ordered(Function<? super S, ?> reader, byte[]... message) {
        return new Request<>(Kind.ORDERED, message, reader, null);
    }

    static <S> Request<S> linearizable(Function<? super S, ?> reader) {
        return new Request<>(Kind.LINEARIZABLE, new byte[0][], reader, null);
    }

    static <S> Request<S> placed(Function<? super S, ?> reader, @Nullable Token place) {
        return new Request<>(Kind.PLACED, new byte[0][], reader, place);
    }
}
