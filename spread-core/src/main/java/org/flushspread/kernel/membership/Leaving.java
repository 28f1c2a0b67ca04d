package org.flushspread.kernel.membership;

import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.wire.Form1;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Representative;

/** A daemon that leaves its ring in order, and how far it is (membership-protocol 6.8). When it may is for the state machine to say. */
final class Leaving {
    /** The leader of a ring is asked so often before the others are told that their ring is broken. */
    private static final int ATTEMPTS = 3;

    private final Context context;
    private final MembershipTimers timers;
    private final Publisher publisher;
    private final Forming forming;
    private final IdTimes times;
    private final Gathering gathering;

    private boolean wanted;
    private boolean gone;
    private boolean due;
    private int attempts;

    Leaving(
            Context context,
            MembershipTimers timers,
            Publisher publisher,
            Forming forming,
            IdTimes times,
            Gathering gathering) {
        this.context = context;
        this.timers = timers;
        this.publisher = publisher;
        this.forming = forming;
        this.times = times;
        this.gathering = gathering;
    }

    /** Nothing keeps this daemon any more. */
    void begin() {
        if (!wanted) {
            wanted = true;
            due = true;
        }
    }

    /** There is no ring to leave. */
    void leaveNothing() {
        begin();
        done();
    }

    /** True if FORM1 is to pass this daemon by. */
    boolean isWanted() {
        return wanted;
    }

    /** The ring is another one, or the last attempt came to nothing. */
    void again() {
        due = wanted;
    }

    /** True if the ring is to be left; as soon as there is one. */
    boolean isDue() {
        return due && !gone;
    }

    /** Nobody waits for this daemon any more. */
    boolean isDone() {
        return gone;
    }

    /** Leaves this ring, which stands, or asks its leader to. */
    void leave(DaemonMembership ring) {
        if (ring.size() == 1) {
            done();
            return;
        }
        int me = context.me().id();
        MembershipId id = new MembershipId(me, times.next(context.epochSeconds()));
        boolean first = ring.leader().id() == me;
        Daemon next = ring.members().get(first ? 1 : 0);
        Representative leader = new Representative(next.id(), Representative.Type.RING_REP, next.segment());
        if (first) {
            List<Integer> others = ring.ids().subList(1, ring.size());
            publisher.form1(next.id(), forming.withoutMe(me, id, others, leader));
            done();
        } else if (attempt()) {
            // a C daemon takes FORM1 in GATHER, which the leader of a whole ring enters for foreign data
            publisher.foreign(next);
            publisher.form1(next.id(), forming.withoutMe(me, id, List.of(), leader));
            timers.armLeave();
        } else {
            publisher.joinMembers(ring, gathering.myself(Representative.Type.SEG_REP));
            done();
        }
    }

    /** FORM1 visits one who leaves: it goes on as if I were not there. False if it is not for me. */
    boolean passOn(Form1 form) {
        Form1 onward = Forming.pass(context.me().id(), form);
        if (onward == null) {
            return false;
        }
        Integer next = Forming.nextHop(onward);
        if (next != null) {
            publisher.form1(next, onward);
        } else if (!onward.visited().isEmpty()) {
            publisher.form2(Forming.complete(onward, context.configuration()));
        }
        done();
        return true;
    }

    /** The ring is asked now; false if that was tried often enough. */
    private boolean attempt() {
        due = false;
        return attempts++ < ATTEMPTS;
    }

    private void done() {
        gone = true;
        context.ports().report(new Event.Left());
    }
}
