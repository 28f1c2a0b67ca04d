package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state machine of a simulated member. Checkers know commands by their numbers, which are part of the entries that it makes. */
public interface SimulatedMachine {
    /** Told of each timer that fires. */
    interface Timers {
        void fired(long timer, long time);
    }

    /** One for each member and each of its lives. */
    @FunctionalInterface
    interface Factory {
        SimulatedMachine create(String member);
    }

    /** What the log has in it, in order: numbers of commands, and for each entry that is none a number below 0. */
    List<Long> history();

    /** True if it knows the agreed time, timers, random numbers and sessions; entries say the time then. */
    boolean hasContext();

    /** The entry of a command, without the time. */
    byte[] command(long number, int padding);

    /** The entry of a command of a session. */
    byte[] command(long session, long number, String name, long command);

    /** True if this answer says that the session is over. */
    boolean isOver(Object answer);

    /** Applies an entry with its context; answers what its submitter gets. */
    @Nullable
    Object apply(long index, long fingerprint, ByteBuffer entry, Timers timers);

    /** Something to read; null for all of the history. */
    default @Nullable Object question() {
        return null;
    }

    /** What a read finds now. */
    default @Nullable Object answer(Object question) {
        return null;
    }

    /** The state as bytes, and what checkers know of it. */
    byte[] encode();

    void decode(byte[] state);

    /** Equal where states are equal. */
    int digest();

    /** The agreed time, in milliseconds. */
    long time();

    /** When the next timer is due; {@link Long#MAX_VALUE} if there is none. */
    long nextTimer();

    Charter charter();
}
