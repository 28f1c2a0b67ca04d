package org.flushspread.flush.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.replica.Violation;
import org.jspecify.annotations.Nullable;

/**
 * A log applied outside of all members, by three instances side by side: two begin with nothing, one begins again and again with the state
 * that another has saved. They have the same results and save the same bytes behind each entry, or the state machine is not deterministic, or
 * does not save all of its state.
 */
final class Rehearsal<S extends StateMachine<C, R>, C, R> {
    /** So many entries see another millisecond at each instance, in a run that waits for that. */
    private static final int TICKS = 40;
    /** One of those that have loaded a state applies so many entries. */
    private static final int LOADS = 12;

    private record Loaded<S extends StateMachine<C, R>, C, R>(Instance<S, C, R> instance, long behind) {}

    private final Trial<S, C, R> trial;
    private final Checks<S, C, R> checks;
    private final Map<Long, List<Trial.Read<C>>> reads = new HashMap<>();
    private final Map<Long, Long> places = new HashMap<>();
    private final Map<Long, Answer> answers = new HashMap<>();

    /** @param reads whose answers are those of the state at their place */
    Rehearsal(Trial<S, C, R> trial, Checks<S, C, R> checks, List<Trial.Read<C>> reads) {
        this.trial = trial;
        this.checks = checks;
        for (Trial.Read<C> each : reads) {
            this.reads.computeIfAbsent(each.place(), key -> new ArrayList<>()).add(each);
        }
    }

    /** Where in the log an operation has taken effect; null if it has not. */
    @Nullable
    Long place(Operation<C> operation) {
        return places.get(operation.number);
    }

    /** What it was answered there. */
    @Nullable
    Answer answer(Operation<C> operation) {
        return answers.get(operation.number);
    }

    void run(List<Entry> log) {
        Instance<S, C, R> first = new Instance<>(trial, "one that has applied the whole log");
        Instance<S, C, R> second = new Instance<>(trial, "another one that has applied the whole log");
        List<Loaded<S, C, R>> loaded = new ArrayList<>();
        compareReads(0, first);
        for (int i = 0; i < log.size(); i++) {
            Entry entry = log.get(i);
            Instance.Step step = step(first, entry);
            if (i < TICKS && trial.isCareful()) {
                nextMillisecond();
            }
            compare(entry, first, step, second, step(second, entry), "another one that has applied the whole log");
            for (Loaded<S, C, R> each : loaded) {
                compare(
                        entry,
                        first,
                        step,
                        each.instance,
                        step(each.instance, entry),
                        "one that has loaded the state behind entry " + each.behind);
            }
            for (long number : first.reached) {
                Operation<C> operation = trial.operation(number);
                places.put(operation.number, entry.index());
                answers.put(operation.number, step.answer());
            }
            checks.look(first.machine, "one that has applied the log up to entry " + entry.index());
            compareReads(entry.index(), first);
            // One that loads again and again, and one that has time to part from the others.
            loaded.subList(i % LOADS == 0 ? 0 : Math.min(1, loaded.size()), loaded.size())
                    .clear();
            loaded.add(load(first, entry));
        }
    }

    private Loaded<S, C, R> load(Instance<S, C, R> of, Entry behind) {
        Instance<S, C, R> instance = new Instance<>(trial, "a new one");
        instance.load(of.handOut(), "one behind entry " + behind.index() + ", " + trial.describe(behind.number()));
        return new Loaded<>(instance, behind.index());
    }

    private static <S extends StateMachine<C, R>, C, R> Instance.Step step(Instance<S, C, R> instance, Entry entry) {
        return instance.apply(entry.index(), entry.fingerprint(), ByteBuffer.wrap(entry.bytes()));
    }

    private void compare(
            Entry entry,
            Instance<S, C, R> first,
            Instance.Step expected,
            Instance<S, C, R> other,
            Instance.Step found,
            String name) {
        String where = "behind entry " + entry.index() + ", " + trial.describe(entry.number());
        if (!expected.answer().equals(found.answer())) {
            throw new Violation(
                    "SameResultEverywhere",
                    name + " answers " + found.answer() + ", one that has applied the whole log " + expected.answer()
                            + ", " + where);
        }
        if (!Arrays.equals(expected.state(), found.state())) {
            throw new Violation(
                    "SameStateEverywhere",
                    name + " has another state than one that has applied the whole log, " + where + "\n    (saved: "
                            + Instance.difference(expected.state(), found.state()) + ")\n    applied: " + first.shown()
                            + "\n    the other: " + other.shown());
        }
    }

    private void compareReads(long place, Instance<S, C, R> first) {
        for (Trial.Read<C> read : reads.getOrDefault(place, List.of())) {
            Answer right = first.query(read.question());
            if (!right.equals(read.answer())) {
                throw new Violation(
                        "ReadsShowTheState",
                        read.member() + " was asked " + trial.describe(read.question()) + " and has answered "
                                + read.answer() + ", and the state behind entry " + place + " says " + right);
            }
        }
    }

    private static void nextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) {
            Thread.onSpinWait();
        }
    }
}
