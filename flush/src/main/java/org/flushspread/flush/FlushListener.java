package org.flushspread.flush;

import org.flushspread.client.SpreadException;

/**
 * Gets the events of one group, one at a time and in order. What a method throws goes to the uncaught exception handler of its thread, and
 * the next event follows.
 */
public interface FlushListener {
    /** A new view; from here until {@link #onFlushRequest} returns this member may send. */
    default void onView(View view) {}

    default void onMessage(DataMessage message) {}

    /** Returning gives consent, unless {@link FlushRequest#defer} was called; a handler that throws consents too, so it cannot stop others. */
    default void onFlushRequest(FlushRequest request) {}

    default void onTransition() {}

    default void onSelfLeave() {}

    /** The others go on without this member, which did not answer in time; {@link #onSelfLeave} follows. */
    default void onExcluded() {}

    default void onReject(Reject reject) {}

    /** A view waits for longer than the flush deadline. */
    default void onFlushDelayed(FlushDelayed warning) {}

    /** The connection has ended; the last call. */
    default void onClosed(SpreadException why) {}
}
