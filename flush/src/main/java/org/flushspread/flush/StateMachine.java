package org.flushspread.flush;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is replicated: a state and the commands that change it. All calls come from one thread.
 *
 * <p>{@link #apply} must be deterministic: equal states and equal commands give equal states and results, on every machine. So no clock, no
 * random numbers, no iteration over hash tables, nothing from outside. Time, timers and random numbers that are the same at all members are in
 * the {@link ApplyContext}; what else a command needs, its submitter puts into it.
 *
 * @param <C> command
 * @param <R> result
 */
public interface StateMachine<C, R> {
    /**
     * Applies a command. What it throws is the result for its submitter; the state must then be the same at all members too. A state machine
     * has this method or {@link #apply(Object, ApplyContext)}.
     */
    default R apply(C command) {
        throw new UnsupportedOperationException(
                getClass().getName() + " has neither apply(command) nor apply(command, context)");
    }

    /**
     * Applies a command, with what it may know beside the state. This is what is called; if nothing else is said it is
     * {@link #apply(Object)}.
     */
    default R apply(C command, ApplyContext context) {
        return apply(command);
    }

    /**
     * Answers a question of a client that is no member ({@code ReplicaClient.read}) from the state as it is, and changes nothing; it is called at
     * one member. What it throws is the client's, in words.
     */
    default R query(C question) {
        throw new UnsupportedOperationException(getClass().getName() + ".query answers no questions of clients");
    }

    /**
     * A timer has fired ({@link ApplyContext#setTimer}): once, at all members at the same place, before the command of that place. An exception
     * goes to the uncaught exception handler of the thread; it must leave the same state at all members.
     */
    default void onTimer(String name, ApplyContext context) {}

    /**
     * Commands come that are applied one behind the other until {@link #endBatch}. For a state that is kept where many changes together
     * cost less than each alone: it may put off what it likes until then. Which commands come together differs between members and between
     * runs, so nothing of the state may depend on it.
     */
    default void beginBatch() {}

    /** The batch is over: the state is looked at next, it is saved, or results are given out. */
    default void endBatch() {}

    /**
     * The version of the format that {@link #save} writes, from 0. A program that writes another one than the program before gives it the
     * next number, and reads both.
     */
    default int version() {
        return 0;
    }

    /**
     * How results are kept for sessions ({@link ReplicatedStateMachine#session}), in the state of all members; null if there are none. All
     * members have the same.
     */
    default @Nullable Codec<R> answers() {
        return null;
    }

    /**
     * A hash of the state: equal at all members whose states are equal. Members compare it every some thousand commands
     * ({@link ReplicaOptions#hashEvery}), so that a state machine that is not deterministic is found. If nothing else is said it is made
     * of what {@link #save} writes, as long as that is no more than 8 MB; a state machine that keeps such a hash up to date gives it here.
     *
     * @return empty to say nothing
     * @throws IOException what {@link #save} throws
     */
    default OptionalLong stateHash() throws IOException {
        return StateHash.of(this);
    }

    /** Writes the whole state, equal states as equal bytes. */
    void save(DataOutput out) throws IOException;

    /**
     * What hands out the state while commands go on, for snapshots of the log and members that lack it; null to have it {@linkplain #save
     * saved} to memory by the thread that applies commands. The same one each time.
     */
    default @Nullable Snapshotter snapshotter() {
        return null;
    }

    /** Replaces the state by one that {@link #save} wrote. */
    void load(DataInput in) throws IOException;

    /**
     * Replaces the state by one that {@link #save} wrote, in this version of the format. If nothing else is said a version above
     * {@link #version} is refused and {@link #load(DataInput)} reads the others.
     *
     * @param version of the program that saved it; 0 if it knew none
     */
    default void load(DataInput in, int version) throws IOException {
        if (version > version()) {
            throw new IOException("the state was saved in version " + version
                    + " of its format, and this program knows " + version() + " at the most: start a newer program");
        }
        load(in);
    }
}
