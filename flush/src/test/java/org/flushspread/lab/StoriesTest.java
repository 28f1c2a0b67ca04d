package org.flushspread.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.flushspread.diagram.Line;
import org.flushspread.diagram.Mark;
import org.flushspread.diagram.Mark.Kind;
import org.flushspread.simulation.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stories of the lab happen as they say, and no checker of the simulator sees a broken promise in them. */
class StoriesTest {
    private static final Set<Kind> TOLD = Set.of(Kind.SEND, Kind.DELIVER, Kind.VIEW, Kind.TRANSITION);

    static List<String> names() {
        return Stories.NAMES;
    }

    private static Lab play(String story) {
        Lab lab = new Performance(Stories.story(story)).play();
        assertThat(lab.broken()).isNull();
        return lab;
    }

    /** What one member was told since the story began to be interesting. */
    private static List<String> told(Lab lab, String story, String member) {
        long begin = Stories.story(story).begin() + World.BEGINNING;
        return marks(lab, member).stream()
                .filter(each -> each.time() > begin && TOLD.contains(each.kind()))
                .map(each -> each.kind() == Kind.TRANSITION ? "transition" : each.text())
                .toList();
    }

    private static List<Mark> marks(Lab lab, String member) {
        List<Line> lines = lab.recorder().lines();
        return lab.recorder().marks().stream()
                .filter(each ->
                        each.line() >= 0 && lines.get(each.line()).name().equals(member))
                .toList();
    }

