/**
 * The whole daemon as a deterministic state machine: input in, effects out.
 *
 * <p>{@link org.flushspread.kernel.Kernel} takes datagrams, client bytes, time and commands, and answers by calls on
 * {@link org.flushspread.kernel.base.Ports}, which the Netty shell and the simulator implement: the code that ships is the code that is
 * simulated. One thread runs one kernel; there is no lock, clock, socket, thread, logger or random source inside. Time is a parameter of
 * every turn, the seed a parameter of the start.
 *
 * <p>Rooms: {@code base} (the ground that all others stand on), {@code ring} (order, token, windows, packing, delivery),
 * {@code recovery} (the exchange after a membership change), {@code membership} (who is in the ring), {@code groups} (process groups),
 * {@code session} (clients), {@code monitor}. Messages go down from a session to the ring's queue and come up again in order through
 * groups to sessions, in a ring of one as in a ring of many.
 *
 * <p>Anything refused has a named {@link org.flushspread.kernel.base.Reason}; it is counted, and reported at most once a second per reason.
 */
@NullMarked
package org.flushspread.kernel;

import org.jspecify.annotations.NullMarked;
