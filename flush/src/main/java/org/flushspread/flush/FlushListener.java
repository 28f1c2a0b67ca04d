package org.flushspread.flush;

import org.flushspread.client.SpreadException;

/**
 * Gets the events of one group, one at a time and in order, or with {@link FlushConnection#listen(FlushListener)} those that belong to no
 * group. One listener can serve several groups: each call names its group.
 *
 * <p>No lock is held during a call, so it may call whatever it likes. What a method throws, an {@link Error} too, goes to the uncaught
 * exception handler of its thread, and the next event follows. The last call is {@link #onSelfLeave} or {@link #onClosed}, one of them and
 * once.
 */
public interface FlushListener {
    /** A new view; from here until {@link #onFlushRequest} returns this member may send. */
    default void onView(View view) {}

    default void onMessage(DataMessage message) {}

    /** Returning gives consent, unless {@link FlushRequest#defer} was called; a handler that throws consents too, so it cannot stop others. */
    default void onFlushRequest(FlushRequest request) {}

    /** Calls {@link #onTransition()}. */
    default void onTransition(Transition transition) {
        onTransition();
    }

    /** The same for a listener of one group. */
    default void onTransition() {}

    /** The group was left; the last call. Calls {@link #onSelfLeave()}. */
    default void onSelfLeave(SelfLeave leave) {
        onSelfLeave();
    }

    /** The same for a listener of one group. */
    default void onSelfLeave() {}

    /** The others go on without this member, which did not answer in time; {@link #onSelfLeave} follows. Calls {@link #onExcluded()}. */
    default void onExcluded(Excluded excluded) {
        onExcluded();
    }

    /** The same for a listener of one group. */
    default void onExcluded() {}

    default void onReject(Reject reject) {}

    /** A view waits for longer than the flush deadline. */
    default void onFlushDelayed(FlushDelayed warning) {}

    /**
     * The connection has ended; the last call. What was received before is handled first, except if this program called
     * {@link FlushConnection#close}. Calls {@link #onClosed(SpreadException)}.
     *
     * @param group whose events this listener got; the own private group for those that belong to none
     */
    default void onClosed(String group, SpreadException why) {
        onClosed(why);
    }

    /** The same for a listener of one group. */
    default void onClosed(SpreadException why) {}
}
