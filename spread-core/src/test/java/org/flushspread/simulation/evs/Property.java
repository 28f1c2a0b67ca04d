package org.flushspread.simulation.evs;

import org.flushspread.kernel.base.DaemonMembership;

/**
 * A promise of daemons. It hears what they do in the order of time, each event before it becomes part of the life, and throws a
 * {@code Violation} as soon as something cannot be.
 */
interface Property {
    /** The transitional signal. */
    default void transitional(DaemonLife life, DaemonMembership membership) {}

    /** A regular membership; {@code life.era()} is the one that it ends, none if it is the first. */
    default void regular(DaemonLife life, DaemonMembership membership) {}
}
