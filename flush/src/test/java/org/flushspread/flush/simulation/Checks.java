package org.flushspread.flush.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
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

    Checks(Supplier<S> machine, Supplier<? extends Workload<C>> workload) {
        this.machine = machine;
        this.workload = workload;
    }

    Supplier<S> machine() {
        return machine;
    }

    Supplier<? extends Workload<C>> workload() {
        return workload;
    }

    void look(S state, String where) {
        invariants.forEach((name, holds) -> {
            if (!holds(name, holds, state)) {
                throw new Violation("Invariant '" + name + "'", "does not hold at " + where + ": " + state);
            }
        });
    }

    void lookAtAll(List<S> states) {
        atEnd.forEach((name, holds) -> {
            if (!holds(name, holds, new ArrayList<>(states))) {
                throw new Violation("Invariant '" + name + "'", "does not hold over all members at the end: " + states);
            }
        });
    }

    private static <T> boolean holds(String name, Predicate<? super T> predicate, T tested) {
        try {
            return predicate.test(tested);
        } catch (RuntimeException | AssertionError e) {
            throw new Violation("Invariant '" + name + "'", "threw " + e + " at " + tested);
        }
    }
}
