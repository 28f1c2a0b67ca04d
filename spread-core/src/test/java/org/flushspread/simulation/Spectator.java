package org.flushspread.simulation;

import org.flushspread.kernel.base.Event;
import org.flushspread.simulation.trace.ClientEvent;

/** Sees all that a person would draw of a run. It decides nothing, and draws no random numbers. */
public interface Spectator {
    /** A daemon begins a life. */
    default void started(Host host) {}

    /** A daemon has crashed or stopped. */
    default void ended(Host host) {}

    /** A daemon stands still for so many nanoseconds. */
    default void paused(Host host, long nanos) {}

    default void reported(Host host, Event event) {}

    /** A client did or saw something. Told of those only that do random things, or hand their sessions to the checkers. */
    default void told(SimulatedClient client, ClientEvent event) {}

    /**
     * A datagram leaves for one host.
     *
     * @param datagram as the sender's kernel made it
     * @param token whether it goes to the token port
     * @param leaves monotonic nanoseconds, not before now
     * @param arrives the same, or negative if it is lost
     */
    default void carried(int from, int to, byte[] datagram, boolean token, long leaves, long arrives) {}

    /** The network or something else is changed, in words. */
    default void changed(String what) {}
}
