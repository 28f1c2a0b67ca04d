package org.flushspread.course.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("once")
class StoryTest {
    private final Story story = new Story();

    @Test
    void whatSpeaksOfTheThingIsShownWithTheFaultsBesideIt() {
        story.tell("a1", "says nothing");
        story.outline("b1", "dies");
        story.tell("a1", "shows x-1.");
        assertThat(story.lines("x-1.")).hasSize(2);
        assertThat(story.lines("x-1.").get(0)).endsWith("b1   dies");
        assertThat(story.lines("x-1.").get(1)).endsWith("a1   shows x-1.");
    }

    @Test
    void aLongLineIsShownWhereItSpeaksOfTheThing() {
        story.tell("a1", "gets: " + "something / ".repeat(30) + "x-1. / " + "something / ".repeat(30));
        assertThat(story.lines("x-1."))
                .singleElement()
                .asString()
                .startsWith("  0.000 s  a1   gets: something / ")
                .contains(" ... ", " / x-1. / ")
                .hasSizeLessThan(120);
        assertThat(story.lines().get(0)).hasSizeLessThan(120).endsWith(" ...");
    }
}
