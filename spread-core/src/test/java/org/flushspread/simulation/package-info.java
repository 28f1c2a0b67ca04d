/**
 * The deterministic world: the kernels that ship, N of them, with M clients, in one thread, on virtual time, from one seed.
 *
 * <p>{@link org.flushspread.simulation.World} owns time and the event queue; {@link org.flushspread.simulation.Network} carries datagrams
 * with loss, duplication, delay, cuts and partitions; a {@link org.flushspread.simulation.Host} is a machine with one daemon, its sockets
 * and its clock; a {@link org.flushspread.simulation.SimulatedClient} speaks the client protocol byte for byte. A
 * {@link org.flushspread.simulation.Swarm} draws from the seed which faults are on and how strong; a
 * {@link org.flushspread.simulation.Simulation} runs chaos, heals everything, and demands progress. Checkers watch all traces.
 */
@NullMarked
package org.flushspread.simulation;

import org.jspecify.annotations.NullMarked;
