package org.flushspread.simulation.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every broken kernel that takes few seeds is found in every run; {@code scripts/simulate --mutants} hunts the rare ones too. */
class MutantsTest {
    private static final long LIMIT = 80;

    static List<Mutant> mutants() {
        return Mutant.all();
    }

    @Tag("hunt")
    @Test
    void areFoundWithinFewSeedsUnlessTheyAreRare() throws InterruptedException {
        List<Mutant> hunted = Mutant.all().stream().filter(each -> !each.rare()).toList();

        List<String> missed = Hunt.missed(hunted, DaemonWorld.class, LIMIT);

        assertThat(hunted).hasSizeGreaterThanOrEqualTo(30);
        assertThat(missed).as("not found within %d seeds", LIMIT).isEmpty();
    }

    /** What production would end with its daemon ends the run, under the name of the rule. */
    @Tag("hunt")
    @Test
    void aBrokenInvariantOfTheKernelIsAViolation() {
        Mutant broken = new Mutant(
                "aru-above-mine",
                "a token that promises more than this daemon has is lowered (ring-protocol 7.2 step 8)",
                "kernel/ring/Ring.java",
                List.of(new Mutant.Change("if (token.aru > table.myAru", "if (false")),
                false,
                "swarm");

        Hunt hunt = Hunt.run(broken, DaemonWorld.class, 1, 20);

        assertThat(hunt.property()).startsWith("invariant of ring-protocol 6");
        assertThat(hunt.story()).contains("aru", "my aru");
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void fitsTheSourcesOfToday(Mutant mutant) {
        assertThatCode(mutant::source).doesNotThrowAnyException();
    }
}
