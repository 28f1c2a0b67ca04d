package org.flushspread.flush.simulation;

import java.util.Arrays;
import java.util.Random;
import org.flushspread.flush.Codec;
import org.jspecify.annotations.Nullable;

/**
 * What users do with a simulated state machine. Each seed has a new one; all its draws come from the {@link Random} that it is given, so that a
 * seed is the same each time. Few keys and small numbers find more than many and large ones.
 *
 * @param <C> command
 */
public interface Workload<C> {
    /** How commands travel; that of the program. */
    Codec<C> codec();

    /** The next command that somebody submits. */
    C command(Random random);

    /** A question that a client reads from the state by {@code StateMachine.query}, linearizably; null if there are none. */
    default @Nullable C question(Random random) {
        return null;
    }

    /** A command in a report. */
    default String describe(C command) {
        return command instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(command);
    }
}
