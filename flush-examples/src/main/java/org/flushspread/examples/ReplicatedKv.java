package org.flushspread.examples;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.flushspread.examples.KeyValueStore.Command;
import org.flushspread.flush.ReplicaOptions;
import org.flushspread.flush.ReplicaStatus;
import org.flushspread.flush.ReplicatedStateMachine;
import org.flushspread.flush.replica.Quorum;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One member of a replicated key-value store, with a command line. */
@picocli.CommandLine.Command(
        name = "replicated-kv",
        mixinStandardHelpOptions = true,
        description = {
            "One member of a key-value store that all members keep alike. Start as many as --of says, each "
                    + "with its own name; kill -9 any of them and start it again: it catches up, and nothing that was "
                    + "answered is lost.",
            ""
        },
        footer = {
            "",
            "Commands: put KEY VALUE, get KEY (in order with all commands), look KEY (what this member has "
                    + "now), del KEY, fill COUNT, members, role, digest, quit."
        })
public final class ReplicatedKv implements Callable<Integer> {
    private static final int SECONDS = 15;
    private static final String FAILED = "failed: ";
    private static final String COMMANDS =
            "commands: put KEY VALUE, get KEY, look KEY, del KEY, fill COUNT, members, role, digest, quit";
    private static final Duration PATIENCE = Duration.ofSeconds(SECONDS);

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of this member, up to 10 characters.")
    private String name = "";

    @Option(names = "-s", paramLabel = "PORT[@HOST]", description = "The daemon. Default: ${DEFAULT-VALUE}.")
    private String daemon = "4803@localhost";

    @Option(names = "-g", paramLabel = "GROUP", description = "The group. Default: ${DEFAULT-VALUE}.")
    private String group = "kv";

    @Option(
            names = "--of",
            paramLabel = "N",
            description = "How many members there are in all; more than half of them must be there for a command to be"
                    + " taken, all of them at the very first. Default: ${DEFAULT-VALUE}.")
    private int all = 3;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Keep the log in this directory, one for each member: then all may be stopped and started"
                    + " again. Default: in memory, what is lost when too many die at a time.")
    private @Nullable Path directory;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description = "When commands come from a file or a pipe: how long to wait, before the first one, until this"
                    + " member may take commands. The exit status is 1 if it may not, or a command failed. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int patience = 30;

    private final Supplier<Console> consoles;

    ReplicatedKv(Supplier<Console> consoles) {
        this.consoles = consoles;
    }

    /** Runs the program. */
    public static void main(String[] args) {
        System.exit(Example.run(new ReplicatedKv(() -> Console.open("kv> ")), args));
    }

    private ReplicaOptions options(ReplicaOptions standard, Console console) {
        ReplicaOptions options = standard.name(name)
                .primary(Quorum.majorityOf(all))
                .rejectOutsidePrimary()
                .serveClients() // kv-client is one
                .onReport((reason, text) -> console.println("* " + text));
        return directory == null ? options : options.store(directory);
    }

    @Override
    public Integer call() {
        try (Console console = consoles.get();
                ReplicatedStateMachine<KeyValueStore, Command, Optional<String>> store = ReplicatedStateMachine.join(
                        daemon, group, new KeyValueStore(), Command.CODEC, standard -> options(standard, console))) {
            store.onRoleChange(
                    role -> console.println("* " + role + ": " + store.status().explanation()));
            console.println("* " + store.role() + ": " + store.status().explanation());
            if (!console.isPerson()) {
                store.awaitPrimary(Duration.ofSeconds(patience));
            }
            boolean failed = false;
            for (String line = console.readLine(); line != null; line = console.readLine()) {
                String[] words = line.strip().split("\\s+", 3);
                if (words[0].equals("quit")) {
                    break;
                }
                String answer = answer(store, words);
                console.println(answer);
                failed |= answer.startsWith(FAILED) || answer.startsWith(COMMANDS);
            }
            return failed && !console.isPerson() ? 1 : 0;
        }
    }

    private static String answer(
            ReplicatedStateMachine<KeyValueStore, Command, Optional<String>> store, String[] words) {
        String command = words[0] + " " + (words.length - 1);
        return switch (command) {
            case "put 2" -> await(store.submit(new Command(words[1], words[2])).thenApply(old -> "ok" + was(old)));
            case "del 1" -> await(store.submit(new Command(words[1], null)).thenApply(old -> "ok" + was(old)));
            case "get 1" -> await(store.readOrdered(state -> state.get(words[1]).orElse("(nothing)")));
            case "look 1" -> store.read(state -> state.get(words[1]).orElse("(nothing)"));
            case "fill 1" -> fill(store, words[1]);
            case "members 0" -> {
                ReplicaStatus status = store.status();
                yield status.members() + (status.catchingUp().isEmpty() ? "" : ", catching up: " + status.catchingUp());
            }
            case "role 0" -> store.role() + ": " + store.status().explanation();
            case "digest 0" -> store.read(state -> "digest " + state.digest() + ", " + state.size() + " keys");
            default -> COMMANDS;
        };
    }

    private static String was(Optional<String> old) {
        return old.map(value -> ", was " + value).orElse(", was nothing");
    }

    /** Many commands on their way at once: they need not wait for each other. */
    private static String fill(ReplicatedStateMachine<KeyValueStore, Command, Optional<String>> store, String count) {
        if (!count.matches("[0-9]{1,6}")) {
            return "fill takes a number up to 999999";
        }
        long start = System.nanoTime();
        List<CompletableFuture<Optional<String>>> results = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(count); i++) {
            results.add(store.submit(new Command("key" + i, "value " + start + " " + i), PATIENCE));
        }
        return await(CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> count + " puts in " + (System.nanoTime() - start) / 1_000_000 + " ms"));
    }

    /** The answer, or why there is none: refused (no effect), or uncertain (perhaps an effect). */
    private static String await(CompletableFuture<String> answer) {
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable why = e.getCause();
            return FAILED + (why == null ? e.getMessage() : why.getMessage());
        } catch (TimeoutException e) {
            return FAILED + "no answer within " + SECONDS + " s; it may still come to pass";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED + "interrupted";
        }
    }
}
