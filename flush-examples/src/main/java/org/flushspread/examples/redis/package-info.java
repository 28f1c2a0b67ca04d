/**
 * A service that speaks the protocol of Redis, as an example of one on a replicated state machine: any client of Redis is its client.
 *
 * <p>{@code Keyspace} is the state, which never changes but is replaced, so it is read by any thread and written into snapshots while commands
 * go on. {@code RedisStore} is the state machine: a command of the log is a {@code Batch} of what a connection has asked for, done command by
 * command by a {@code Turn}. {@code RedisServer} is the edge: one thread of Netty for all connections, which never waits. A {@code Connection} answers in order, and has at most one batch on its way: what comes meanwhile is the next
 * one. {@code Member} brings batches into the log, exactly once, and finds states to read.
 */
@NullMarked
package org.flushspread.examples.redis;

import org.jspecify.annotations.NullMarked;
