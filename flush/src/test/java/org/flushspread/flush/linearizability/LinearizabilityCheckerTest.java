package org.flushspread.flush.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The checker accepts what can have happened one after the other, and nothing else. */
@Timeout(60)
class LinearizabilityCheckerTest {
    private static Operation<Register.Input, Long> write(long begun, long ended, long value) {
        return new Operation<>(begun, ended, new Register.Input(0, value), 0L);
    }

    private static Operation<Register.Input, Long> read(long begun, long ended, long value) {
        return new Operation<>(begun, ended, Register.Input.read(0), value);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    private static boolean holds(Operation<Register.Input, Long>... history) {
        return LinearizabilityChecker.hasOrder(new Register(), List.of(history));
    }

    @Test
    void aReadFindsWhatWasWrittenBeforeIt() {
        assertThat(holds(write(1, 2, 7), read(3, 4, 7))).isTrue();
        assertThat(holds(write(1, 2, 7), read(3, 4, 0))).isFalse();
        assertThat(holds(write(1, 2, 7), write(3, 4, 8), read(5, 6, 7))).isFalse();
    }

    @Test
    void whatOverlapsHasEitherOrder() {
        assertThat(holds(write(1, 5, 7), read(2, 3, 0))).isTrue();
        assertThat(holds(write(1, 5, 7), read(2, 3, 7))).isTrue();
        assertThat(holds(write(1, 9, 7), read(2, 3, 7), read(4, 5, 0))).isFalse();
    }

    @Test
    void aWriteOfUnknownOutcomeTakesEffectLateOrNever() {
        assertThat(holds(write(1, Operation.NEVER, 7), read(2, 3, 0), read(4, 5, 7)))
                .isTrue();
        assertThat(holds(write(1, Operation.NEVER, 7), read(2, 3, 0))).isTrue();
        assertThat(holds(write(1, Operation.NEVER, 7), read(2, 3, 7), read(4, 5, 0)))
                .isFalse();
    }

    /** Compared with the definition, all orders tried, on histories that are too small to be interesting one by one. */
    @Test
    void agreesWithTheDefinitionOnSmallHistories() {
        Random random = new Random(3);
        int broken = 0;
        for (int run = 0; run < 3000; run++) {
            List<Operation<Register.Input, Long>> history = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                long begun = random.nextInt(12);
                long ended = random.nextInt(5) == 0 ? Operation.NEVER : begun + 1 + random.nextInt(8);
                history.add(
                        random.nextBoolean()
                                ? write(begun, ended, 1 + random.nextInt(3))
                                : read(begun, ended == Operation.NEVER ? 30 : ended, random.nextInt(4)));
            }
            boolean expected = byDefinition(new ArrayList<>(history), 0);
            assertThat(LinearizabilityChecker.hasOrder(new Register(), history))
                    .as(history.toString())
                    .isEqualTo(expected);
            broken += expected ? 0 : 1;
        }
        assertThat(broken).isBetween(300, 2700);
    }

    private static boolean byDefinition(List<Operation<Register.Input, Long>> left, long state) {
        if (left.stream().allMatch(each -> each.ended() == Operation.NEVER)) {
            return true;
        }
        for (Operation<Register.Input, Long> each : left) {
            boolean mayBeFirst = left.stream().allMatch(other -> other == each || other.ended() > each.begun());
            Long after = mayBeFirst ? new Register().apply(state, each.input(), each.output(), true) : null;
            if (after != null) {
                List<Operation<Register.Input, Long>> rest = new ArrayList<>(left);
                rest.remove(each);
                if (byDefinition(rest, after)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void partsAreCheckedOnTheirOwnAndTheBrokenOneIsNamed() {
        List<Operation<Register.Input, Long>> history = new ArrayList<>();
        for (int key = 0; key < 50; key++) {
            for (int i = 0; i < 40; i++) {
                long at = 10L * i;
                history.add(new Operation<>(at, at + 15, new Register.Input(key, i + 1), 0L));
                history.add(new Operation<>(at + 1, at + 16, Register.Input.read(key), (long) i + 1));
            }
        }
        assertThat(LinearizabilityChecker.findBroken(new Register(), history, Register.Input::key))
                .isNull();
        history.add(new Operation<>(1000, 1001, Register.Input.read(7), 1L));
        assertThat(LinearizabilityChecker.findBroken(new Register(), history, Register.Input::key))
                .isNotNull()
                .allMatch(each -> each.input().key() == 7);
    }
}
