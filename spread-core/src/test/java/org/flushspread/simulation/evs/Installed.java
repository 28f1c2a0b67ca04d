package org.flushspread.simulation.evs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.flushspread.wire.MembershipId;

/** Who came into a regular membership, and from where. */
final class Installed {
    private final Map<MembershipId, List<Ended>> byNext = new HashMap<>();

    /** A daemon comes in; {@code pair} is given it and each other that came before, both ways round. */
    void add(MembershipId next, DaemonLife life, BiConsumer<Ended, Ended> pair) {
        Era era = life.era();
        if (era == null) {
            return;
        }
        Ended ended = new Ended(life, era);
        List<Ended> together = byNext.computeIfAbsent(next, id -> new ArrayList<>());
        for (Ended other : together) {
            if (other.life().id() != life.id()) {
                pair.accept(ended, other);
                pair.accept(other, ended);
            }
        }
        together.add(ended);
    }
}
