package org.flushspread.flush.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.flushspread.simulation.mutants.Hunt;
import org.flushspread.simulation.mutants.Mutant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule that the automaton asserts (flush-protocol 10.16) ends the run of an automaton that breaks it, under the name of the rule. */
@Tag("hunt")
@Timeout(300)
class InvariantsTest {
    private static final String AUTOMATON = "flush/kernel/GroupAutomaton.java";

    private static Arguments breaks(String rule, String file, String before, String after) {
        return Arguments.of(
                rule, new Mutant("", rule, file, List.of(new Mutant.Change(before, after)), false, "layer"));
    }

    static Stream<Arguments> invariants() {
        return Stream.of(
                breaks("1.3 P1", AUTOMATON, "installed.lose(leavers)", "installed.lose(List.of(self))"),
                breaks("1.3 P4", AUTOMATON, "        consented = true;\n", ""),
                breaks("1.3 P5", AUTOMATON, "        asked = false;\n", ""),
                breaks("1.3 P7", AUTOMATON, "} else if (installed.isLive(sender) ||", "} else if (true ||"),
                breaks("1.3 P8", AUTOMATON, "head.allMembersConsented()", "head.missing().size() < 2"),
                breaks("1.3 P17", AUTOMATON, "if (!installed.transitional)", "if (true)"),
                breaks("3.1: C is", AUTOMATON, "        current = null;\n", ""),
                breaks("3.1: consent", AUTOMATON, "        viewState = ViewState.VERIFY;\n", ""),
                breaks("3.3: JOINING", AUTOMATON, "            membershipState = MembershipState.JOINED;\n", ""),
                breaks(
                        "3.3: data",
                        AUTOMATON,
                        "Data message : postponed.take()",
                        "Data message : List.<GroupEvent.Data>of()"),
                breaks(
                        "5.2",
                        "flush/kernel/PendingChanges.java",
                        "names -= queue.removeFirst().names()",
                        "queue.removeFirst()"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invariants")
    void endsTheRunUnderItsName(String rule, Mutant broken) {
        Hunt hunt = Hunt.run(broken, FlushWorld.class, 1, 10);

        assertThat(hunt.property()).startsWith("invariant of flush-protocol " + rule);
        assertThat(hunt.story()).contains("in group 'g0'", "changes pending");
    }
}
