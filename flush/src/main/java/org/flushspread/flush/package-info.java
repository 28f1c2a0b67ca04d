/**
 * View synchrony on Spread: {@link org.flushspread.flush.FlushConnection} for new programs and the {@code FL_} procedures for ported ones.
 * Members of both kinds, and those of the C library, share groups.
 *
 * <h2>How it is cut</h2>
 *
 * <p>{@code FlushSession} is the automaton ({@link org.flushspread.flush.kernel}) on a channel to a daemon: {@code FlushReader} feeds it,
 * {@code FlushWriter} sends what it and the application say, {@code EventQueue} keeps what it made. {@code Fl} gives its events out as the C
 * API does; {@code FlushConnection} as the events here, which show the automaton's records, through {@code Reception} (receive calls,
 * waits for views), {@code Destinations} (where an event goes), {@code ListenerThread} and a {@code ListenerQueue} for each listener.
 *
 * <h2>Threads</h2>
 *
 * <p>Without listeners there is none: the protocol is worked on inside the receive calls. The first listener starts the one that receives for
 * the connection; it runs no code of the application, so members are answered whatever that does. A listener without an executor has a
 * thread of its own; to an executor of the application tasks are brought by short-lived threads, since it may keep whoever brings them.
 *
 * <h2>Locks</h2>
 *
 * <p>In the order they are taken in; no code of the application runs under one.
 *
 * <ol>
 *   <li>{@code Reception.intake}, from taking an event out of the session until it is where it belongs: events keep their order whoever takes
 *       them. Held while the daemon is waited for.
 *   <li>{@code Destinations.lock}: a listener and what was kept for it come together in one step. Held for a moment.
 *   <li>{@code FlushWriter.sending}: what was checked first goes out first. Held while the daemon is waited for, so it cannot be the next one.
 *   <li>The channel's locks, one for its sender and one for its receiver.
 *   <li>{@code FlushSession.state}: the automaton. Held for a moment.
 *   <li>{@code ListenerQueue.lock}, one for each listener. Held for a moment.
 * </ol>
 */
@NullMarked
package org.flushspread.flush;

import org.jspecify.annotations.NullMarked;
