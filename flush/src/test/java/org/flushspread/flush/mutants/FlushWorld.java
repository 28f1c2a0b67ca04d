package org.flushspread.flush.mutants;

import org.flushspread.flush.check.BrokenLayers;
import org.jspecify.annotations.Nullable;

/** Where broken flush automata and replicas are hunted, by the profile that their files name. */
public final class FlushWorld {
    private FlushWorld() {}

    /** @return what failed and, behind a tab, its story; null if all is well */
    public static @Nullable String run(long seed, String profile) {
        return switch (profile) {
            case "layer" -> BrokenLayers.run(seed);
            case "exclusion" -> BrokenLayers.runWithExclusion(seed);
            case "rings" -> BrokenLayers.runOnRings(seed);
            default -> throw new IllegalArgumentException("no world is called '" + profile + "'");
        };
    }
}
