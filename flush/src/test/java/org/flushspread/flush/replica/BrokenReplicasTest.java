package org.flushspread.flush.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each rule is needed: a replica that breaks one of them is found by the observers of the simulation. */
@Tag("hunt")
class BrokenReplicasTest {
    private static final int SEEDS = 12_000;

    private record Broken(Supplier<Rules> rules, Simulation.Kind kind) {}

    @Test
    void everyBrokenRuleIsFound() {
        List<String> unseen = new ArrayList<>();
        System.out.printf("%-62s %8s  %s%n", "broken rule", "seeds", "found by");
        broken().forEach((name, broken) -> {
            String found = null;
            int seeds = 0;
            while (found == null && seeds < SEEDS) {
                found = run(seeds++, broken);
            }
            System.out.printf("%-62s %8d  %s%n", name, seeds, found == null ? "NOT FOUND" : found);
            if (found == null) {
                unseen.add(name);
            }
        });
        assertThat(unseen).isEmpty();
    }

    private static @Nullable String run(long seed, Broken broken) {
        try {
            new Simulation(seed, broken.rules, broken.kind, new Simulation.Counts()).run(900);
            return null;
        } catch (Violation violation) {
            return violation.rule;
        }
    }

    private static Map<String, Broken> broken() {
        Map<String, Broken> all = new LinkedHashMap<>();
        all.put("a primary is formed by votes delivered after the transition", rules(() -> new Rules() {
            @Override
            boolean forms(boolean transitional) {
                return true;
            }
        }));
        all.put("a result is given out after the transition", rules(() -> new Rules() {
            @Override
            boolean confirms(boolean formed, boolean transitional) {
                return formed;
            }
        }));
        all.put("a vote is given before it is recorded", rules(() -> new Rules() {
            @Override
            boolean recordsBeforeVoting() {
                return false;
            }
        }));
        all.put("half of a primary is enough, whichever half", rules(() -> new Rules() {
            @Override
            boolean quorate(Primary set, List<ReplicaMessage.State> present) {
                return 2 * present(set, present) >= set.members().size();
            }
        }));
        all.put("one member of a primary is enough", rules(() -> new Rules() {
            @Override
            boolean quorate(Primary set, List<ReplicaMessage.State> present) {
                return present(set, present) > 0;
            }
        }));
        all.put("members that lost their connection count as if they had not", rules(() -> new Rules() {
            @Override
            boolean detaches(boolean durable) {
                return false;
            }
        }));
        all.put("attempts of unknown outcome are forgotten", rules(() -> new Rules() {
            @Override
            boolean resolved(Primary attempt, Primary lastPrimary, List<MemberId> present) {
                return true;
            }
        }));
        all.put("a later attempt takes the place of earlier ones", rules(() -> new Rules() {
            @Override
            boolean standsFor(Primary later, Primary earlier) {
                return later.number() >= earlier.number();
            }
        }));
        all.put("an attempt is forgotten when half of it is present", rules(() -> new Rules() {
            @Override
            boolean resolved(Primary attempt, Primary lastPrimary, List<MemberId> present) {
                long there =
                        attempt.members().stream().filter(present::contains).count();
                return attempt.number() <= lastPrimary.number()
                        || 2 * there >= attempt.members().size();
            }
        }));
        all.put("a person's decision forgets attempts of unknown outcome", persons(() -> new Rules() {
            @Override
            boolean keepsAttempts(boolean forced) {
                return !forced;
            }
        }));
        all.put("the longer state is taken for the newer one", rules(() -> new Rules() {
            @Override
            boolean newer(Version one, Version other) {
                return one.index() > other.index();
            }
        }));
        all.put("states of different components are taken for equal", rules(() -> new Rules() {
            @Override
            boolean equal(Version one, Version other) {
                return one.epoch() == other.epoch() && one.index() == other.index();
            }
        }));
        all.put("the epoch stays when an attempt is completed", rules(() -> new Rules() {
            @Override
            long epoch(long before, long number) {
                return before;
            }
        }));
        all.put("a transfer goes on although its state is not the newest", rules(() -> new Rules() {
            @Override
            boolean goesOn(Version willHave, Version newest) {
                return true;
            }
        }));
        all.put("commands are applied while the state is on the way", rules(() -> new Rules() {
            @Override
            boolean keepsWhileCatchingUp() {
                return false;
            }
        }));
        all.put("members without the state are part of the attempt", rules(() -> new Rules() {
            @Override
            boolean onlyCurrentMembers() {
                return false;
            }
        }));
        all.put("commands of a lost connection stay open", rules(() -> new Rules() {
            @Override
            boolean keepsOutstanding() {
                return true;
            }
        }));
        all.put("a result does not wait for the disks", rules(() -> new Rules() {
            @Override
            boolean waitsForDisks() {
                return false;
            }
        }));
        all.put("a result waits for one disk only", rules(() -> new Rules() {
            @Override
            int persistedNeeded(int members) {
                return 1;
            }
        }));
        all.put("a disk says that it has written what it has not", new Broken(Rules::new, Simulation.Kind.LYING_DISKS));
        return all;
    }

    private static int present(Primary set, List<ReplicaMessage.State> present) {
        int count = 0;
        for (ReplicaMessage.State state : present) {
            count += set.members().contains(state.id()) ? 1 : 0;
        }
        return count;
    }

    private static Broken persons(Supplier<Rules> rules) {
        return new Broken(rules, Simulation.Kind.PERSONS);
    }

    private static Broken rules(Supplier<Rules> rules) {
        return new Broken(rules, Simulation.Kind.ALL);
    }
}
