package org.flushspread.flush.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Swarm;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** View changes of two hundred members on five daemons of the deterministic world. */
@Tag("hunt")
@Timeout(300)
class ManyMembersTest {
    private static final int DAEMONS = 5;
    private static final int EACH = 40;
    private static final String GROUP = "g0";
    private static final long SECOND = 1_000_000_000L;

    private final RingSimulation rings = new RingSimulation(
            1,
            Swarm.draw(1, DAEMONS, Profile.CALM).with("segments", 1).with("clientsPerDaemon", EACH),
            Conduct.TOLD,
            (self, output) -> new FlushDispatcher(self, output, FlushLimits.DEFAULT));

    private void run(double seconds) {
        rings.world().run((long) (seconds * SECOND));
    }

    /** The sizes of the views that the members are in. */
    private Set<Integer> sizes() {
        Set<Integer> sizes = new TreeSet<>();
        for (RingMember member : rings.members()) {
            RingSession session = member.live();
            History.Stay stay =
                    session == null ? null : rings.checkers.history().current(session.name(), GROUP);
            if (stay != null) {
                sizes.add(stay.view.members().size());
            }
        }
        return sizes;
    }

    private void tenSpeak() {
        for (int i = 0; i < rings.members().size(); i += rings.members().size() / 10) {
            rings.members().get(i).say(GROUP, i % 3 == 0 ? ServiceType.SAFE_MESS : ServiceType.AGREED_MESS, null);
        }
    }

    @Test
    void twoHundredMembersMeetPartAndLoseADaemon() {
        var network = rings.simulation().network();
        network.partition(new int[] {0, 1, 2, 3, 4});
        for (int i = 0; i < DAEMONS; i++) {
            rings.simulation().start(i);
        }
        run(5);
        rings.members().forEach(each -> each.join(GROUP));
        tenSpeak();
        run(5);
        assertThat(sizes()).as("on each daemon alone").containsExactly(EACH);

        network.partition(new int[DAEMONS]);
        tenSpeak();
        run(25);
        assertThat(sizes()).as("after the meeting").containsExactly(DAEMONS * EACH);
        tenSpeak();
        run(1);

        // Members leave, disconnect and die at one time.
        List<RingMember> members = rings.members();
        for (int i = 0; i < 10; i++) {
            members.get(20 * i).leave(GROUP);
            RingSession gone = members.get(20 * i + 1).live();
            assertThat(gone).isNotNull();
            if (gone != null && i % 2 == 0) {
                gone.disconnect();
            } else if (gone != null) {
                gone.crash();
            }
        }
        tenSpeak();
        run(5);
        assertThat(sizes()).containsExactly(DAEMONS * EACH - 20);

        network.partition(new int[] {0, 0, 0, 1, 1});
        tenSpeak();
        run(10);
        assertThat(sizes()).as("on both sides").containsExactly(2 * EACH - 8, 3 * EACH - 12);

        rings.simulation().host(0).crash();
        network.partition(new int[DAEMONS]);
        tenSpeak();
        run(25);
        assertThat(sizes()).as("without the first daemon").containsExactly(4 * EACH - 16);
        tenSpeak();
        run(5);

        rings.quiet();
        rings.checkers.end();
        List<String> violations = rings.checkers.violations();
        assertThat(violations.subList(0, Math.min(3, violations.size())))
                .as(rings.checkers.violated().toString())
                .isEmpty();
    }
}
