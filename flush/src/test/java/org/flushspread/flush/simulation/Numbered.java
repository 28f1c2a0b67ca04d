package org.flushspread.flush.simulation;

import java.nio.ByteBuffer;
import org.flushspread.flush.Codec;
import org.flushspread.flush.replica.Violation;
import org.jspecify.annotations.Nullable;

/**
 * A command with the number by which checkers know it.
 *
 * @param command null if it could not be decoded
 * @param unreadable what the codec has thrown: the result of the command, at all members alike; null if it has thrown nothing
 */
record Numbered<C>(
        long number, @Nullable C command, @Nullable RuntimeException unreadable) {
    Numbered(long number, C command) {
        this(number, command, null);
    }

    /** The command, or what the codec has thrown in its place. */
    C read() {
        if (unreadable != null) {
            throw unreadable;
        }
        C read = command;
        if (read == null) {
            throw new NullPointerException("the codec of the workload has decoded null as a command");
        }
        return read;
    }

    static <C> Codec<Numbered<C>> codec(Codec<C> commands) {
        return new Codec<>() {
            @Override
            public byte[] encode(Numbered<C> numbered) {
                byte[] command;
                try {
                    command = commands.encode(numbered.read());
                } catch (RuntimeException e) {
                    throw failed(numbered.command, e);
                }
                if (command == null) {
                    throw failed(numbered.command, "it gives null");
                }
                return ByteBuffer.allocate(8 + command.length)
                        .putLong(numbered.number)
                        .put(command)
                        .array();
            }

            @Override
            public Numbered<C> decode(ByteBuffer bytes) {
                long number = bytes.getLong();
                try {
                    return new Numbered<>(number, commands.decode(bytes.slice()));
                } catch (RuntimeException e) {
                    return new Numbered<>(number, null, e);
                }
            }
        };
    }

    private static Violation failed(@Nullable Object command, Object how) {
        return new Violation(
                "CommandsAreEncoded", "the codec of the workload cannot encode the command " + command + ": " + how);
    }
}
