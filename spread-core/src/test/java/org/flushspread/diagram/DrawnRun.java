package org.flushspread.diagram;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.flushspread.simulation.Plan;
import org.flushspread.simulation.Simulation;
import org.flushspread.simulation.Swarm;
import org.flushspread.simulation.Verdict;
import org.flushspread.simulation.Violation;

/** A run of the simulator as a page. */
public final class DrawnRun {
    private static final Path FAILURES = Path.of("target", "failures");

    private DrawnRun() {}

    /** Runs a seed to its end, which is where the first promise breaks if one does, and draws it. */
    public static Verdict run(Simulation simulation, Path page) throws IOException {
        Recorder recorder = new Recorder(simulation);
        Verdict verdict = simulation.run();
        Violation violation = verdict.violation();
        if (violation != null) {
            recorder.violation(violation);
        }
        DiagramPage.write(page, "Seed " + verdict.seed(), summary(verdict), recorder);
        return verdict;
    }

    private static String summary(Verdict verdict) {
        Violation violation = verdict.violation();
        String run = String.format(
                java.util.Locale.ROOT,
                "%d daemons, %.1f simulated seconds.",
                verdict.swarm().daemons(),
                verdict.seconds());
        return violation == null ? run + " Every promise held." : run + " Broken: " + violation.getMessage();
    }

    /**
     * Runs a seed that failed once more and draws it below {@code target/failures}.
     *
     * @return where, as part of a message
     */
    public static String ofFailure(long seed, Swarm swarm) {
        Path page = FAILURES.resolve("seed-" + seed + ".html");
        try {
            run(new Simulation(seed, swarm, new Plan(List.of()), null), page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "drawn in " + page.toAbsolutePath().normalize();
    }
}
