package org.flushspread.kernel.membership;

import java.time.Duration;
import org.flushspread.config.Timers;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DeadlineKind;

/**
 * The timers of this room (membership-protocol 3); those of the token are armed by the ring too.
 *
 * <p>Where only one daemon is configured nobody can answer: SEG and GATHER then last no time and there is no lookup, so that it serves
 * at once. This differs from the C daemon on purpose (13.3).
 */
final class MembershipTimers {
    /** After so many attempts in a row that came to nothing, SEG lasts longer by chance. */
    private static final int ATTEMPTS_IN_STEP = 2;

    private final Context context;
    private final Timers timers;

    MembershipTimers(Context context, Timers timers) {
        this.context = context;
        this.timers = timers;
    }

    void armAlive() {
        context.arm(DeadlineKind.ALIVE, timers.alive());
    }

    /**
     * Because timers are multiples of one another, daemons can miss one another again and again: those of a failed FORM time out at about
     * the time at which the one they missed sends JOIN, the last of them just after it, and then that last one is missed. Chance breaks the
     * rhythm (13.2).
     *
     * @param failedAttempts since the last installation
     */
    void armSeg(int failedAttempts) {
        Duration seg = timers.seg();
        if (isSingle()) {
            seg = Duration.ZERO;
        } else if (failedAttempts >= ATTEMPTS_IN_STEP) {
            seg = seg.plusNanos(context.random().nextLong(seg.toNanos() + 1));
        }
        context.arm(DeadlineKind.SEG, seg);
    }

    void armRep() {
        context.arm(DeadlineKind.REP, timers.rep());
    }

    void armJoin() {
        context.arm(DeadlineKind.JOIN, timers.join());
    }

    void armGather() {
        context.arm(DeadlineKind.GATHER, isSingle() ? Duration.ZERO : timers.gather());
    }

    /** FORM2 is awaited in the slot of the token. */
    void armForm() {
        context.arm(DeadlineKind.TOKEN, timers.form());
    }

    /** Of the leader of a ring. */
    void armLookup() {
        if (!isSingle()) {
            context.arm(DeadlineKind.LOOKUP, timers.lookup());
        }
    }

    void armLeave() {
        context.arm(DeadlineKind.LEAVE, timers.join());
    }

    void cancel(DeadlineKind kind) {
        context.cancel(kind);
    }

    /** Ends all but that of a token which is held. */
    void cancelAll() {
        cancel(DeadlineKind.TOKEN);
        cancel(DeadlineKind.ALIVE);
        cancel(DeadlineKind.JOIN);
        cancel(DeadlineKind.REP);
        cancel(DeadlineKind.SEG);
        cancel(DeadlineKind.GATHER);
        cancel(DeadlineKind.LOOKUP);
    }

    /** True if only one daemon is configured. */
    boolean isSingle() {
        return context.configuration().daemons().size() == 1;
    }
}
