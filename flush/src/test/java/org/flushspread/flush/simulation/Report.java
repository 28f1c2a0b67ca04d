package org.flushspread.flush.simulation;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.replica.Violation;
import org.jspecify.annotations.Nullable;

/** Makes of a story that failed the shortest one that fails in the same way, and a text that a person can read. */
final class Report<S extends StateMachine<C, R>, C, R> {
    private static final int[] PARTS = {3, 6, 12, 25, 50};
    private static final int ATTEMPTS = 600;
    private static final int SHOWN = 30;
    private static final String NOT_AGAIN =
            "It did not happen again with the same seed: so the state machine, or the workload, uses something from outside:"
                    + "\nthe time, random numbers of its own, static fields, an object that all instances share.";

    private final Checks<S, C, R> checks;
    private final boolean sessions;
    private final int ringsEvery;

    Report(Checks<S, C, R> checks, boolean sessions, int ringsEvery) {
        this.checks = checks;
        this.sessions = sessions;
        this.ringsEvery = ringsEvery;
    }

    AssertionError of(Run<S, C, R> found, Throwable how) {
        String rule = Run.rule(how);
        Run<S, C, R> again = shorter(found, rule);
        Run<S, C, R> run = again == null ? found : again;
        Throwable broken = run.broken() == null ? how : run.broken();
        StringBuilder text = new StringBuilder();
        text.append("seed ").append(run.replay).append(" breaks ").append(said(broken));
        text.append("\n\nWhat came last (").append(run.onRings ? "on simulated rings" : "members as mPLACE.LIFE");
        text.append("):");
        run.trial.events().forEach(event -> text.append("\n  ").append(event));
        appendCommands(text, run, broken);
        if (again == null) {
            text.append("\n\n").append(NOT_AGAIN);
        }
        text.append("\n\nTo run it again: the same test with -D")
                .append(ReplicaSimulation.REPLAY)
                .append('=')
                .append(run.replay)
                .append(", or .replay(\"")
                .append(run.replay)
                .append("\") in it.\n");
        return new AssertionError(text.toString(), broken);
    }

    private static String said(Throwable broken) {
        return broken instanceof Violation ? String.valueOf(broken.getMessage()) : "off: " + broken;
    }

    /** Less of the story, if that fails in the same way, or else all of it; null if it does not do so again. */
    private @Nullable Run<S, C, R> shorter(Run<S, C, R> found, String rule) {
        if (found.replay.percent() == Replay.WHOLE) {
            for (int part : PARTS) {
                Replay less = new Replay(found.replay.seed(), part);
                Run<S, C, R> once = again(less, rule);
                if (once != null && again(less, rule) != null) {
                    return once;
                }
            }
        }
        return again(found.replay, rule);
    }

    /** Null if it does not fail in this way. */
    private @Nullable Run<S, C, R> again(Replay replay, String rule) {
        Run<S, C, R> run = new Run<>(checks, sessions, ringsEvery, replay, true);
        Throwable broken = run.broken();
        return broken != null && Run.rule(broken).equals(rule) ? run : null;
    }

    // ---- the commands alone

    private void appendCommands(StringBuilder text, Run<S, C, R> run, Throwable broken) {
        List<Entry> log = run.trial.log();
        String rule = Run.rule(broken);
        Throwable alone = rehearse(run.trial, log);
        if (alone == null || !Run.rule(alone).equals(rule)) {
            return;
        }
        List<Entry> few = fewer(run.trial, log, rule);
        Throwable shown = rehearse(run.trial, few);
        text.append("\n\nWithout any group, ").append(few.size() == 1 ? "one entry" : few.size() + " entries");
        text.append(" of the log, of ").append(log.size()).append(", one after the other, do the same:");
        for (Entry entry : few.subList(0, Math.min(few.size(), SHOWN))) {
            text.append("\n  ").append(entry.index()).append(": ").append(run.trial.describe(entry.number()));
        }
        text.append("\n  ").append(said(shown == null ? alone : shown));
    }

    private @Nullable Throwable rehearse(Trial<S, C, R> trial, List<Entry> log) {
        try {
            new Rehearsal<>(trial, checks, List.of()).run(log);
            return null;
        } catch (RuntimeException | Error e) { // all that code of the user may throw: it must not take the report away
            return e;
        }
    }

    /** Leaves out halves, then quarters, down to single entries. */
    private List<Entry> fewer(Trial<S, C, R> trial, List<Entry> log, String rule) {
        List<Entry> kept = new ArrayList<>(log);
        int attempts = 0;
        for (int part = Math.max(1, kept.size() / 2); ; part = Math.max(1, part / 2)) {
            boolean less = false;
            for (int from = 0; from < kept.size() && ++attempts < ATTEMPTS; ) {
                List<Entry> without = new ArrayList<>(kept);
                without.subList(from, Math.min(kept.size(), from + part)).clear();
                Throwable same = rehearse(trial, without);
                if (same != null && Run.rule(same).equals(rule)) {
                    kept = without;
                    less = true;
                } else {
                    from += part;
                }
            }
            if (attempts >= ATTEMPTS || part == 1 && !less) {
                return kept;
            }
        }
    }
}
