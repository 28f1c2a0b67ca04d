/**
 * The replicated state machine on the flush layer: one {@link org.flushspread.flush.replica.Replica} per member decides who is primary,
 * orders commands, moves state to those who lack it and says what became of each command.
 *
 * <p>One {@code ViewRound} per view does all that belongs to it and is thrown away with it: its parts are
 * {@code StateExchange} (what all have said), {@code Decision} (what follows), {@code Voting}, {@code CatchingUp} (getting the state) and
 * {@code WrittenCommands} (disks). What outlives views is in {@code ReplicaContext}: {@code Memory} (history, primaries and promises),
 * {@code AppliedLog} (the state's version and the store), {@code Outstanding} (commands of this member), {@code StateDonor} ({@code StateImage}s to hand
 * out, piece by piece) and the role. The parts know the context, and nobody knows the round but {@code Replica}, which takes the inputs.
 *
 * <p>Observers get all of it and have no vote: {@code Decision} passes them over, and {@code Following} lets their reads be as good as those of a
 * member (replica-protocol R36).
 *
 * <p>What must hold whatever arrives is looked at where that is cheap; an {@code InvariantViolation} names the rule and ends the member; {@link
 * org.flushspread.flush.replica.Replica#audit} has the others (replica-protocol 7).
 *
 * <p>Pure and single-threaded: views, transitions, messages and calls of the application go in, effects come out of one interface,
 * {@link org.flushspread.flush.replica.ReplicaOutput}. No clock, socket, thread, logger or random source; the same inputs give the same
 * outputs.
 */
@NullMarked
package org.flushspread.flush.replica;

import org.jspecify.annotations.NullMarked;
