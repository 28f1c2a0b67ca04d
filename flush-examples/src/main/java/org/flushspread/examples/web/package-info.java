/**
 * The chat in a browser. {@code ChatServer} answers HTTP; each browser session ({@code ChatSession}) is one member with a connection of its
 * own, which comes back when its daemon does; {@code Room} is that member in one group: what it is told by the group becomes events for the
 * page, and what its person says is sent, held for the next view, or given back. The page gets events by one long answer (server-sent
 * events) out of a bounded log, and may come back where it stopped. All state of a session is under the lock of that session.
 */
@NullMarked
package org.flushspread.examples.web;

import org.jspecify.annotations.NullMarked;
