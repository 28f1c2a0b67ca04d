/**
 * The view-synchrony automaton: one {@link org.flushspread.flush.kernel.GroupAutomaton} per connection and group, and one
 * {@link org.flushspread.flush.kernel.FlushDispatcher} per connection that decodes trailers and finds the group.
 *
 * <p>Pure and single-threaded: decoded Spread events and calls of the application go in, events for the application and messages to send
 * come out. No clock, socket, thread, logger or random source; the same inputs give the same outputs. Callers that use it from several
 * threads guard it with one lock.
 */
@NullMarked
package org.flushspread.flush.kernel;

import org.jspecify.annotations.NullMarked;
