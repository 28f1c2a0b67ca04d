package org.flushspread.flush.simulation;

import org.flushspread.flush.StateMachine;
import org.flushspread.flush.replica.SimulatedReplicas;
import org.flushspread.flush.replica.Violation;
import org.flushspread.kernel.base.InvariantViolation;
import org.jspecify.annotations.Nullable;

/** A story that was run. */
final class Run<S extends StateMachine<C, R>, C, R> {
    final Replay replay;
    final Trial<S, C, R> trial;
    final boolean onRings;
    private SimulatedReplicas.@Nullable Figures figures;
    private @Nullable Throwable broken;

    Run(Checks<S, C, R> checks, boolean sessions, int ringsEvery, Replay replay, boolean careful) {
        Faults faults = checks.faults;
        this.replay = replay;
        this.trial = new Trial<>(checks, replay.seed(), careful);
        this.onRings = faults == Faults.ALL && ringsEvery > 0 && replay.seed() % ringsEvery == 0;
        try {
            figures = onRings
                    ? SimulatedReplicas.runOnRings(replay.seed(), replay.percent(), trial::member, sessions, trial)
                    : SimulatedReplicas.run(
                            replay.seed(),
                            replay.percent(),
                            faults.dying,
                            faults.parting,
                            trial::member,
                            sessions,
                            trial);
        } catch (RuntimeException | Error e) { // all that code of the user may throw
            broken = e;
        }
    }

    /** What ended the story before its end; null if nothing did. */
    @Nullable
    Throwable broken() {
        return broken;
    }

    SimulatedReplicas.Figures figures() {
        if (figures == null) {
            throw new IllegalStateException("seed " + replay + " did not come to its end");
        }
        return figures;
    }

    /** What is broken; the same for what is broken in the same way. */
    static String rule(Throwable broken) {
        if (broken instanceof Violation violation) {
            return violation.rule();
        }
        return broken instanceof InvariantViolation violation
                ? violation.rule()
                : broken.getClass().getName();
    }
}
