package org.flushspread.flush.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.flushspread.simulation.mutants.Hunt;
import org.flushspread.simulation.mutants.Mutant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica whose code breaks a rule stops where it sees that itself, under the name of the rule. */
@Tag("hunt")
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
        assertThat(found("ViewRound.java", "if (context.role().hasPrimary()) {", "if (context.role() == null) {"))
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
    void r4TheLastPrimaryIsOneOfTheMembersOwnHistory() {
        assertThat(found("Memory.java", "            lastPrimary = Primary.NONE;\n", ""))
                .startsWith("invariant of replica-protocol R4: the last primary");
    }

    @Test
    void r5TheNextNumberIsGreaterThanEverythingThatIsRemembered() {
        assertThat(found("Voting.java", "        context.memory.saw(next.number());\n", ""))
                .startsWith("invariant of replica-protocol R5: the next number");
    }

    @Test
    void r9AHolderHasTheState() {
        assertThat(found(
                        "ViewRound.java",
                        "        holders = now.currentMembers();\n",
                        "        holders = now.currentMembers();\n        holders[me] = true;\n"))
                .startsWith("invariant of replica-protocol R9");
    }

    @Test
    void r10ACommandThatWaitsIsCountedOnce() {
        assertThat(found("Outstanding.java", "            queuedBytes -= next.length();\n", ""))
                .startsWith("invariant of replica-protocol R10: a command that waits");
    }

    @Test
    void r10WhatWasSentIsOnItsWayInABatch() {
        assertThat(found("Outstanding.java", "        batchesInFlight = 0;\n", ""))
                .startsWith("invariant of replica-protocol R10: what was sent");
    }

    @Test
    void r10ACommandIsSentOnce() {
        assertThat(found("Outstanding.java", "sequence++);", "sequence);"))
                .startsWith("invariant of replica-protocol R10: a command is sent once");
    }

    @Test
    void r10ACommandWaitsForDisksOnlyWhenItIsApplied() {
        assertThat(found(
                        "ViewRound.java",
                        "awaitDisks(ticket, context.log.index())",
                        "awaitDisks(ticket, sequence + 99)"))
                .startsWith("invariant of replica-protocol R10: a command waits for disks");
    }

    @Test
    void r10ACommandEndsOnce() {
        assertThat(
                        found(
                                "ViewRound.java",
                                "            context.outstanding.awaitDisks(ticket, context.log.index());\n",
                                "            context.outstanding.awaitDisks(ticket, context.log.index());\n            context.outstanding.submit(ticket);\n"))
                .startsWith("invariant of replica-protocol R10: a command ends once");
    }

    @Test
    void r13NoAttemptIsRememberedThatAnotherOneStandsFor() {
        assertThat(found(
                        "Memory.java",
                        "return Primary.with(attempts, attempt);",
                        "List<Primary> all = new java.util.ArrayList<>(attempts); all.add(attempt); return all;"))
                .startsWith("invariant of replica-protocol R13");
    }

    @Test
    void r14AnImageIsKeptAsLongAsSomebodyWaitsForIt() {
        assertThat(found("StateDonor.java", "        dropUnwanted();\n", ""))
                .startsWith("invariant of replica-protocol R14: an image is kept");
    }

    @Test
    void r14AMemberGetsOneImage() {
        assertThat(found("StateDonor.java", "if (now.needsState(i) && !now.goesOn(i)) {", "if (now.needsState(i)) {"))
                .startsWith("invariant of replica-protocol R14: a member gets one image");
    }

    @Test
    void r14TheVersionThatIsToldIsTheOneThatImageAndKeptCommandsMake() {
        assertThat(found("StateReceiver.java", "        count(commands);\n", ""))
                .startsWith("invariant of replica-protocol R14: the version");
    }

    @Test
    void r14WhatIsKeptIsCountedInAllViewsTogether() {
        assertThat(found(
                        "StateReceiver.java",
                        "        earlier = later.size();\n",
                        "        earlier = later.size();\n        laterBytes = 0;\n"))
                .startsWith("invariant of replica-protocol R14: what is kept");
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
