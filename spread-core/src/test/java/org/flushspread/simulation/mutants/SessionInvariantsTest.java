package org.flushspread.simulation.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the sessions that the kernel asserts ends the run of a kernel that breaks it, under the name of the rule. */
@Tag("hunt")
@Timeout(300)
class SessionInvariantsTest {
    private static Arguments breaks(String rule, String file, String before, String after) {
        return Arguments.of(
                rule,
                new Mutant(
                        "broken",
                        rule,
                        "kernel/session/" + file,
                        List.of(new Mutant.Change(before, after)),
                        false,
                        "swarm"));
    }

    static Stream<Arguments> invariants() {
        return Stream.of(
                breaks(
                        "every session is in the table once (client-protocol 6.2)",
                        "SessionTable.java",
                        "            last.position = session.position;\n",
                        ""),
                breaks(
                        "a name is reserved until its session ends (client-protocol 6.2)",
                        "SessionNames.java",
                        "                table[i] = null;\n                put(each);\n",
                        "                table[i] = null;\n"),
                breaks(
                        "a name is free when its session has ended (client-protocol 6.2)",
                        "SessionTable.java",
                        "            names.remove(session);\n",
                        ""),
                breaks("a session dies once (client-protocol 6.2)", "LifeCycle.java", "        table.died();\n", ""),
                breaks(
                        "what is queued for a client is counted once (client-protocol 6.4)",
                        "OutputQueue.java",
                        "        bytes -= part.readableBytes();\n",
                        ""),
                breaks(
                        "what is queued for clients is counted once (client-protocol 6.4)",
                        "OutputQueue.java",
                        "        budget.memory.add(-part.capacity());\n",
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invariants")
    void endsTheRunUnderItsName(String rule, Mutant broken) {
        Hunt hunt = Hunt.run(broken, DaemonWorld.class, 1, 20);

        assertThat(hunt.property()).isEqualTo("invariant of " + rule);
    }
}
