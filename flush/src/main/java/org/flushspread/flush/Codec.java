package org.flushspread.flush;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * How commands travel. All members use the same one.
 *
 * @param <C> command
 */
public interface Codec<C> {
    byte[] encode(C command);

    /** @param bytes exactly one command, big-endian; valid during the call */
    C decode(ByteBuffer bytes);

    /** Eight bytes. */
    static Codec<Long> longs() {
        return of(value -> ByteBuffer.allocate(8).putLong(value).array(), ByteBuffer::getLong);
    }

    /** UTF-8. */
    static Codec<String> strings() {
        return of(
                value -> value.getBytes(StandardCharsets.UTF_8),
                bytes -> StandardCharsets.UTF_8.decode(bytes).toString());
    }

    /** The bytes as they are. */
    static Codec<byte[]> bytes() {
        return of(value -> value, bytes -> {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        });
    }

    static <C> Codec<C> of(Function<? super C, byte[]> encoder, Function<ByteBuffer, ? extends C> decoder) {
        return new Codec<>() {
            @Override
            public byte[] encode(C command) {
                return encoder.apply(command);
            }

            @Override
            public C decode(ByteBuffer bytes) {
                return decoder.apply(bytes);
            }
        };
    }
}
