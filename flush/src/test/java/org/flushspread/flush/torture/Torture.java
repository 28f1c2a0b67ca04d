package org.flushspread.flush.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code scripts/torture}. */
@Command(
        name = "torture",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Daemons and members of a replicated store as processes, each machine in a network namespace, under faults; clients write, read"
                    + " and change cells at any member, and everything that they were answered must have an order (linearizability).",
            "Needs root and the ip, tc and mount commands. Faults are drawn from a seed, but real time is not: a round begun with its own seed"
                    + " does not repeat exactly. The simulator does (ReplicaSimulation)."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all histories have an order",
            "1:one has none, or members did not come together when all was healed",
            "2:an argument is wrong, or namespaces cannot be made here"
        })
public final class Torture implements Callable<Integer> {
    @Option(names = "--minutes", paramLabel = "N", description = "Time of all rounds (default: ${DEFAULT-VALUE}).")
    private double minutes = 5;

    @Option(
            names = "--round",
            paramLabel = "SECONDS",
            description = "Time of faults in a round (default: ${DEFAULT-VALUE}).")
    private int round = 60;

    @Option(names = "--members", paramLabel = "N", description = "Machines, 2 to 9 (default: ${DEFAULT-VALUE}).")
    private int members = 3;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Only these, of kill (-9, a member), daemon (killed, started), blackout (all members killed at once), stop"
                            + " (SIGSTOP), partition, cut (one-way), loss, clock, full (disk), flip (a bit in the store of a member that does not"
                            + " run).")
    private @Nullable List<String> faults;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Where the first round is drawn from (default: the time of day).")
    private long seed = System.currentTimeMillis() / 1000;

    @Option(
            names = "--keep",
            paramLabel = "DIRECTORY",
            description =
                    "Where histories without an order are kept, with a page that draws them (default: ${DEFAULT-VALUE}).")
    private Path keep = Path.of("target", "torture");

    @Option(
            names = "--break",
            paramLabel = "HOW",
            description =
                    "Members that are wrong on purpose, to see that it is found: early (a write is answered before it is delivered)"
                            + " or forgetful (stores lose their last commands).")
    private String broken = "none";

    private static volatile boolean ending;

    public static void main(String[] arguments) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ending = true;
            Machines.closeAll();
        }));
        System.exit(new CommandLine(new Torture()).execute(arguments));
    }

    @Override
    public Integer call() {
        List<Nemesis.Evil> evils;
        Fault fault;
        try {
            evils = faults == null
                    ? List.of(Nemesis.Evil.values())
                    : faults.stream().map(Torture::evil).toList();
            fault = fault(broken);
        } catch (IllegalArgumentException e) {
            System.err.println("torture: " + e.getMessage());
            return 2;
        }
        if (round < 1) {
            System.err.println("torture: --round is a number of seconds from 1 on, not " + round);
            return 2;
        }
        if (members < 2 || members > 9) {
            System.err.println("torture: --members is 2 to 9, not " + members);
            return 2;
        }
        long end = System.nanoTime() + (long) (minutes * 60e9);
        int rounds = 0;
        int bad = 0;
        do {
            rounds++;
            try {
                bad += play(rounds, new Round.Plan(seed, members, Duration.ofSeconds(round), evils, fault)) ? 0 : 1;
            } catch (TestAbortedException e) {
                // JUnit's words come before those of whoever found it impossible.
                System.err.println(
                        "torture: " + String.valueOf(e.getMessage()).replaceFirst("^Assumption failed: ", ""));
                return 2;
            }
            // Short enough to be typed again.
            seed = new Random(seed).nextInt(1_000_000_000);
        } while (System.nanoTime() < end);
        System.out.println(rounds + " rounds, " + bad + " bad");
        return bad == 0 ? 0 : 1;
    }

    private boolean play(int number, Round.Plan plan) {
        String head = "round " + number + ", seed " + plan.seed() + ": ";
        try {
            Round.Outcome outcome = Round.play(plan);
            List<Act> without = outcome.broken();
            if (without == null) {
                System.out.println(head + "linearizable; " + outcome.text());
                return true;
            }
            System.out.println(head + "NOT LINEARIZABLE; " + outcome.text() + "\ncell "
                    + without.get(0).asked().key() + ", see " + keep(plan.seed(), outcome.history(), without));
        } catch (TestAbortedException e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            while (ending) {
                // Somebody has ended the program, so what it needs is gone.
                LockSupport.park();
            }
            System.out.println(head + "BAD\n" + e);
        }
        return false;
    }

    private Path keep(long ofSeed, History history, List<Act> without) {
        try {
            Path directory = Files.createDirectories(keep.resolve("seed-" + ofSeed));
            Files.writeString(
                    directory.resolve("history.tsv"),
                    "client\tmember\tbegun\tended\tasked\tfound\n"
                            + history.acts().stream().map(Act::toString).collect(Collectors.joining("\n", "", "\n")));
            Path page = directory.resolve("timeline.html");
            Files.writeString(page, Timeline.page("seed " + ofSeed, history, without));
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Nemesis.Evil evil(String name) {
        try {
            return Nemesis.Evil.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "there is no fault '" + name + "', only "
                            + Arrays.stream(Nemesis.Evil.values())
                                    .map(each -> each.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(", ")),
                    e);
        }
    }

    private static @Nullable Fault fault(String name) {
        try {
            return Fault.of(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--break is early or forgetful, not '" + name + "'", e);
        }
    }
}
