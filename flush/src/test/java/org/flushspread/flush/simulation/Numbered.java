package org.flushspread.flush.simulation;

import java.nio.ByteBuffer;
import org.flushspread.flush.Codec;

/** A command with the number by which checkers know it. */
record Numbered<C>(long number, C command) {
    static <C> Codec<Numbered<C>> codec(Codec<C> commands) {
        return new Codec<>() {
            @Override
            public byte[] encode(Numbered<C> numbered) {
                byte[] command = commands.encode(numbered.command);
                return ByteBuffer.allocate(8 + command.length)
                        .putLong(numbered.number)
                        .put(command)
                        .array();
            }

            @Override
            public Numbered<C> decode(ByteBuffer bytes) {
                long number = bytes.getLong();
                return new Numbered<>(number, commands.decode(bytes.slice()));
            }
        };
    }
}
