package org.flushspread.examples;

import java.net.InetSocketAddress;
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
import org.flushspread.examples.redis.RedisService;
import org.flushspread.flush.Consistency;
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
            "With --resp it is another store, which clients of Redis use: redis-cli -p PORT.",
            ""
        },
        footer = {
            "",
            "Commands: put KEY VALUE, get KEY (in order with all commands), look KEY (what this member has "
                    + "now), del KEY, fill COUNT, members, role, digest, quit. With --resp: members, role, quit; it goes on "
                    + "behind the end of its input."
        })
public final class ReplicatedKv implements Callable<Integer> {
    private static final int SECONDS = 15;
    private static final String FAILED = "failed: ";
    private static final String COMMANDS =
            "commands: put KEY VALUE, get KEY, look KEY, del KEY, fill COUNT, members, role, digest, quit";
    private static final Duration PATIENCE = Duration.ofSeconds(SECONDS);
    /** Less than clients of Redis wait for an answer: many give up after two seconds. */
    private static final Duration REDIS_PATIENCE = Duration.ofMillis(1_500);

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of this member, up to 10 characters.")
    private String name = "";

    @Option(names = "-s", paramLabel = "PORT[@HOST]", description = "The daemon. Default: ${DEFAULT-VALUE}.")
    private String daemon = "4803@localhost";

    @Option(names = "-g", paramLabel = "GROUP", description = "The group. Default: kv, and redis with --resp.")
    private @Nullable String group;

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

    @Option(
            names = "--resp",
            paramLabel = "PORT[@HOST]",
            description = "Serve clients of Redis at this port, on localhost if no host is named; nobody is asked for a"
                    + " password. 0 for any port that is free.")
    private @Nullable String resp;

    @Option(
            names = "--reads",
            paramLabel = "linearizable|sequential",
            description =
                    "What reads of clients of Redis see: all that was answered to anybody before, for a round of the"
                            + " group that all who read share; or, without asking the others, all that this member has answered,"
                            + " perhaps not yet what another one has. Default: linearizable, as of one Redis.")
    private Consistency reads = Consistency.LINEARIZABLE;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Connections of clients of Redis at the most. Default: ${DEFAULT-VALUE}.")
    private int clients = 1_000;

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
                .onReport((reason, text) -> console.println("* " + text));
        return directory == null ? options : options.store(directory);
    }

    private static void showRoles(ReplicatedStateMachine<?, ?, ?> member, Console console) {
        member.onRoleChange(
                role -> console.println("* " + role + ": " + member.status().explanation()));
        console.println("* " + member.role() + ": " + member.status().explanation());
    }

    @Override
    public Integer call() {
        return resp == null ? serveKeyboard() : serveRedis(resp);
    }

    /** Until somebody types quit, or the member ends. */
    private Integer serveRedis(String where) {
        if (!where.matches("[0-9]{1,5}(@.+)?") || reads == Consistency.LOCAL) {
            throw new IllegalArgumentException("--resp takes PORT[@HOST], and --reads linearizable or sequential");
        }
        String[] parts = where.split("@", 2);
        InetSocketAddress address =
                new InetSocketAddress(parts.length > 1 ? parts[1] : "localhost", Integer.parseInt(parts[0]));
        // What is not the keys' stays free for what is on its way, and for snapshots.
        long memory = Runtime.getRuntime().maxMemory() / 2;
        try (Console console = consoles.get();
                RedisService service = RedisService.start(
                        daemon,
                        group == null ? "redis" : group,
                        standard -> options(standard, console),
                        new RedisService.Options(address, reads, clients, memory, REDIS_PATIENCE))) {
            ReplicatedStateMachine<?, ?, ?> member = service.replica();
            showRoles(member, console);
            console.println("* serving clients of Redis at port " + service.port());
            for (String line = console.readLine(); line != null; line = console.readLine()) {
                switch (line.strip()) {
                    case "quit" -> {
                        return 0;
                    }
                    case "members" -> console.println(members(member));
                    case "role" ->
                        console.println(member.role() + ": " + member.status().explanation());
                    default -> console.println("commands: members, role, quit");
                }
            }
            throw member.closed().join();
        }
    }

    private Integer serveKeyboard() {
        try (Console console = consoles.get();
                ReplicatedStateMachine<KeyValueStore, Command, Optional<String>> store = ReplicatedStateMachine.join(
                        daemon,
                        group == null ? "kv" : group,
                        new KeyValueStore(),
                        Command.CODEC,
                        standard -> options(standard, console).serveClients())) { // kv-client is one
            showRoles(store, console);
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
            case "members 0" -> members(store);
            case "role 0" -> store.role() + ": " + store.status().explanation();
            case "digest 0" -> store.read(state -> "digest " + state.digest() + ", " + state.size() + " keys");
            default -> COMMANDS;
        };
    }

    private static String members(ReplicatedStateMachine<?, ?, ?> member) {
        ReplicaStatus status = member.status();
        return status.members() + (status.catchingUp().isEmpty() ? "" : ", catching up: " + status.catchingUp());
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
