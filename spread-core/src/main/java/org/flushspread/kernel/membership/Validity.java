package org.flushspread.kernel.membership;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.Form1;
import org.flushspread.wire.Form2;
import org.flushspread.wire.Join;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.Representative;
import org.flushspread.wire.RingInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is tested before anything of a membership packet is used (membership-protocol 13.1): a C daemon aborts where these tests fail. Each
 * method answers null, or what is wrong, for a person.
 */
final class Validity {
    /** Added to the highest sequence number to get above every number of an old ring (6.4). */
    static final int FENCE = 3333;

    /** The most daemons a membership may have (6.5). */
    static final int MAX_MEMBERS = 127;

    /** Slots of the ring's packet table: no old ring can have more numbers in flight. */
    private static final int MAX_SPAN = 8192;

    private Validity() {}

    static @Nullable String fault(Join join, Configuration configuration) {
        String unknown = unknown(join.members(), configuration);
        if (unknown != null) {
            return unknown;
        }
        String reps = faultOfReps(join.reps(), configuration);
        if (reps != null) {
            return reps;
        }
        if (join.sender().procId() != join.procId() || join.sender().type() == Representative.Type.POTENTIAL) {
            return "the first representative is not the sender";
        }
        return null;
    }

    static @Nullable String fault(Form1 form, Configuration configuration, int me) {
        String reps = faultOfReps(form.reps(), configuration);
        if (reps != null) {
            return reps;
        }
        for (Representative each : form.reps()) {
            if (each.type() == Representative.Type.POTENTIAL) {
                return "a potential representative";
            }
        }
        boolean nobody = form.visited().isEmpty();
        if (form.repIndex() < (nobody ? 0 : 1) || form.repIndex() > form.reps().size()) {
            return "representative index";
        }
        if (form.pending().isEmpty() && form.repIndex() == form.reps().size()) {
            return "nobody is to be visited";
        }
        if (nobody != form.rings().isEmpty()) {
            return "rings of those visited";
        }
        if (form.visited().contains(me)) {
            return "I am listed as visited";
        }
        String members = faultOfMembers(form.visited(), form.pending(), configuration);
        if (members != null) {
            return members;
        }
        return faultOfRings(form.rings(), form.fence(), form.visited());
    }

    static @Nullable String fault(Form2 form, Configuration configuration, int me) {
        String members = faultOfMembers(form.visited(), form.pending(), configuration);
        if (members != null) {
            return members;
        }
        if (form.pending().isEmpty() || form.pending().get(0) != me) {
            return "I am not the next member";
        }
        List<Integer> all = both(form.visited(), form.pending());
        for (int i = 1; i < all.size(); i++) {
            if (index(configuration, all.get(i - 1)) >= index(configuration, all.get(i))) {
                return "members out of order";
            }
        }
        if (!form.visited().isEmpty() && form.newId().procId() != all.get(0)) {
            return "the new id is not of the first member";
        }
        return faultOfRings(form.rings(), form.fence(), all);
    }

    /**
     * Why a FORM2 does not go with what I am now, or null. A late copy of its FORM1 can have visited me a second time, after I had gone on
     * from what the first one reported: the FORM2 of the first then speaks of a ring or of numbers that I have left behind (6.5).
     *
     * @param highest that of my ring: the fence of a FORM1 that visited me lies above it
     */
    static @Nullable String passedBy(Form2 form, int me, MembershipId myRing, int highest) {
        if (form.fence() - highest < FENCE) {
            return "the fence is below my numbers";
        }
        for (RingInfo each : form.rings()) {
            if (each.id().equals(myRing)) {
                return each.trans().contains(me) ? null : "I am not among those of my ring";
            }
        }
        return "my ring is missing";
    }

    private static @Nullable String faultOfReps(List<Representative> reps, Configuration configuration) {
        for (Representative each : reps) {
            Daemon daemon = configuration.byId(each.procId());
            if (daemon == null) {
                return "unknown representative";
            }
            if (daemon.segment() != each.segment()) {
                return "segment of a representative";
            }
        }
        return null;
    }

    private static @Nullable String faultOfMembers(
            List<Integer> visited, List<Integer> pending, Configuration configuration) {
        List<Integer> all = both(visited, pending);
        if (all.size() > MAX_MEMBERS) {
            return "number of members";
        }
        String unknown = unknown(all, configuration);
        return unknown == null && hasDuplicate(all) ? "a member twice" : unknown;
    }

    /** {@code members} are those who can have been visited. */
    private static @Nullable String faultOfRings(List<RingInfo> rings, int fence, List<Integer> members) {
        for (int i = 0; i < rings.size(); i++) {
            RingInfo ring = rings.get(i);
            for (int k = 0; k < i; k++) {
                if (rings.get(k).id().equals(ring.id())) {
                    return "a ring twice";
                }
            }
            if (ring.aru() < 0
                    || ring.highestSequence() < ring.aru()
                    || ring.highestSequence() - ring.aru() > MAX_SPAN
                    || (long) ring.highestSequence() + FENCE > fence) {
                return "sequence numbers of a ring";
            }
            int previous = ring.aru();
            for (int hole : ring.holes()) {
                if (hole <= previous || hole > ring.highestSequence()) {
                    return "holes of a ring";
                }
                previous = hole;
            }
            if (!members.containsAll(ring.trans()) || hasDuplicate(ring.procs())) {
                return "members of a ring";
            }
        }
        return null;
    }

    private static @Nullable String unknown(List<Integer> ids, Configuration configuration) {
        for (int each : ids) {
            if (configuration.byId(each) == null) {
                return "unknown daemon";
            }
        }
        return null;
    }

    private static boolean hasDuplicate(List<Integer> ids) {
        for (int i = 0; i < ids.size(); i++) {
            if (ids.subList(0, i).contains(ids.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static int index(Configuration configuration, int id) {
        Daemon daemon = configuration.byId(id);
        return daemon == null ? -1 : daemon.index();
    }

    private static List<Integer> both(List<Integer> first, List<Integer> second) {
        List<Integer> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
