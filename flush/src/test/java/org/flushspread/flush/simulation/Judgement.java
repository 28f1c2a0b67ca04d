package org.flushspread.flush.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.linearizability.LinearizabilityChecker;
import org.flushspread.flush.replica.Violation;

/**
 * What users were answered, against the one log that all members have at the end: each answer is the one of the place where its command took
 * effect, and what had ended before something else began stands before it. Beyond that, against a model, if there is one.
 */
final class Judgement<S extends StateMachine<C, R>, C, R> {
    private static final String RULE = "Linearizable";
    private static final int SHOWN = 40;
    /** Operations of one part among which another order is looked for. */
    private static final int SEARCHED = 60;

    /** @param place in the log */
    private record Done(String what, long begun, long ended, long place) {}

    private final Trial<S, C, R> trial;
    private final List<Operation<C>> operations;
    private final List<Trial.Read<C>> reads;
    private final Rehearsal<S, C, R> rehearsal;

    Judgement(
            Trial<S, C, R> trial,
            List<Operation<C>> operations,
            List<Trial.Read<C>> reads,
            Rehearsal<S, C, R> rehearsal) {
        this.trial = trial;
        this.operations = operations;
        this.reads = reads;
        this.rehearsal = rehearsal;
    }

    void run(Checks<S, C, R> checks) {
        List<Done> done = new ArrayList<>();
        for (Operation<C> each : operations) {
            Answer answer = each.answer;
            Long place = rehearsal.place(each);
            if (each.refused && place != null) {
                throw new Violation(RULE, trial.describe(each.command) + " was refused, and has taken effect");
            }
            if (answer == null) {
                continue;
            }
            if (place == null) {
                throw new Violation(RULE, trial.describe(each.command) + " was answered, and is not in the log");
            }
            if (!answer.equals(rehearsal.answer(each))) {
                throw new Violation(
                        RULE,
                        trial.describe(each.command) + " was answered " + answer + ", and at its place in the log, "
                                + place + ", it gives " + rehearsal.answer(each));
            }
            done.add(new Done(trial.describe(each.command), each.begun, each.ended, place));
        }
        for (Trial.Read<C> each : reads) {
            done.add(new Done("the read " + trial.describe(each.question()), each.begun(), each.ended(), each.place()));
        }
        inTime(done);
        Checks.Modelled<?, C, R> modelled = checks.modelled;
        if (modelled != null) {
            byModel(modelled);
        }
    }

    /** Nothing stands before what had ended when it began. */
    private static void inTime(List<Done> done) {
        List<Done> ends = new ArrayList<>(done);
        ends.sort(Comparator.comparingLong(Done::ended));
        done.sort(Comparator.comparingLong(Done::begun));
        Done highest = null;
        int next = 0;
        for (Done each : done) {
            while (next < ends.size() && ends.get(next).ended < each.begun) {
                Done ended = ends.get(next++);
                highest = highest == null || ended.place > highest.place ? ended : highest;
            }
            if (highest != null && highest.place > each.place) {
                throw new Violation(
                        RULE,
                        each.what + " began when " + highest.what + " had ended, and stands before it: at " + each.place
                                + " and " + highest.place);
            }
        }
    }

    /** One operation as the model sees it. */
    private record Asked<C, R>(long place, org.flushspread.flush.linearizability.Operation<C, R> operation) {}

    /** In the order of the log first, which takes no search; in another one that fits the time only where that is not too many. */
    private <M> void byModel(Checks.Modelled<M, C, R> modelled) {
        Map<Object, M> states = new HashMap<>();
        Map<Object, List<org.flushspread.flush.linearizability.Operation<C, R>>> parts = new HashMap<>();
        Set<Object> suspects = new LinkedHashSet<>();
        for (Asked<C, R> each : inTheOrderOfTheLog()) {
            var operation = each.operation;
            Object part = modelled.key().apply(operation.input());
            parts.computeIfAbsent(part, key -> new ArrayList<>()).add(operation);
            if (suspects.contains(part)) {
                continue;
            }
            M state = states.getOrDefault(part, modelled.model().initial());
            boolean answered = operation.ended() != Operation.NEVER;
            M after = modelled.model().apply(state, operation.input(), operation.output(), answered);
            if (after != null) {
                states.put(part, after);
            } else if (parts.get(part).size() > SEARCHED) {
                throw broken("the model forbids the last of these answers:", parts.get(part));
            } else {
                suspects.add(part);
            }
        }
        for (Object part : suspects) {
            if (parts.get(part).size() > SEARCHED
                    || !LinearizabilityChecker.hasOrder(modelled.model(), parts.get(part))) {
                throw broken(
                        "no order of these operations, each at one moment between its begin and its end, gives these answers:",
                        parts.get(part));
            }
        }
    }

    @SuppressWarnings("unchecked") // results of this state machine
    private List<Asked<C, R>> inTheOrderOfTheLog() {
        List<Asked<C, R>> all = new ArrayList<>();
        for (Operation<C> each : operations) {
            Long place = rehearsal.place(each);
            if (place != null) {
                Answer answer = each.answer;
                R result = (R) (answer == null ? null : answer.result);
                all.add(new Asked<>(
                        place,
                        new org.flushspread.flush.linearizability.Operation<>(
                                each.begun, each.ended, each.command, result)));
            }
        }
        for (Trial.Read<C> each : reads) {
            all.add(new Asked<>(
                    each.place(),
                    new org.flushspread.flush.linearizability.Operation<>(
                            each.begun(), each.ended(), each.question(), (R) each.answer().result)));
        }
        // Stable: what was read behind an entry comes behind it.
        all.sort(Comparator.comparingLong(Asked::place));
        return all;
    }

    private Violation broken(String how, List<org.flushspread.flush.linearizability.Operation<C, R>> operations) {
        StringBuilder text = new StringBuilder(how);
        int from = Math.max(0, operations.size() - SHOWN);
        if (from > 0) {
            text.append("\n    (").append(from).append(" more before)");
        }
        for (var each : operations.subList(from, operations.size())) {
            text.append("\n    ")
                    .append(each.begun())
                    .append(" to ")
                    .append(each.ended() == Operation.NEVER ? "?" : each.ended())
                    .append(": ")
                    .append(trial.describe(each.input()))
                    .append(each.ended() == Operation.NEVER ? "" : " = " + each.output());
        }
        return new Violation("LinearizableByTheModel", text.toString());
    }
}
