package org.flushspread.examples;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.flushspread.flush.FlushConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A lock that many processes share: see {@link LockTable} for how. */
@Command(
        name = "lock-service",
        mixinStandardHelpOptions = true,
        description = {
            "A lock for processes on many hosts. The oldest member leads; when it dies the next oldest "
                    + "does, and the lock of a dead member goes to the next who waits. Commands: lock, unlock, "
                    + "holder, members, quit.",
            ""
        })
public final class LockService implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "The name of this member, up to 10 characters.")
    private String name = "";

    @Option(names = "-s", paramLabel = "PORT[@HOST]", description = "The daemon. Default: ${DEFAULT-VALUE}.")
    private String daemon = "4803@localhost";

    @Option(names = "-g", paramLabel = "GROUP", description = "The group, one lock each. Default: ${DEFAULT-VALUE}.")
    private String group = "lock";

    @Option(
            names = "--of",
            paramLabel = "N",
            description = "How many members there are in all: after a partition only the side with more than half of"
                    + " them gives the lock. Default: 1, each side gives it.")
    private int all = 1;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description =
                    "When commands come from a file or a pipe: how long 'lock' waits for the lock. The exit status"
                            + " is 1 if it does not come. Default: ${DEFAULT-VALUE}.")
    private int patience = 30;

    private final Supplier<Console> consoles;

    LockService(Supplier<Console> consoles) {
        this.consoles = consoles;
    }

    /** Runs the program. */
    public static void main(String[] args) {
        System.exit(Example.run(new LockService(() -> Console.open("lock> ")), args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (FlushConnection connection = FlushConnection.connect(daemon, name);
                Console console = consoles.get()) {
            LockTable table = new LockTable(connection.join(group), all, console::println);
            table.open(Duration.ofSeconds(10));
            boolean unknown = false;
            for (String line = console.readLine(); line != null; line = console.readLine()) {
                switch (line.strip()) {
                    case "" -> {}
                    case "lock" -> {
                        table.lock();
                        if (!console.isPerson() && !table.awaitLock(Duration.ofSeconds(patience))) {
                            console.println("failed: the lock did not come within " + patience + " s");
                            return 1;
                        }
                    }
                    case "unlock" -> table.unlock();
                    case "holder" -> table.showHolder();
                    case "members" -> table.showMembers();
                    case "quit" -> {
                        return 0;
                    }
                    default -> {
                        console.println("commands: lock, unlock, holder, members, quit");
                        unknown = true;
                    }
                }
            }
            return unknown && !console.isPerson() ? 1 : 0;
        }
    }
}
