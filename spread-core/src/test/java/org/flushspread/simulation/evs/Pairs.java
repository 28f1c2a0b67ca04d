package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.wire.MembershipId;

/** Eras of two daemons that end in the same regular membership. */
final class Pairs {
    private Pairs() {}

    record Pair(DaemonLife one, DaemonLife other, Era p, Era q) {
        @Override
        public String toString() {
            return one + " and " + other;
        }
    }

    private record At(DaemonLife life, Era era) {}

    /** Ordered pairs of different daemons whose eras end with the same next regular membership. */
    static List<Pair> installingTheSame(List<DaemonLife> lives) {
        Map<MembershipId, List<At>> byNext = new HashMap<>();
        for (DaemonLife life : lives) {
            for (Era era : life.eras()) {
                if (era.next != null) {
                    byNext.computeIfAbsent(era.next.id(), id -> new ArrayList<>())
                            .add(new At(life, era));
                }
            }
        }
        return pairs(byNext);
    }

    private static List<Pair> pairs(Map<MembershipId, List<At>> byId) {
        List<Pair> pairs = new ArrayList<>();
        for (List<At> together : byId.values()) {
            for (At one : together) {
                for (At other : together) {
                    if (one.life != other.life) {
                        pairs.add(new Pair(one.life, other.life, one.era, other.era));
                    }
                }
            }
        }
        return pairs;
    }
}
