package org.flushspread.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.flushspread.diagram.DiagramPage;
import org.flushspread.diagram.Mark;
import org.flushspread.simulation.World;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code scripts/simulate --scenario}: replays what was saved in the lab, with every checker. */
@Command(
        name = "simulate --scenario",
        mixinStandardHelpOptions = true,
        description =
                "Replays a scenario of the lab (spec/lab.md): prints what happens, and fails if a promise breaks.")
public final class ReplayScenario implements Callable<Integer> {
    @Option(names = "--scenario", required = true, description = "the file, or the name of a story")
    private Path file = Path.of("");

    @Option(names = "--html", description = "write a page with the run as a space-time diagram")
    private @Nullable Path html;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ReplayScenario()).execute(arguments));
    }

    @Override
    public Integer call() {
        // The launcher runs this in the module's directory.
        Path directory = Path.of(System.getProperty("simulate.directory", ""));
        Lab lab;
        Scenario scenario;
        try {
            scenario = Stories.NAMES.contains(file.toString())
                    ? Stories.story(file.toString())
                    : Scenario.read(directory.resolve(file));
            lab = new Performance(scenario).play();
        } catch (ScenarioException e) {
            System.err.println(file + ": " + e.getMessage());
            return 2;
        }
        lab.end(false);
        if (html == null) {
            print(lab);
        } else {
            Path page = directory.resolve(html);
            try {
                DiagramPage.write(page, scenario.title(), scenario.says(), lab.recorder());
            } catch (IOException e) {
                System.err.println("Cannot write " + page + " (" + e + ")");
                return 2;
            }
            System.out.println("the diagram is in " + page);
        }
        String broken = lab.broken();
        System.out.println(broken == null ? "every promise held" : "BROKEN: " + broken);
        return broken == null ? 0 : 1;
    }

    private static void print(Lab lab) {
        for (Mark each : lab.recorder().marks()) {
            if (each.kind() == Mark.Kind.TOKEN || each.kind() == Mark.Kind.CONTROL) {
                continue;
            }
            String who = each.line() < 0
                    ? ""
                    : lab.recorder().lines().get(each.line()).name();
            String to = each.to() < 0
                    ? ""
                    : " -> " + lab.recorder().lines().get(each.to()).name() + (each.until() < 0 ? " lost" : "");
            System.out.printf(
                    Locale.ROOT,
                    "%12.6f  %-8s %s %s%n",
                    (each.time() - World.BEGINNING) / 1e9,
                    who + to,
                    each.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    each.text());
        }
    }
}
