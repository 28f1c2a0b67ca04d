package org.flushspread.flush.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import org.flushspread.simulation.mutants.Hunt;
import org.flushspread.simulation.mutants.Mutant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every broken flush automaton that takes few seeds is found in every run; {@code scripts/simulate --mutants} hunts the rare ones too. */
@Timeout(600)
class FlushMutantsTest {
    private static final long LIMIT = 60;
    private static final long REPLICA_LIMIT = 400;
    private static final long STORE_LIMIT = 12;

    static List<Mutant> mutants() {
        return Mutant.all();
    }

    @Tag("hunt")
    @Test
    void areFoundWithinFewSeedsUnlessTheyAreRare() throws InterruptedException {
        List<Mutant> hunted = mutants().stream()
                .filter(each -> !each.rare() && List.of("layer", "exclusion").contains(each.profile()))
                .toList();

        List<String> missed = Hunt.missed(hunted, FlushWorld.class, LIMIT);

        assertThat(hunted).hasSizeGreaterThanOrEqualTo(30);
        assertThat(missed).as("not found within %d seeds", LIMIT).isEmpty();
    }

    @Tag("hunt")
    @Test
    void areFoundOnSimulatedRingsToo() throws InterruptedException {
        List<Mutant> hunted = mutants().stream()
                .filter(each -> each.profile().equals("layer"))
                .map(each -> new Mutant(each.name(), each.rule(), each.file(), each.changes(), false, "rings"))
                .toList();

        assertThat(Hunt.missed(hunted, FlushWorld.class, LIMIT))
                .as("not found within %d seeds", LIMIT)
                .isEmpty();
    }

    @Tag("hunt")
    @Test
    void brokenReplicasAreFoundWithinFewSeedsUnlessTheyAreRare() throws InterruptedException {
        List<Mutant> hunted = mutants().stream()
                .filter(each -> !each.rare()
                        && List.of(
                                        "replica",
                                        "persons",
                                        "hasty-persons",
                                        "poison",
                                        "reads",
                                        "context",
                                        "quorum",
                                        "clients",
                                        "observers")
                                .contains(each.profile()))
                .toList();

        List<String> missed = Hunt.missed(hunted, FlushWorld.class, REPLICA_LIMIT);

        assertThat(hunted).hasSizeGreaterThan(15);
        assertThat(missed).as("not found within %d seeds", REPLICA_LIMIT).isEmpty();
    }

    @Tag("hunt")
    @Test
    void brokenStoresAreFoundByACrashAtEachPlace() throws InterruptedException {
        List<Mutant> hunted = mutants().stream()
                .filter(each -> each.profile().equals("store"))
                .toList();

        List<String> missed = Hunt.missed(hunted, FlushWorld.class, STORE_LIMIT);

        assertThat(hunted).hasSizeGreaterThanOrEqualTo(7);
        assertThat(missed).as("not found within %d histories", STORE_LIMIT).isEmpty();
    }

    /** Where it takes one course of events, a test of a rule sees that the rule is broken. */
    @Tag("hunt")
    @Test
    void brokenReplicasAreFoundByTheTestThatTheyName() throws InterruptedException {
        List<Mutant> hunted = mutants().stream()
                .filter(each -> each.profile().startsWith(FlushWorld.TEST))
                .toList();

        List<String> missed = Hunt.missed(hunted, FlushWorld.class, 1);

        assertThat(hunted).hasSizeGreaterThanOrEqualTo(3);
        assertThat(missed).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void fitsTheSourcesOfToday(Mutant mutant) {
        assertThatCode(mutant::source).doesNotThrowAnyException();
    }
}
