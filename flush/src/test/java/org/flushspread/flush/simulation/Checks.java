package org.flushspread.flush.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.flushspread.flush.Codec;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.linearizability.Model;
import org.flushspread.flush.replica.Violation;
import org.jspecify.annotations.Nullable;

/** What the user of a simulation has said of the state machine. */
final class Checks<S extends StateMachine<C, R>, C, R> {
    /** A sequential model, and which of its parts a command touches. */
    record Modelled<M, C, R>(Model<M, C, R> model, Function<? super C, ?> key) {}

    private final Supplier<S> machine;
    private final Supplier<? extends Workload<C>> workload;
    final Map<String, Predicate<? super S>> invariants = new LinkedHashMap<>();
    final Map<String, Predicate<? super List<S>>> atEnd = new LinkedHashMap<>();

    @Nullable
    Modelled<?, C, R> modelled;

    Faults faults = Faults.ALL;

    Checks(Supplier<S> machine, Supplier<? extends Workload<C>> workload) {
        this.machine = machine;
        this.workload = workload;
    }

    S newMachine() {
        return Objects.requireNonNull(machine.get(), "the supplier of state machines has given null");
    }

    Workload<C> newWorkload() {
        return Objects.requireNonNull(workload.get(), "the supplier of workloads has given null");
    }

    static <C> Codec<C> codec(Workload<C> workload) {
        return Objects.requireNonNull(
                workload.codec(),
                () -> "codec() of the workload " + workload.getClass().getName() + " has given null");
    }

    /** Adds a check, whose name stands for it in a report. */
    static <T> void add(Map<String, Predicate<? super T>> checks, String name, Predicate<? super T> holds) {
        Objects.requireNonNull(name, "an invariant needs a name, by which a report calls it; this one is null");
        Objects.requireNonNull(holds, () -> "the invariant '" + name + "' is null: say what has to hold");
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "an invariant needs a name, by which a report calls it; this one is empty");
        }
        if (checks.putIfAbsent(name, holds) != null) {
            throw new IllegalArgumentException("two invariants are called '" + name
                    + "': give each a name of its own, by which a report calls it");
        }
    }

    void look(S state, String where) {
        invariants.forEach((name, holds) -> {
            if (!holds(name, holds, state)) {
                throw new Violation("Invariant '" + name + "'", "does not hold at " + where + ": " + shown(state));
            }
        });
    }

    void lookAtAll(List<S> states) {
        atEnd.forEach((name, holds) -> {
            if (!holds(name, holds, new ArrayList<>(states))) {
                throw new Violation(
                        "Invariant '" + name + "'", "does not hold over all members at the end: " + shown(states));
            }
        });
    }

    private static String shown(@Nullable Object state) {
        try {
            return String.valueOf(state);
        } catch (RuntimeException e) {
            return "(toString threw " + e + ")";
        }
    }

    private static <T> boolean holds(String name, Predicate<? super T> predicate, T tested) {
        try {
            return predicate.test(tested);
        } catch (RuntimeException | AssertionError e) {
            throw new Violation("Invariant '" + name + "'", "threw " + e + " at " + shown(tested));
        }
    }
}
