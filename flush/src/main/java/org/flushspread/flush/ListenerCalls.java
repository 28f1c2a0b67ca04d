package org.flushspread.flush;

import java.util.function.Consumer;
import org.flushspread.client.SpreadException;
import org.jspecify.annotations.Nullable;

/** Which method of a listener each event is for, and what has to be done around it. */
final class ListenerCalls implements Consumer<FlushEvent> {
    private final FlushListener listener;
    private final @Nullable FlushGroup group;
    private final Runnable left;

    /**
     * @param group null for what belongs to no group
     * @param left runs after the last call, when the group was left
     */
    ListenerCalls(FlushListener listener, @Nullable FlushGroup group, Runnable left) {
        this.listener = listener;
        this.group = group;
        this.left = left;
    }

    /** The connection has ended. */
    void closed(String name, SpreadException why) {
        listener.onClosed(name, why);
    }

    @Override
    public void accept(FlushEvent event) {
        if (event instanceof View view) {
            if (group != null) {
                group.received(view);
            }
            listener.onView(view);
        } else if (event instanceof DataMessage message) {
            listener.onMessage(message);
        } else if (event instanceof FlushRequest request) {
            try {
                listener.onFlushRequest(request);
            } finally {
                consent(request);
            }
        } else if (event instanceof Transition transition) {
            listener.onTransition(transition);
        } else if (event instanceof SelfLeave leave) {
            left(leave);
        } else if (event instanceof Excluded excluded) {
            listener.onExcluded(excluded);
        } else if (event instanceof Reject reject) {
            listener.onReject(reject);
        } else if (event instanceof FlushDelayed warning) {
            listener.onFlushDelayed(warning);
        }
    }

    private void left(SelfLeave leave) {
        if (group != null) {
            group.ended();
        }
        try {
            listener.onSelfLeave(leave);
        } finally {
            left.run();
        }
    }

    private static void consent(FlushRequest request) {
        if (request.isDeferred() || request.isAnswered()) {
            return;
        }
        try {
            request.flush();
        } catch (SpreadException e) {
            // It was answered through the group, or the group is being left, or the connection has ended: nobody waits
            // for us then.
        }
    }
}
