package org.flushspread.lab;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code scripts/lab}. */
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a ring of daemons with members of groups on a page of this machine: the token and packets as they travel, views, flush"
                    + " requests, transitions, in real time or slowed. Cut links, crash daemons, let members join and send; everything is"
                    + " drawn as a space-time diagram, and can be saved as a scenario that scripts/simulate --scenario replays.",
            "The daemons, flush layers and replicas are those that ship; network and time are simulated. See spec/lab.md."
        })
public final class LabMain implements Callable<Integer> {
    private static final int HIGHEST_PORT = 65_535;

    @Option(
            names = "--port",
            description =
                    "TCP port of the page, on the loopback address (default ${DEFAULT-VALUE}; 0 takes a free one)",
            defaultValue = "8810")
    private int port;

    @Option(
            names = "--story",
            description = "a story to begin with: ${COMPLETION-CANDIDATES}",
            completionCandidates = Names.class)
    private @Nullable String story;

    @Option(
            names = "--no-browser",
            description = "print the address only; without it a desktop is asked to open the page")
    private boolean noBrowser;

    @Option(names = "--scenario", description = "a scenario file to begin with")
    private @Nullable Path scenario;

    /** For the help. */
    static final class Names implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return Stories.NAMES.iterator();
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LabMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port < 0 || port > HIGHEST_PORT) {
            System.err.println("A port is 0 to " + HIGHEST_PORT + ", and " + port + " is none");
            return 2;
        }
        Scenario first;
        try {
            first = first();
        } catch (ScenarioException e) {
            System.err.println(scenario == null ? e.getMessage() : scenario + ": " + e.getMessage());
            return 2;
        }
        try (LabServer server = new LabServer(new Stage(first), port)) {
            System.out.println("The lab is at " + server.address() + " (end it with Ctrl-C)");
            if (!noBrowser) {
                open(server.address());
            }
            new CountDownLatch(1).await();
        } catch (BindException e) {
            System.err.println("Port " + port + " is taken; say --port with another one, or --port 0");
            return 2;
        }
        return 0;
    }

    /** On a desktop, where there is a program for that. */
    private static void open(String address) {
        boolean desktop = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
        boolean mac = System.getProperty("os.name", "").startsWith("Mac");
        if (!desktop && !mac) {
            return;
        }
        try {
            new ProcessBuilder(mac ? "open" : "xdg-open", address)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // the address is printed
        }
    }

    private Scenario first() {
        if (story != null && scenario != null) {
            throw new ScenarioException("say --story or --scenario, not both");
        }
        if (story != null) {
            return Stories.story(story);
        }
        Path file = scenario;
        return file == null
                ? Stories.empty()
                : Scenario.read(Path.of(System.getProperty("lab.directory", "")).resolve(file));
    }
}
