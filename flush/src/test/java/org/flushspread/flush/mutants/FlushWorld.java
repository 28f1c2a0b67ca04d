package org.flushspread.flush.mutants;

import org.flushspread.flush.check.BrokenLayers;
import org.flushspread.flush.replica.BrokenReplicas;
import org.flushspread.flush.store.BrokenStores;
import org.jspecify.annotations.Nullable;

/** Where broken flush automata and replicas are hunted, by the profile that their files name. */
public final class FlushWorld {
    /** Behind it stands the test of replicas that finds the mutant, as {@code Class#method}. */
    static final String TEST = "test ";

    private FlushWorld() {}

    /** @return what failed and, behind a tab, its story; null if all is well */
    public static @Nullable String run(long seed, String profile) {
        if (profile.startsWith(TEST)) {
            return BrokenReplicas.runTest(profile.substring(TEST.length()));
        }
        return switch (profile) {
            case "layer" -> BrokenLayers.run(seed);
            case "exclusion" -> BrokenLayers.runWithExclusion(seed);
            case "rings" -> BrokenLayers.runOnRings(seed);
            case "replica" -> BrokenReplicas.run(seed);
            case "persons" -> BrokenReplicas.runWithPersons(seed);
            case "hasty-persons" -> BrokenReplicas.runWithHastyPersons(seed);
            case "poison" -> BrokenReplicas.runWithPoison(seed);
            case "context" -> BrokenReplicas.runWithContext(seed);
            case "quorum" -> BrokenReplicas.runWithQuorums(seed);
            case "observers" -> BrokenReplicas.runWithObservers(seed);
            case "clients" -> BrokenReplicas.runWithClients(seed);
            case "reads" -> BrokenReplicas.runWithReads(seed);
            case "store" -> BrokenStores.run(seed);
            default -> throw new IllegalArgumentException("no world is called '" + profile + "'");
        };
    }
}
