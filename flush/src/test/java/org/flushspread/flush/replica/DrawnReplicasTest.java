package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flushspread.client.Service;
import org.flushspread.simulation.Profile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A run of replicas is drawn, with what broke where it broke, and drawing changes nothing. */
@Tag("once")
class DrawnReplicasTest {
    private static final Path PAGES = Path.of("target", "diagram");
    private static final long SEED = 2;

    private static RingReplicas replicas(Counts counts) {
        return new RingReplicas(SEED, SimulatedReplicas.swarm(SEED, Profile.SWARM), Service.SAFE, counts);
    }

    @Test
    void aRunIsDrawnAsItIsWithoutADiagram() throws IOException {
        Counts plain = new Counts();
        replicas(plain).run();
        Counts drawn = new Counts();

        String page = Files.readString(DrawnReplicas.draw(replicas(drawn), PAGES.resolve("replicas.html")));

        assertThat(drawn.effects.high()).isEqualTo(plain.effects.high());
        assertThat(page)
                .contains("Every promise held.")
                .contains("\"k\":\"role\"")
                .contains("\"k\":\"state\"")
                .doesNotContain("\"k\":\"violation\"");
    }

    @Test
    void whatBreaksIsMarked() throws IOException {
        RingReplicas broken = replicas(new Counts());
        broken.watch(new Observer() {
            @Override
            public void applied(Member member, long command, Version after, List<Long> history) {
                if (history.size() == 10) {
                    throw new Violation("NobodyAppliesTen", member + " did");
                }
            }
        });

        String page = Files.readString(DrawnReplicas.draw(broken, PAGES.resolve("replicas-broken.html")));

        assertThat(page).containsPattern("\"k\":\"violation\",\"l\":\\d").contains("Broken: NobodyAppliesTen: m");
    }
}
