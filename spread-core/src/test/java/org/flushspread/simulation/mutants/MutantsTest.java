package org.flushspread.simulation.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every broken kernel is found. The hunt takes minutes, so it runs only if {@code -Dmutants.seeds} says how long it may go on. */
class MutantsTest {
    private static final long LIMIT = Long.getLong("mutants.seeds", 0);

    static List<Mutant> mutants() {
        return Mutant.all();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void isFound(Mutant mutant) {
        assumeTrue(LIMIT > 0, "set -Dmutants.seeds=400 to hunt the mutants");

        Hunt hunt = Hunt.run(mutant, 1, LIMIT);

        assertThat(hunt.found())
                .as("%s (%s) within %d seeds", mutant, mutant.rule(), LIMIT)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void fitsTheSourcesOfToday(Mutant mutant) {
        assertThatCode(mutant::source).doesNotThrowAnyException();
    }

    @Test
    void areMany() {
        assertThat(Mutant.all()).hasSizeGreaterThanOrEqualTo(30);
    }
}
