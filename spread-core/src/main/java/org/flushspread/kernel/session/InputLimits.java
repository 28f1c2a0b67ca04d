package org.flushspread.kernel.session;

import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.session.ClientSession.State;

/** When clients are not read, and the memory of what they have sent of messages that are not whole (client-protocol 6.3). */
final class InputLimits {
    /** So many times the memory of the ring's queue there is for clients that the others wait for. */
    private static final int AWAITED = 2;

    private final Outbound ring;
    private final SessionTable table;
    private final Rejections rejections;
    private final SlowSessions slows;
    private final Budget budget;
    private final int waterMark;
    private final long mostWaiting;
    private final long mostWaitingOfOne;
    private boolean exchanging;

    InputLimits(
            Context context,
            Outbound ring,
            SessionTable table,
            Rejections rejections,
            SlowSessions slows,
            Budget budget) {
        this.ring = ring;
        this.table = table;
        this.rejections = rejections;
        this.slows = slows;
        this.budget = budget;
        waterMark = context.settings().waterMark();
        mostWaiting = context.settings().maxWaitingBytes();
        mostWaitingOfOne = context.settings().maxSessionWaitingBytes();
    }

    /** While groups exchange their state no client is read (groups-protocol 6.2). */
    void exchanging(boolean on) {
        exchanging = on;
    }

    /**
     * True while clients are not read: at the water marks (client-protocol 6.3), while slow clients hold senders back (6.4), and while groups
     * exchange their state.
     */
    boolean isInputStopped() {
        return exchanging || slows.isHoldingBack() || ring.waiting() >= waterMark || ring.waitingBytes() >= mostWaiting;
    }

    /** True while not even a client is read for which the others wait. */
    boolean isAllInputStopped() {
        return isInputStopped() && !mayReadAwaited();
    }

    /** True while this client is not read. */
    boolean isInputStopped(ClientSession session) {
        boolean stopped = slows.isAwaited(session) ? !mayReadAwaited() : isInputStopped();
        return stopped || hasEnoughWaiting(session);
    }

    /** The next message of one that sends very large ones is read while the last is sequenced. */
    private boolean hasEnoughWaiting(ClientSession session) {
        return session.backlog.bytes() >= mostWaitingOfOne && session.backlog.messages() > 1;
    }

    /**
     * Clients for which the others wait are read on: one whose thread is in the middle of a send takes nothing before that has gone out
     * (client-protocol 6.4). What they send waits beyond the marks, which the others may have reached.
     */
    private boolean mayReadAwaited() {
        return slows.isHoldingBack() && !exchanging && ring.waitingBytes() < AWAITED * mostWaiting;
    }

    /**
     * Counts the memory of what a client has sent of a message and of what has to wait. If all of it is too much, the message that was
     * begun first will not be finished: who sends in good faith is done sooner.
     */
    void countInput(ClientSession session) {
        session.countInput();
        if (budget.isExceeded() && session.state == State.OPEN) {
            giveUpOldestMessage();
        }
    }

    private void giveUpOldestMessage() {
        ClientSession oldest = null;
        for (int i = 0; i < table.size(); i++) {
            ClientSession each = table.get(i);
            if (each.partial != null && (oldest == null || each.partialNumber < oldest.partialNumber)) {
                oldest = each;
            }
        }
        if (oldest != null) {
            rejections.violated(oldest, Reason.INPUT_OVERFLOW);
        }
    }
}
