package org.flushspread.flush.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.simulation.Profile;
import org.flushspread.simulation.Swarm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A run of flush clients is drawn, with what broke where it broke, and drawing changes nothing. */
@Tag("once")
class DrawnRingsTest {
    private static final Path PAGES = Path.of("target", "diagram");

    private static Swarm swarm() {
        return Swarm.draw(3, 3, Profile.CHURN)
                .with("corruption", 0)
                .with("clientsPerDaemon", 1)
                .with("chaos", 3e9);
    }

    private static RingSimulation healthy() {
        return new RingSimulation(3, swarm(), Wrapping.ALWAYS);
    }

    @Test
    void aRunIsDrawnAsItIsWithoutADiagram() throws IOException {
        RingSimulation plain = healthy();
        plain.run();
        RingSimulation drawn = healthy();

        String page = Files.readString(DrawnRings.draw(drawn, PAGES.resolve("flush.html")));

        assertThat(drawn.checkers().trace()).isEqualTo(plain.checkers().trace());
        assertThat(page)
                .contains("Every promise held.")
                .contains("\"k\":\"flush_request\"")
                .contains("\"k\":\"consent\"")
                .doesNotContain("\"k\":\"violation\"");
    }

    @Test
    void whatBreaksIsMarked() throws IOException {
        RingSimulation broken = new RingSimulation(
                3,
                swarm(),
                (self, output) -> new FlushDispatcher(
                        self, new Stammering(output), GroupRules.ours(FlushLimits.DEFAULT), Wrapping.ALWAYS));

        String page = Files.readString(DrawnRings.draw(broken, PAGES.resolve("flush-broken.html")));

        assertThat(page).containsPattern("\"k\":\"violation\",\"l\":\\d").contains("Broken: P");
    }

    /** Delivers every message twice. */
    private record Stammering(FlushOutput output) implements FlushOutput {
        @Override
        public void send(Outgoing message) {
            output.send(message);
        }

        @Override
        public void event(GroupEvent event) {
            output.event(event);
            if (event instanceof GroupEvent.Data) {
                output.event(event);
            }
        }
    }
}
