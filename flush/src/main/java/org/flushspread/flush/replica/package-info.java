/**
 * The replicated state machine on the flush layer: one {@link org.flushspread.flush.replica.Replica} per member decides who is primary,
 * orders commands, moves state to those who lack it and says what became of each command.
 *
 * <p>Pure and single-threaded: views, transitions, messages and calls of the application go in, effects come out of one interface,
 * {@link org.flushspread.flush.replica.ReplicaOutput}. No clock, socket, thread, logger or random source; the same inputs give the same
 * outputs.
 */
@NullMarked
package org.flushspread.flush.replica;

import org.jspecify.annotations.NullMarked;
