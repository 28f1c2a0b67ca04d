/**
 * Somebody's own state machine in the simulated world: published for tests of programs.
 *
 * <p>A {@link org.flushspread.flush.simulation.ReplicaSimulation} runs one {@link org.flushspread.flush.simulation.Trial} for each seed. A trial
 * is the knowledge of all members of a run: what was submitted, what each prefix of the log has made of state and results. Its members are
 * {@link org.flushspread.flush.simulation.UserMachine}s in the worlds of package {@code replica}, where the replica, the store and the
 * application around the state machine are what ships. When all is quiet, a {@link org.flushspread.flush.simulation.Rehearsal} applies the
 * log once more, outside of all members, and a {@link org.flushspread.flush.simulation.Judgement} looks at what users were answered.
 */
@NullMarked
package org.flushspread.flush.simulation;

import org.jspecify.annotations.NullMarked;
