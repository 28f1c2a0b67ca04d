package org.flushspread.flush;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * What a command may know beside the state: the same at all members, whenever they apply it, since all of it follows from the log
 * (spec/replica-protocol.md R18 to R20). Good during the call that it was given to, and on its thread.
 */
public interface ApplyContext {
    /** The place of the entry that is applied, from 1. */
    long index();

    /**
     * The agreed time: never earlier than at the entry before. Each command brings what the clock of its submitter said, and the latest that any of
     * them has said counts. 1970 at commands of a log that a release wrote which knew no time.
     */
    Instant time();

    /**
     * A source of random numbers, the same at all members and another one at each entry. Its classic methods ({@code nextInt},
     * {@code nextInt(bound)}, {@code nextLong}, {@code nextDouble}, {@code nextGaussian}, {@code nextBytes}) give the same on every JDK; who
     * knows the log knows the numbers, so they are no secrets.
     */
    Random random();

    /**
     * Sets a timer, in place of one of this name: {@link StateMachine#onTimer} is called once for it, at all members, at the first later entry
     * whose time has reached this one; members see to it that there is one.
     *
     * @param name 1 to 1,000 characters
     * @throws IllegalStateException if there are 100,000 already
     */
    void setTimer(String name, Instant at);

    /** The same, some time after {@link #time}. */
    default void setTimer(String name, Duration after) {
        setTimer(name, time().plus(after));
    }

    /** Cancels a timer; false if none of this name is set. */
    boolean cancelTimer(String name);
}
