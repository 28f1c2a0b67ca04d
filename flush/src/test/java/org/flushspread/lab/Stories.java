package org.flushspread.lab;

import java.util.Arrays;
import java.util.List;
import org.flushspread.diagram.DiagramPage;

/** The scenarios that come with the lab. */
public final class Stories {
    /** Their names, in the order in which they are told. */
    public static final List<String> NAMES = List.of(
            "total-order",
            "why-safe",
            "crash-in-a-multicast",
            "partition-and-merge",
            "what-transition-means",
            "a-flush-that-waits",
            "two-views-at-once",
            "a-primary-component",
            "a-member-catching-up",
            "a-lost-token");

    private Stories() {}

    /** @throws ScenarioException if there is none of this name */
    public static Scenario story(String name) {
        if (!NAMES.contains(name)) {
            throw new ScenarioException("there is no story '" + name + "'; there are " + String.join(", ", NAMES));
        }
        return read(DiagramPage.resource(Stories.class, "stories/" + name + ".scenario"));
    }

    /** The lab without a story: four daemons, and four members of a room. */
    static Scenario empty() {
        return read(DiagramPage.resource(Stories.class, "stories/empty.scenario"));
    }

    private static Scenario read(String text) {
        return Scenario.read(Arrays.asList(text.split("\n")));
    }
}
