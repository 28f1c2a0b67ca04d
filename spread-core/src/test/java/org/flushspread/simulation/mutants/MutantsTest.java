package org.flushspread.simulation.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every broken kernel that takes few seeds is found in every run; {@code scripts/simulate --mutants} hunts the rare ones too. */
class MutantsTest {
    private static final long LIMIT = 80;

    static List<Mutant> mutants() {
        return Mutant.all();
    }

    @Test
    void areFoundWithinFewSeedsUnlessTheyAreRare() throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        List<Future<Hunt>> hunts = new ArrayList<>();
        for (Mutant mutant : Mutant.all()) {
            if (!mutant.rare()) {
                hunts.add(pool.submit(() -> Hunt.run(mutant, 1, LIMIT)));
            }
        }
        pool.shutdown();
        List<String> missed = new ArrayList<>();
        for (Future<Hunt> each : hunts) {
            Hunt hunt = each.get();
            if (!hunt.found()) {
                missed.add(hunt.mutant() + ": " + hunt.mutant().rule());
            }
        }

        assertThat(hunts).hasSizeGreaterThanOrEqualTo(30);
        assertThat(missed).as("not found within %d seeds", LIMIT).isEmpty();
    }

    /** What production would end with its daemon ends the run, under the name of the rule. */
    @Test
    void aBrokenInvariantOfTheKernelIsAViolation() {
        Mutant broken = new Mutant(
                "aru-above-mine",
                "a token that promises more than this daemon has is lowered (ring-protocol 7.2 step 8)",
                "kernel/ring/Ring.java",
                List.of(new Mutant.Change("if (token.aru > table.myAru", "if (false")),
                false,
                "swarm");

        Hunt hunt = Hunt.run(broken, 1, 20);

        assertThat(hunt.property()).startsWith("invariant of ring-protocol 6");
        assertThat(hunt.story()).contains("aru", "my aru");
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void fitsTheSourcesOfToday(Mutant mutant) {
        assertThatCode(mutant::source).doesNotThrowAnyException();
    }
}
