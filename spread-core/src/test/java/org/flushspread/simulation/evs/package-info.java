/**
 * Extended virtual synchrony and the ring's invariants as checkers over what daemons do, one class per property of membership-protocol 12.
 * A {@link org.flushspread.simulation.evs.DaemonLife} is what one daemon saw from start to crash, told to every
 * {@link org.flushspread.simulation.evs.Property} event by event, so that a run ends where a promise breaks.
 * {@link org.flushspread.simulation.evs.EvsChecks} holds what the lives of a run have in common.
 */
@NullMarked
package org.flushspread.simulation.evs;

import org.jspecify.annotations.NullMarked;
