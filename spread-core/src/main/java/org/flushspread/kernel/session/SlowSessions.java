package org.flushspread.kernel.session;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.SlowClients;
import org.flushspread.kernel.session.ClientSession.State;

/**
 * The sessions that have fallen behind: half of a limit of their queue was reached (client-protocol 6.4). That is said once until they have
 * caught up; with back-pressure nobody sends meanwhile, and who takes nothing for too long goes.
 */
final class SlowSessions {
    /** Who reads again after a pause needs more time to catch up, for the others have not paused. */
    private static final int CATCHING_UP = 5;

    private final Context context;
    private final Outbound ring;
    private final SessionTable table;
    private final LifeCycle life;
    private final OutputBudget budget;
    private final boolean holding;
    private final long stalledAfter;
    private final List<ClientSession> behind = new ArrayList<>();
    /** All queues together reached half of their limit. */
    private boolean crowded;

    private boolean heldBack;

    SlowSessions(Context context, Outbound ring, SessionTable table, LifeCycle life, OutputBudget budget) {
        this.context = context;
        this.ring = ring;
        this.table = table;
        this.life = life;
        this.budget = budget;
        holding = context.settings().slowClients() == SlowClients.BACKPRESSURE;
        stalledAfter = context.settings().stalledAfter().toNanos();
    }

    /** True while nobody is to send. */
    boolean isHoldingBack() {
        return heldBack;
    }

    /** True if the others wait for this client to take something. */
    boolean isAwaited(ClientSession session) {
        return heldBack && (session.behind || (crowded && !session.writable));
    }

    /** A client whose connection is full is about to be sent more. */
    void look(ClientSession session) {
        boolean above = isAbove(session, 1);
        if (above && !session.above) {
            session.aboveSince = context.nanos();
        }
        session.above = above;
        if (!session.behind && isAbove(session, 2)) {
            session.behind = true;
            session.behindSince = context.nanos();
            behind.add(session);
            context.refuse(Reason.CLIENT_FALLS_BEHIND, describe(session));
            holdBack();
        }
    }

    /** A client takes something again. */
    void progress(ClientSession session) {
        session.behindSince = context.nanos();
    }

    /** True if this client goes because a limit is reached that back-pressure does not keep away. */
    boolean isBeyond(ClientSession session) {
        return holding
                ? session.output.bytes() >= context.settings().maxSessionBytes()
                : session.above
                        && (context.nanos() - session.fullSince >= session.patience
                                || context.nanos() - session.aboveSince >= CATCHING_UP * session.patience);
    }

    /** Looks who has caught up; before senders are read, and after clients were written to. */
    void review() {
        if (crowded ? !budget.isAbove(4) : budget.isAbove(2)) {
            crowded = !crowded;
            if (crowded) {
                context.refuse(Reason.CLIENTS_FALL_BEHIND, "all clients together: " + budget);
            }
        }
        for (int i = behind.size() - 1; i >= 0; i--) {
            ClientSession session = behind.get(i);
            if (session.state == State.OPEN && holding && session.writable) {
                session.output.writeTo(context.ports(), session);
            }
            if (session.state != State.OPEN || session.output.isEmpty() || !isAbove(session, 4)) {
                session.behind = false;
                behind.remove(i);
            }
        }
        holdBack();
    }

    /** Disconnects those that took nothing for too long while others waited for them. */
    void stalledTimeout() {
        for (int i = behind.size() - 1; i >= 0; i--) {
            ClientSession session = behind.get(i);
            if (session.state == State.OPEN
                    && !session.writable
                    && context.nanos() - session.behindSince >= stalledAfter) {
                context.refuse(Reason.STALLED_CLIENT, describe(session));
                life.lost(session, Reason.STALLED_CLIENT);
            }
        }
        for (int i = 0; crowded && i < table.size(); i++) {
            ClientSession session = table.get(i);
            if (session.state == State.OPEN
                    && !session.writable
                    && !session.output.isEmpty()
                    && context.nanos() - session.fullSince >= stalledAfter) {
                context.refuse(Reason.STALLED_CLIENT, describe(session));
                life.lost(session, Reason.STALLED_CLIENT);
            }
        }
        review();
        if (heldBack) {
            arm();
        }
    }

    private void holdBack() {
        boolean now = holding && (crowded || !behind.isEmpty());
        if (now && !context.deadlines().isArmed(DeadlineKind.STALLED_CLIENT)) {
            arm();
        }
        if (now != heldBack) {
            heldBack = now;
            if (now) {
                context.refuse(Reason.SENDERS_HELD_BACK);
            } else {
                context.cancel(DeadlineKind.STALLED_CLIENT);
            }
            ring.holdBack(now);
        }
    }

    private void arm() {
        ClientSession first = null;
        for (ClientSession each : behind) {
            if (!each.writable && (first == null || each.behindSince - first.behindSince < 0)) {
                first = each;
            }
        }
        long since = first == null ? context.nanos() : first.behindSince;
        context.deadlines().arm(DeadlineKind.STALLED_CLIENT, since + stalledAfter);
    }

    /** Its queue has at least this part of a limit. */
    private boolean isAbove(ClientSession session, int part) {
        int most = context.configuration().options().maxSessionMessages();
        return session.output.messages() >= Math.max(1, most / part)
                || session.output.bytes() >= context.settings().maxSessionBytes() / part;
    }

    private String describe(ClientSession session) {
        return session + ": " + session.output.messages() + " messages of "
                + context.configuration().options().maxSessionMessages() + ", " + session.output.bytes() + " bytes of "
                + context.settings().maxSessionBytes();
    }

    /** All sessions have ended. */
    void stop() {
        behind.clear();
    }
}
