package org.flushspread.flush.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flushspread.simulation.mutants.Hunt;
import org.flushspread.simulation.mutants.Mutant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica whose code breaks a rule stops where it sees that itself, under the name of the rule. */
@Timeout(300)
class ReplicaInvariantsTest {
    private static String found(String file, String before, String after) {
        Mutant broken = new Mutant(
                "broken",
                "what this test breaks",
                "flush/replica/" + file,
                List.of(new Mutant.Change(before, after)),
                false,
                "replica");
        return Hunt.run(broken, FlushWorld.class, 0, 20).property();
    }

    @Test
    void r7PrimaryIsNobodyAfterTheTransition() {
        assertThat(found("ViewRound.java", "if (context.role() == Role.PRIMARY) {", "if (context.role() == null) {"))
                .startsWith("invariant of replica-protocol R7");
    }

    @Test
    void r10AResultIsGivenOutWhilePrimary() {
        assertThat(found(
                        "ViewRound.java",
                        "if (formed == null || standing.isTransitional()) {",
                        "if (formed == null) {"))
                .startsWith("invariant of replica-protocol R10");
    }

    @Test
    void r5EachAttemptOfAViewHasMoreMembers() {
        assertThat(found(
                        "Voting.java",
                        "if (before != null && before.members().equals(next.members())) {",
                        "if (before == next) {"))
                .startsWith("invariant of replica-protocol R5: in a view each attempt has more members");
    }

    @Test
    void r4WhatIsUnresolvedIsNewerThanTheLastPrimary() {
        assertThat(found(
                        "Primary.java",
                        "return number <= lastPrimary.number || present.containsAll(members);",
                        "return present.size() > 99;"))
                .startsWith("invariant of replica-protocol R4");
    }
}
