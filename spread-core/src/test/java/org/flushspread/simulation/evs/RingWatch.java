package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.flushspread.kernel.DaemonMembership;
import org.flushspread.kernel.Message;
import org.flushspread.kernel.Probe;
import org.flushspread.simulation.Violation;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.jspecify.annotations.Nullable;

/**
 * What must hold on a ring while it turns: one token, in the order of the members; nobody sends more in a visit than the personal window;
 * what is stable never shrinks and everybody has it; a SAFE message goes up in the regular membership only when everybody has it.
 */
public final class RingWatch implements Probe {
    private final DaemonLife life;
    private final Rings rings;
    private final IntSupplier window;
    private final int me;
    /** Of the regular membership in force, by {@link Rings#number}. */
    private int[] members = {};

    private int sentInVisit;
    private int stable;
    private boolean alone = true;
    private boolean transitional;

    /** All rings of a run. */
    public static final class Rings {
        private final Map<MembershipId, Traffic> all = new HashMap<>();
        private final Map<Integer, Integer> numbers = new HashMap<>();
        private @Nullable Traffic last;

        private Traffic of(MembershipId ring) {
            Traffic traffic = last;
            if (traffic == null || !traffic.ring.equals(ring)) {
                traffic = all.computeIfAbsent(ring, Traffic::new);
                last = traffic;
            }
            return traffic;
        }

        /** Daemons counted from 0. */
        private int number(int daemon) {
            return numbers.computeIfAbsent(daemon, id -> numbers.size());
        }
    }

    private static final class Traffic {
        final MembershipId ring;
        /** Who accepted the token, in the order of the first rotation. */
        final List<Integer> order = new ArrayList<>();
        /** By daemon: what it has had. */
        BitSet[] had = {};

        boolean closed;
        int next;

        Traffic(MembershipId ring) {
            this.ring = ring;
        }

        boolean had(int daemon, int sequence) {
            return daemon < had.length && had[daemon].get(sequence);
        }

        void has(int daemon, int sequence) {
            for (int i = had.length; i <= daemon; i++) {
                had = Arrays.copyOf(had, i + 1);
                had[i] = new BitSet();
            }
            had[daemon].set(sequence);
        }
    }

    /** @param window packets this daemon may send in a visit */
    public RingWatch(DaemonLife life, Rings rings, IntSupplier window) {
        this.life = life;
        this.rings = rings;
        this.window = window;
        me = rings.number(life.id());
    }

    @Override
    public void sequenced(MembershipId ring, int sequence, int service, int firstFragment, int messages) {
        life.sequenced(ring, sequence, service, firstFragment, messages);
        rings.of(ring).has(me, sequence);
        if (++sentInVisit > window.getAsInt()) {
            throw new Violation("windows respected", life + " sent " + sentInVisit + " packets in one visit");
        }
    }

    @Override
    public void stored(MembershipId ring, int sequence) {
        rings.of(ring).has(me, sequence);
    }

    @Override
    public void tokenAccepted(MembershipId ring, int sequence, int aru) {
        Traffic traffic = rings.of(ring);
        if (!traffic.closed && !traffic.order.contains(life.id())) {
            traffic.order.add(life.id());
            return;
        }
        traffic.closed = true;
        if (traffic.order.get(traffic.next) != life.id()) {
            throw new Violation("one token", life + " accepted a token of " + ring + " out of its turn");
        }
        traffic.next = (traffic.next + 1) % traffic.order.size();
    }

    @Override
    public void visited(MembershipId ring, int sequence, int nowStable, boolean recovering) {
        sentInVisit = 0;
        if (recovering) {
            return;
        }
        if (nowStable < stable || nowStable > sequence) {
            throw new Violation(
                    "aru monotone",
                    life + ": stable went from " + stable + " to " + nowStable + " of " + sequence + " in " + ring);
        }
        stable = nowStable;
    }

    @Override
    public void delivered(MembershipId ring, int sequence, int service, boolean wholeInOnePacket, Message message) {
        life.delivered(ring, sequence, service, wholeInOnePacket, message);
        if (service != PacketType.SAFE || transitional || alone) {
            return;
        }
        Traffic traffic = rings.of(ring);
        for (int each : members) {
            if (!traffic.had(each, sequence)) {
                throw new Violation(
                        "no delivery past the safe line",
                        life + " delivered SAFE " + ring + " seq " + sequence + ", which not all of " + life.regular()
                                + " ever had");
            }
        }
    }

    @Override
    public void transitional(DaemonMembership membership) {
        life.transitional(membership);
        transitional = true;
    }

    @Override
    public void regular(DaemonMembership membership) {
        life.regular(membership);
        transitional = false;
        alone = membership.size() == 1;
        members = membership.members().stream()
                .mapToInt(each -> rings.number(each.id()))
                .toArray();
        stable = 0;
        sentInVisit = 0;
    }
}
