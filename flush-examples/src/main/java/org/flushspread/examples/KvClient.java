package org.flushspread.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.flushspread.examples.KeyValueStore.Command;
import org.flushspread.flush.Consistency;
import org.flushspread.flush.client.ReplicaClient;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A client of the replicated key-value store that is no member of it. */
@picocli.CommandLine.Command(
        name = "kv-client",
        mixinStandardHelpOptions = true,
        description = {
            "A client of the key-value store that replicated-kv is a member of: it has no copy of the state and no "
                    + "vote, and goes on at another member when the one that served it is killed. Start as many as "
                    + "you like.",
            ""
        },
        footer = {
            "",
            "Commands: put KEY VALUE, get KEY (what anybody has been answered), look KEY (what some member has, not older "
                    + "than what was shown here before), del KEY, fill COUNT, quit."
        })
public final class KvClient implements Callable<Integer> {
    private static final String FAILED = "failed: ";
    private static final String COMMANDS = "commands: put KEY VALUE, get KEY, look KEY, del KEY, fill COUNT, quit";
    private static final int WINDOW = 500;

    @Parameters(
            index = "0..*",
            paramLabel = "PORT[@HOST]",
            description = "Daemons; the next one is tried when one is gone. Default: 4803@localhost.")
    private List<String> daemons = List.of();

    @Option(names = "-g", paramLabel = "GROUP", description = "The group. Default: ${DEFAULT-VALUE}.")
    private String group = "kv";

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            description =
                    "How long a command may take; then it has failed, or nobody knows. Default: ${DEFAULT-VALUE}.")
    private int limit = 15;

    private final Supplier<Console> consoles;

    KvClient(Supplier<Console> consoles) {
        this.consoles = consoles;
    }

    /** Runs the program. */
    public static void main(String[] args) {
        System.exit(Example.run(new KvClient(() -> Console.open("kv> ")), args));
    }

    @Override
    public Integer call() {
        String first = daemons.isEmpty() ? "4803@localhost" : daemons.get(0);
        String[] others = daemons.stream().skip(1).toArray(String[]::new);
        try (Console console = consoles.get();
                ReplicaClient<Command, Optional<String>> store = ReplicaClient.connect(
                        first,
                        group,
                        Command.CODEC,
                        KeyValueStore.ANSWERS,
                        options -> options.orDaemons(others).limit(Duration.ofSeconds(limit)))) {
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

    private static String answer(ReplicaClient<Command, Optional<String>> store, String[] words) {
        try {
            return switch (words[0] + " " + (words.length - 1)) {
                case "put 2" ->
                    "ok" + was(store.submit(new Command(words[1], words[2])).join());
                case "del 1" ->
                    "ok" + was(store.submit(new Command(words[1], null)).join());
                case "get 1" -> read(store, Consistency.LINEARIZABLE, words[1]);
                case "look 1" -> read(store, Consistency.SEQUENTIAL, words[1]);
                case "fill 1" -> fill(store, words[1]);
                default -> COMMANDS;
            };
        } catch (CompletionException e) {
            Throwable why = e.getCause();
            return FAILED + (why == null ? e.getMessage() : why.getMessage());
        }
    }

    private static String was(Optional<String> old) {
        return old.map(value -> ", was " + value).orElse(", was nothing");
    }

    private static String read(ReplicaClient<Command, Optional<String>> store, Consistency how, String key) {
        return store.read(how, new Command(key, null)).join().orElse("(nothing)");
    }

    /** Many commands on their way at once, as many as a client may have. */
    private static String fill(ReplicaClient<Command, Optional<String>> store, String count) {
        if (!count.matches("[0-9]{1,6}")) {
            return "fill takes a number up to 999999";
        }
        long start = System.nanoTime();
        int all = Integer.parseInt(count);
        for (int done = 0; done < all; done += WINDOW) {
            List<CompletableFuture<?>> results = new ArrayList<>();
            for (int i = done; i < Math.min(all, done + WINDOW); i++) {
                results.add(store.submit(new Command("key" + i, "value " + start + " " + i)));
            }
            results.forEach(CompletableFuture::join);
        }
        return count + " puts in " + (System.nanoTime() - start) / 1_000_000 + " ms";
    }
}
