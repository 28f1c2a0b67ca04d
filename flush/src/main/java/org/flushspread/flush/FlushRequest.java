package org.flushspread.flush;

/**
 * The view is to change, and waits for this member's consent. Until it flushes it may send in the current view; afterwards not before the
 * next one. A member that never flushes holds up all others.
 */
public final class FlushRequest implements FlushEvent {
    private final FlushGroup origin;
    private boolean deferred;
    private boolean answered;

    FlushRequest(FlushGroup group) {
        this.origin = group;
    }

    @Override
    public String group() {
        return origin.name();
    }

    /**
     * Consents. Does nothing if this request was answered before.
     *
     * @throws IllegalStateFlushException if the group is not waiting for a consent
     */
    public void flush() {
        if (answer()) {
            origin.flush();
        }
    }

    /** In a listener: the return of the handler is not the consent; {@link #flush} will be called later, by any thread. */
    public synchronized void defer() {
        deferred = true;
    }

    /** True once the consent was given through this request. */
    public synchronized boolean isAnswered() {
        return answered;
    }

    /** True once {@link #defer} was called: the consent comes later, or has come. For those who call handlers of their own. */
    public synchronized boolean isDeferred() {
        return deferred;
    }

    private synchronized boolean answer() {
        boolean first = !answered;
        answered = true;
        return first;
    }

    @Override
    public String toString() {
        return "FlushRequest[" + group() + "]";
    }
}
