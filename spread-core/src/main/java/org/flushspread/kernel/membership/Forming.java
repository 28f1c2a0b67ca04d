package org.flushspread.kernel.membership;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Representative;
import org.flushspread.wire.RingInfo;
import org.jspecify.annotations.Nullable;

/** What a daemon does to FORM1 and FORM2 (membership-protocol 6), without the states around it. */
final class Forming {
    private final FormingRing ring;

    Forming(FormingRing ring) {
        this.ring = ring;
    }

    /**
     * What became of a FORM1.
     *
     * @param form to be sent on
     * @param reported what the token, or what I would, say about my ring
     */
    record Step(Form1 form, RingInfo reported) {}

    /**
     * A new FORM1 (6.2).
     *
     * @param others those who come with me
     * @param reps in order, I am the first
     */
    Step create(int me, MembershipId id, List<Integer> others, List<Representative> reps) {
        RingInfo mine = ring.describe();
        List<Integer> pending = room(1, others);
        int fence = ring.highestSequence() + Validity.FENCE;
        return new Step(new Form1(me, id, fence, List.of(me), pending, reps, 1, List.of(mine)), mine);
    }

    /**
     * A FORM1 of one who leaves (6.8): with nobody and no ring on it.
     *
     * @param pending the others, if I led them
     * @param leader the representative of the ring, still to be visited if nobody is pending
     */
    Form1 withoutMe(int me, MembershipId id, List<Integer> pending, Representative leader) {
        int fence = ring.highestSequence() + Validity.FENCE;
        return new Form1(me, id, fence, List.of(), pending, List.of(leader), pending.isEmpty() ? 0 : 1, List.of());
    }

    /** The FORM1 goes on without me (6.8); null if I am not the next. */
    static @Nullable Form1 pass(int me, Form1 form) {
        List<Integer> pending = form.pending();
        int index = form.repIndex();
        if (!pending.isEmpty() && pending.get(0) == me) {
            pending = pending.subList(1, pending.size());
        } else if (pending.isEmpty()
                && index < form.reps().size()
                && form.reps().get(index).procId() == me) {
            index++;
        } else {
            return null;
        }
        return new Form1(me, form.id(), form.fence(), form.visited(), pending, form.reps(), index, form.rings());
    }

    /** A pending member is visited; null if it is not me. */
    @Nullable
    Step visitMember(int me, Form1 form) {
        List<Integer> pending = form.pending();
        return pending.isEmpty() || pending.get(0) != me
                ? null
                : join(me, form, pending.subList(1, pending.size()), form.repIndex());
    }

    /**
     * A representative is visited; null if it is not me.
     *
     * @param type what I represent
     * @param others whom I bring along, without those the token knows already
     * @return null also if there is no room for me
     */
    @Nullable
    Step visitRepresentative(int me, Form1 form, Representative.Type type, List<Integer> others) {
        int index = form.repIndex();
        if (!form.pending().isEmpty() || index >= form.reps().size()) {
            return null;
        }
        Representative next = form.reps().get(index);
        if (next.procId() != me || next.type() != type) {
            return null;
        }
        int taken = form.visited().size() + 1;
        // A ring that does not fit is left alone: half of it would lose its token.
        boolean whole = type == Representative.Type.RING_REP;
        if (taken + (whole ? others.size() : 0) > Validity.MAX_MEMBERS) {
            return null;
        }
        return join(me, form, room(taken, others), index + 1);
    }

    /** Who is to be visited next, or null if all were. */
    static @Nullable Integer nextHop(Form1 form) {
        if (!form.pending().isEmpty()) {
            return form.pending().get(0);
        }
        return form.repIndex() < form.reps().size()
                ? form.reps().get(form.repIndex()).procId()
                : null;
    }

    /** The FORM2 that the last one visited makes. */
    static Form2 complete(Form1 form, Configuration configuration) {
        List<Integer> members = new ArrayList<>();
        for (Daemon each : configuration.daemons()) {
            if (form.visited().contains(each.id())) {
                members.add(each.id());
            }
        }
        return new Form2(form.transmitter(), form.id(), form.fence(), List.of(), members, Form2.NO_ID, form.rings());
    }

    /**
     * What became of a FORM2.
     *
     * @param future the membership to install
     * @param mine what is known of my old ring
     * @param onward what the next member gets; nobody is pending if I am the last
     */
    record NewRing(DaemonMembership future, RingInfo mine, Form2 onward) {}

    /** Steps 1, 2, 3 and 7 of 6.5; {@code form} is valid for me. */
    NewRing accept(Context context, Form2 form, IdTimes times) {
        int me = context.me().id();
        boolean first = form.visited().isEmpty();
        int now = context.epochSeconds();
        int firstTime = first ? times.next(now) : 0;
        MembershipId id = first ? new MembershipId(me, times.next(firstTime + 1)) : form.newId();
        List<RingInfo> rings = new ArrayList<>(form.rings());
        int index = 0;
        while (!rings.get(index).id().equals(ring.membershipId())) {
            index++;
        }
        RingInfo mine = rings.get(index);
        if (mine.transTime() == 0) {
            mine = mine.withTransTime(first ? firstTime : times.next(now));
            rings.set(index, mine);
        }
        List<Integer> visited = new ArrayList<>(form.visited());
        visited.add(me);
        List<Integer> pending = form.pending().subList(1, form.pending().size());
        ImmutableList.Builder<Daemon> members = ImmutableList.builder();
        for (Daemon each : context.configuration().daemons()) {
            if (visited.contains(each.id()) || pending.contains(each.id())) {
                members.add(each);
            }
        }
        Form2 onward = new Form2(me, form.id(), form.fence(), visited, pending, id, rings);
        return new NewRing(new DaemonMembership(id, members.build()), mine, onward);
    }

    /** Steps 1 and 5 of 6.3. */
    private @Nullable Step join(int me, Form1 form, List<Integer> pending, int repIndex) {
        List<RingInfo> rings = new ArrayList<>();
        RingInfo mine = null;
        for (RingInfo each : form.rings()) {
            if (each.id().equals(ring.membershipId())) {
                mine = ring.combine(each);
            } else {
                rings.add(each);
            }
        }
        int fence = Math.max(form.fence(), ring.highestSequence() + Validity.FENCE);
        List<Integer> visited = new ArrayList<>(form.visited());
        visited.add(me);
        int next = pastVisited(form.reps(), repIndex, visited);
        RingInfo reported = mine == null ? ring.describe() : mine;
        if (mine != null || rings.size() < Form1.MAX_RINGS) {
            List<RingInfo> all = new ArrayList<>(rings);
            all.add(reported);
            Form1 joined = new Form1(me, form.id(), fence, visited, pending, form.reps(), next, all);
            if (joined.fits()) {
                return new Step(joined, reported);
            }
        }
        if (mine != null) {
            return null;
        }
        // No room for my ring: I pass the token on and try again in another round.
        Form1 passed = new Form1(me, form.id(), fence, form.visited(), pending, form.reps(), next, rings);
        return new Step(passed, reported);
    }

    /** Who represents itself, and came with its old ring before that entry's turn, is not visited twice (6.3 step 3). */
    private static int pastVisited(List<Representative> reps, int index, List<Integer> visited) {
        int next = index;
        while (next < reps.size() && visited.contains(reps.get(next).procId())) {
            next++;
        }
        return next;
    }

    /** As many of {@code others} as there is room for beside {@code taken} members. */
    private static List<Integer> room(int taken, List<Integer> others) {
        return others.subList(0, Math.min(others.size(), Math.max(0, Validity.MAX_MEMBERS - taken)));
    }
}
