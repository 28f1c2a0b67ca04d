package org.flushspread.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.flushspread.diagram.Mark;
import org.flushspread.flush.check.TraceEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenario files: what cannot be read or done names its line and how to mend it, and going back is playing again. */
class ScenarioTest {
    private static Performance played(String text) {
        Performance performance = new Performance(Scenario.read(Arrays.asList(text.split("/"))));
        performance.play();
        return performance;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "daemons 3/jump d1; line 2: there is no command 'jump'",
                "daemons 12; line 1: '12' in 'daemons 12' must be between 1 and 9",
                "run soon; line 1: 'soon' in 'run soon' is no number",
                "run 1/daemons 2; line 2: 'daemons' describes the world: put it above",
                "member ann flush d1/send ann agreed room; line 2: 'send ann agreed room' is not complete",
                "crash d4; line 1: there is no daemon 'd4'; there are d1 to d3",
                "join ann room; line 1: there is no member 'ann'; there are []. Make one: member ann flush d1",
                "member ann loud d1; line 1: there is no member of kind 'loud'",
                "member ann flush d1/run 1/send ann agreed room x; line 3: ann may not send to room now",
                "member ann flush d1/run 1/join ann room/run 6/send ann slow room x; line 5: there is no service 'slow'",
                "member a flush d1/member b plain d2/run 9/join a x/join b x; line 5: x is a group of flush members",
                "member ann replica d1/run 5/join ann room; line 3: a replica member does not join groups",
                "split d1 | d2; line 1: 'split d1 | d2' does not say where d3 is",
                "split d1 d2 | d2 d3; line 1: 'split d1 d2 | d2 d3' names d2 twice",
                "cut d1 d1; line 1: 'cut d1 d1' names one daemon twice",
                "cut d1 < d2; line 1: 'cut d1 < d2': name two daemons, as in d1 d2, or one way, as in d1 > d2",
                "crash d1/crash d1; line 2: d1 is down; say 'start d1'",
                "start d1; line 1: d1 is running",
                "drop all; line 1: 'all' cannot be dropped; write drop token or drop data",
                "member ann flush d1/member ann flush d2; line 2: 'ann' is taken",
                "member Ann flush d1; line 1: 'Ann' is no name for a member",
                "member a plain d1/run 6/join a abcdefghijabcdefghijabcdefghijab; line 3: 'abcdefghijabcdefghijabcdefghijab' is no",
                "member a plain d1/run 6/send a agreed #a#d1 x; line 3: '#a#d1' is no name for a group",
                "member a flush d1/run 6/join a state; line 3: state is a group of replica members",
                "member a flush d1/run 6/kill a/kill a; line 4: a has no session now; say 'revive a'",
                "member a flush d1/join a room; line 2: a has no session now; it connects by itself",
            })
    void whatIsWrongNamesItsLine(String text, String complaint) {
        assertThatThrownBy(() -> played(text))
                .isInstanceOf(ScenarioException.class)
                .hasMessageStartingWith(complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "flush"})
    void whatIsRefusedHasNotHappened(String kind) {
        Performance performance = played("member ann " + kind + " d1/run 6/crash d1/run 3");

        assertThatThrownBy(() -> performance.command("kill ann")).hasMessageContaining("ann has no session now");
        assertThatThrownBy(() -> performance.command("quit ann")).hasMessageContaining("ann has no session now");
        performance.command("start d1");
        performance.runTo(20_000_000_000L);

        performance.command("join ann room");
        assertThat(performance.saved()).doesNotContain("kill", "quit");
    }

    @Test
    void whoGoesBackFindsTheWorldAsItWas() {
        Performance performance =
                played("member ann flush d1/member ben flush d2/run 6/join ann room/join ben room/run 1");
        performance.command("send ann agreed room one");
        performance.runTo(8_000_000_000L);
        var before = performance.lab().recorder().marks();
        performance.command("crash d2");
        performance.runTo(12_000_000_000L);
        assertThat(performance.lab().delivered("ben")).containsExactly("ann: one");

        performance.backTo(8_000_000_000L);

        assertThat(performance.lab().recorder().marks()).isEqualTo(before);
        assertThat(performance.saved()).doesNotContain("crash").endsWith("send ann agreed room one\nrun 1\n");
        performance.runTo(12_000_000_000L);
        assertThat(performance.lab().recorder().marks()).hasSizeGreaterThan(before.size());
        assertThat(performance.lab().broken()).isNull();
    }

    /** spec/lab.md has a scenario that works and names every command and story. */
    @Test
    void theGuideIsTrue() throws IOException {
        String guide = Files.readString(Path.of("..", "spec", "lab.md"));
        String example = guide.substring(guide.indexOf("```\ntitle") + 4, guide.lastIndexOf("```"));

        Performance performance = new Performance(Scenario.read(Arrays.asList(example.split("\n"))));
        performance.play().end(true);

        assertThat(performance.lab().broken()).isNull();
        assertThat(performance.lab().delivered("ben")).containsExactly("ann: hello");
        assertThat(Stories.NAMES).allSatisfy(each -> assertThat(guide).contains("| `" + each + "` |"));
        assertThat(Words.usages())
                .allSatisfy(each -> assertThat(guide).contains("`" + each.replaceFirst("[ ,].*", "")));
    }

    @Test
    void aBrokenPromiseIsMarkedAndTheWorldStandsStill() {
        Lab lab = played("member ann flush d1/run 6/join ann room/run 1").lab();
        lab.trace().add(new TraceEvent.Delivers("#ann#d1", "room", 7, "#zoe#d2", 8, (short) 0, null));

        lab.runTo(8_000_000_000L);
        lab.runTo(9_000_000_000L);

        assertThat(lab.broken()).startsWith("P7_ClosedGroup: ");
        assertThat(lab.now()).isEqualTo(8_000_000_000L);
        assertThat(lab.recorder().marks())
                .filteredOn(each -> each.kind() == Mark.Kind.VIOLATION)
                .singleElement()
                .satisfies(each -> assertThat(
                                lab.recorder().lines().get(each.line()).name())
                        .isEqualTo("ann"));
    }

    @Test
    void anExcludedMemberIsLeftOut() {
        Performance performance = played("patience 2/member ann flush d1/member ben flush d2/member cat flush d3/run 6/"
                + "join ann room/join ben room/run 1/hold ben/join cat room/run 6");

        assertThat(performance.lab().recorder().marks())
                .anyMatch(each -> each.kind() == Mark.Kind.EXCLUDED)
                .anyMatch(each -> each.text().equals("room: ann cat"));
        performance.lab().end(true);
        assertThat(performance.lab().broken()).isNull();
    }

    @Test
    void randomLossBreaksNothing() {
        Performance performance =
                played("daemons 5/member ann plain d1/member ben plain d5/lose 5/run 12/join ann room/"
                        + "join ben room/run 3/send ann safe room x/send ben agreed room y/run 8/lose 0/run 8");
        performance.lab().end(true);

        assertThat(performance.lab().broken()).isNull();
        assertThat(performance.lab().delivered("ann"))
                .isNotEmpty()
                .isEqualTo(performance.lab().delivered("ben"));
    }
}