    private static long when(Lab lab, String member, Kind kind, String text) {
        return marks(lab, member).stream()
                .filter(each -> each.kind() == kind && each.text().contains(text))
                .findFirst()
                .orElseThrow()
                .time();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyPromiseHolds(String story) {
        Scenario scenario = Stories.story(story);
        assertThat(scenario.title()).isNotEmpty();
        assertThat(scenario.says().split("[.:;] ").length).isGreaterThan(1);
        Performance performance = new Performance(scenario);
        Lab lab = performance.play();

        lab.end(true);

        assertThat(lab.broken()).isNull();
    }

    /** What is saved is the story again: the same world, event by event. */
    @ParameterizedTest
    @MethodSource("names")
    void aSavedStoryIsTheSame(String story) {
        Performance first = new Performance(Stories.story(story));
        first.play();

        Performance again =
                new Performance(Scenario.read(Arrays.asList(first.saved().split("\n"))));
        again.play();

        assertThat(again.lab().recorder().marks())
                .isEqualTo(first.lab().recorder().marks());
        assertThat(again.saved()).isEqualTo(first.saved());
    }

    @Test
    void totalOrder() {
        Lab lab = play("total-order");

        assertThat(lab.delivered("ann"))
                .hasSize(6)
                .isEqualTo(lab.delivered("ben"))
                .isEqualTo(lab.delivered("cat"));
    }

    @Test
    void whySafe() {
        Lab lab = play("why-safe");

        assertThat(told(lab, "why-safe", "ann"))
                .containsExactly(
                        "AGREED “well” to room",
                        "SAFE “safe” to room",
                        "AGREED “well” of ann",
                        "SAFE “safe” of ann",
                        "AGREED “rash” to room",
                        "SAFE “sure” to room",
                        "AGREED “rash” of ann",
                        "transition",
                        "SAFE “sure” of ann",
                        "room: ann");
        assertThat(lab.delivered("ben"))
                .containsExactly("ann: well", "ann: safe")
                .isEqualTo(lab.delivered("cat"));
    }

    @Test
    void crashInAMulticast() {
        Lab lab = play("crash-in-a-multicast");

        for (String member : List.of("ben", "cat")) {
            assertThat(told(lab, "crash-in-a-multicast", member))
                    .containsExactly("AGREED “will” of ann", "transition", "room: ben cat");
        }
        assertThat(when(lab, "d1", Kind.DOWN, "")).isLessThan(when(lab, "cat", Kind.DELIVER, "will"));
    }

    @Test
    void partitionAndMerge() {
        Lab lab = play("partition-and-merge");

        assertThat(told(lab, "partition-and-merge", "ben"))
                .containsExactly(
                        "transition",
                        "room: ann ben",
                        "AGREED “left” of ann",
                        "room: ann ben cat dan",
                        "AGREED “again” to room",
                        "AGREED “again” of ben");
        assertThat(lab.delivered("cat")).containsExactly("dan: right", "ben: again");
    }

    @Test
    void whatTransitionMeans() {
        Lab lab = play("what-transition-means");

        for (String member : List.of("ann", "ben")) {
            assertThat(told(lab, "what-transition-means", member))
                    .endsWith("transition", "SAFE “sure” of ann", "room: ann ben");
        }
        assertThat(lab.delivered("cat")).isEmpty();
    }

    @Test
    void aFlushThatWaits() {
        Lab lab = play("a-flush-that-waits");

        long answered = when(lab, "cat", Kind.CONSENT, "room");
        assertThat(answered).isPositive();
        for (String member : List.of("ann", "ben", "cat", "dan")) {
            assertThat(when(lab, member, Kind.VIEW, "room: ann ben cat dan"))
                    .isGreaterThan(when(lab, "cat", Kind.DELIVER, "wait"));
            assertThat(lab.delivered(member)).endsWith("dan: hello");
        }
        assertThat(lab.delivered("dan")).containsExactly("dan: hello");
        assertThat(lab.delivered("ann")).containsExactly("cat: wait", "dan: hello");
    }

    @Test
    void twoViewsAtOnce() {
        Lab lab = play("two-views-at-once");

        assertThat(told(lab, "two-views-at-once", "ann"))
                .as("sent among two, delivered among three")
                .containsExactly("AGREED “two” to room", "room: ann ben cat", "AGREED “two” of ann");
        assertThat(lab.delivered("cat")).containsExactly("ann: two");
        for (String member : List.of("fay", "gus")) {
            assertThat(told(lab, "two-views-at-once", member))
                    .as("delivered in the view that it was sent in")
                    .endsWith("AGREED “two” of fay", "hall: fay gus hal");
        }
        assertThat(lab.delivered("hal")).isEmpty();
    }

    @Test
    void aPrimaryComponent() {
        Lab lab = play("a-primary-component");

        long healed = lab.recorder().marks().stream()
                .filter(each -> each.text().equals("heal"))
                .findFirst()
                .orElseThrow()
                .time();
        assertThat(when(lab, "ann", Kind.STATE, "b1")).isLessThan(healed);
        assertThat(when(lab, "eve", Kind.STATE, "e1")).isGreaterThan(healed);
        assertThat(when(lab, "dan", Kind.STATE, "b1")).isGreaterThan(healed);
        for (String member : List.of("ann", "ben", "cat", "dan", "eve")) {
            assertThat(lab.delivered(member)).containsExactly("a1", "b1", "e1");
        }
        lab.requireReplicasGoOn();
    }

    @Test
    void aMemberCatchingUp() {
        Lab lab = play("a-member-catching-up");

        assertThat(marks(lab, "cat").stream()
                        .filter(each -> each.kind() == Kind.ROLE)
                        .map(Mark::text))
                .endsWith("minority", "catching up", "primary");
        assertThat(lab.delivered("cat"))
                .hasSize(6)
                .isEqualTo(lab.delivered("ann"))
                .isEqualTo(lab.delivered("ben"));
        lab.requireReplicasGoOn();
    }

    @Test
    void aLostToken() {
        Lab lab = play("a-lost-token");

        assertThat(lab.recorder().marks()).anyMatch(each -> each.kind() == Kind.TOKEN && each.until() < 0);
        assertThat(marks(lab, "d2")).anyMatch(each -> each.kind() == Kind.TOKEN_LOST);
        for (String member : List.of("ann", "ben", "cat")) {
            assertThat(lab.delivered(member)).containsExactly("ben: still", "ben: here");
        }
    }
}
