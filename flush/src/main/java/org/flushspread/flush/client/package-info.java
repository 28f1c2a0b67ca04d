/**
 * Clients of a replicated state machine that are no members of it: {@link org.flushspread.flush.client.ReplicaClient}.
 *
 * <p>What a client decides is {@link org.flushspread.flush.requests.Requester}'s. Around it, {@code ClientEngine} has the requests of the program on
 * one side and the connection on the other, and {@code ClientLoop} is the one thread of all clients of this program: it selects among
 * their connections, works where there is something to do, and completes futures, so what is chained to them must not wait. A connection is
 * made on a thread of {@code Connecting}, of which there are a few while there is something to connect; none of them outlives its use.
 *
 * <p>The program's threads put what they want into a queue of the engine and wake the loop; nothing else is shared. What they may queue is
 * bounded by places that are taken before and given back when a future ends. No lock is held while code of the program runs.
 */
@NullMarked
package org.flushspread.flush.client;

import org.jspecify.annotations.NullMarked;
