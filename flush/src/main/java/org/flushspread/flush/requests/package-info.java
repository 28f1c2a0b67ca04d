/**
 * What clients that are no members and the desks of members say to each other, and both sides of it as state machines: {@link
 * org.flushspread.flush.requests.Requester} is a client, {@link org.flushspread.flush.requests.Desk} what a member has for all clients
 * (replica-protocol R30 to R35).
 *
 * <p>Both are pure and single-threaded: messages, calls and the time go in, effects come out of one interface each. No clock, socket,
 * thread, logger or random source, and no table whose order may differ between two runs is gone through. The messages are {@link
 * org.flushspread.flush.requests.RequestItem}s, their bytes are {@link org.flushspread.flush.requests.RequestCodec}'s.
 */
@NullMarked
package org.flushspread.flush.requests;

import org.jspecify.annotations.NullMarked;
