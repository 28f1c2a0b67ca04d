package org.flushspread.flush;

import java.time.Duration;
import org.flushspread.client.MessageChannel;
import org.flushspread.wire.SpreadCode;

/** Waits for a view of a group, and receives for that where no listener has a thread to do it. */
final class ViewWait {
    /** How long somebody sleeps at the most before looking what has changed. */
    private static final long SLICE_NANOS = 50_000_000;

    private final Reception reception;
    private final Destinations destinations;
    private final FlushSession session;

    ViewWait(Reception reception, Destinations destinations, FlushSession session) {
        this.reception = reception;
        this.destinations = destinations;
        this.session = session;
    }

    /** See {@link FlushGroup#awaitView}. */
    View awaitView(FlushGroup group, int members, Duration timeout) {
        ListenerQueue queue = group.listener();
        if (queue != null && queue.isHandledHere()) {
            throw new IllegalStateException("the listener of '" + group.name()
                    + "' waits for a view that only it can be shown; it gets it by onView");
        }
        long end = System.nanoTime() + Math.min(MessageChannel.nanos(timeout), Long.MAX_VALUE / 4);
        long seen = -1;
        while (true) {
            seen = lookIntoBacklog(group, seen);
            View view = group.view();
            if (view != null && view.members().size() >= members && isCurrent(group)) {
                return view;
            }
            if (!group.isJoined()) {
                throw group.notMember("wait for a view of");
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new FlushException(
                        SpreadCode.WOULD_BLOCK,
                        "group '" + group.name() + "' has not " + members + " members within "
                                + Patience.seconds(timeout) + "; "
                                + (view == null ? "no view yet" : "its view is " + view.members()));
            }
            if (destinations.isListening()) {
                destinations.awaitChange(Math.min(left, SLICE_NANOS));
            } else {
                receiveOne(group, Math.min(left, SLICE_NANOS));
            }
        }
    }

    private boolean isCurrent(FlushGroup group) {
        return !session.ask(group::isBehind);
    }

    private void receiveOne(FlushGroup group, long nanos) {
        if (!reception.lockIntake(nanos)) {
            return;
        }
        FlushEvent event;
        ListenerQueue queue;
        boolean ours;
        try {
            if (destinations.isListening()) {
                return;
            }
            checkRoom();
            event = reception.next(nanos);
            if (event == null) {
                return;
            }
            ours = event.group().equals(group.name()) && (event instanceof View || event instanceof FlushRequest);
            queue = destinations.hand(event, !ours);
            if (ours && queue == null && event instanceof View view) {
                consume(group, true);
                group.received(view);
            }
        } finally {
            reception.unlockIntake();
        }
        if (queue != null) {
            queue.kick();
        } else if (ours && event instanceof FlushRequest request) {
            request.flush();
        }
    }

    private void checkRoom() {
        if (destinations.isBacklogFull()) {
            throw new FlushException(
                    SpreadCode.WOULD_BLOCK,
                    FlushConnection.MAX_BACKLOG + " events or " + (Backlog.MAX_BYTES >> 20)
                            + " MB of them wait to be received; receive them before waiting for more");
        }
    }

    /** What another wait kept of this group: its views count as received now, its requests are answered. */
    private long lookIntoBacklog(FlushGroup group, long seen) {
        if (group.listener() != null) {
            return seen;
        }
        long now = destinations.notices();
        if (now != seen) {
            consume(group, false);
        }
        return now;
    }

    private void consume(FlushGroup group, boolean viewFollows) {
        for (FlushEvent event : destinations.takeViewsOf(group.name(), viewFollows)) {
            if (event instanceof View view) {
                group.received(view);
            } else if (event instanceof FlushRequest request && !viewFollows) {
                request.flush();
            }
        }
    }
}
