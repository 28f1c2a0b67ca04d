package org.flushspread.flush.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.flushspread.flush.linearizability.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The program torture, for some seconds: members that ship keep what they have promised, and members that do not are found. */
@Tag("once")
@Timeout(300)
class TortureTest {
    private static final int MOST_ROUNDS = 8;

    @TempDir
    private Path directory;

    private static Round.Outcome play(long seed, int seconds, List<Nemesis.Evil> evils, Fault fault) {
        Round.Outcome outcome = Round.play(new Round.Plan(seed, 3, Duration.ofSeconds(seconds), evils, fault));
        System.out.println(outcome.text());
        return outcome;
    }

    @Test
    void whatClientsAreAnsweredHasAnOrderUnderAllFaults() {
        Round.Outcome outcome = play(5, 10, List.of(Nemesis.Evil.values()), null);
        assertThat(outcome.broken()).isNull();
        assertThat(outcome.history().acts().stream().filter(Act::isKnown)).hasSizeGreaterThan(50);
    }

    @Test
    void aMemberThatAcknowledgesBeforeDeliveryIsFound() {
        assertFound(List.of(Nemesis.Evil.BLACKOUT, Nemesis.Evil.KILL), Fault.EARLY);
    }

    @Test
    void aStoreThatLosesAcknowledgedCommandsIsFound() {
        assertFound(List.of(Nemesis.Evil.BLACKOUT), Fault.FORGETFUL);
    }

    /** As a rule in the first round; but what real processes do in it depends on the machine. */
    private static void assertFound(List<Nemesis.Evil> evils, Fault fault) {
        boolean found = false;
        for (int seed = 7; !found && seed < 7 + MOST_ROUNDS; seed++) {
            found = play(seed, 5, evils, fault).broken() != null;
        }
        assertThat(found).isTrue();
    }

    @Test
    void aHistoryWithoutOrderIsKeptAndDrawn() throws IOException {
        History history = new History();
        history.add(new Act(0, "m0.1", 100, 200, new Act.Asked(Act.Kind.WRITE, 3, 0, 7), 0));
        history.add(new Act(1, "m1.1", 300, 400, new Act.Asked(Act.Kind.READ, 3, 0, 0), 0));
        history.add(new Act(1, "m<1>", 300, Operation.NEVER, new Act.Asked(Act.Kind.CHANGE, 3, 0, 9), 0));
        history.event("m0 is killed");
        List<Act> broken = history.findBroken();
        assertThat(broken).hasSize(2);
        Path page = Files.writeString(directory.resolve("page.html"), Timeline.page("seed 1", history, history.acts()));
        assertThat(Files.readString(page))
                .contains("write 7", "read 0", "change 0 to 9, was ?", "m&lt;1&gt;")
                .doesNotContain("http", "m<1>");
    }

    @Test
    void aWriteThatNobodyHasSeenMayHaveFailedAndOneThatWasSeenHasNot() {
        History unseen = new History();
        unseen.add(new Act(0, "m0.1", 100, Operation.NEVER, new Act.Asked(Act.Kind.WRITE, 3, 0, 7), 0));
        unseen.add(new Act(1, "m1.1", 300, 400, new Act.Asked(Act.Kind.READ, 3, 0, 0), 0));
        assertThat(unseen.findBroken()).isNull();
        unseen.add(new Act(1, "m1.1", 500, 600, new Act.Asked(Act.Kind.READ, 3, 0, 0), 7));
        assertThat(unseen.findBroken()).isNull();
        unseen.add(new Act(1, "m1.1", 700, 800, new Act.Asked(Act.Kind.READ, 3, 0, 0), 0));
        assertThat(unseen.findBroken()).isNotNull();
    }

    @Test
    void argumentsThatCannotBeAreExplained() {
        PrintStream errors = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new Torture()).execute("--faults", "earthquake"))
                    .isEqualTo(2);
            assertThat(new CommandLine(new Torture()).execute("--members", "1")).isEqualTo(2);
            assertThat(new CommandLine(new Torture()).execute("--round", "0")).isEqualTo(2);
            assertThat(new CommandLine(new Torture()).execute("--break", "wholly"))
                    .isEqualTo(2);
        } finally {
            System.setErr(errors);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("there is no fault 'earthquake', only kill, daemon")
                .contains("--members is 2 to 9, not 1")
                .contains("--round is a number of seconds from 1 on, not 0")
                .contains("--break is early or forgetful, not 'wholly'");
    }
}
