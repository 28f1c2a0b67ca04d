package org.flushspread.flush;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.flushspread.flush.replica.Quorum;

/**
 * A member in a process of its own, told what to do line by line: {@code primary}, {@code submit PREFIX COUNT}, {@code digest}.
 * Arguments: daemon, name, size of the group or 0 for a dynamic majority, directory of the store or nothing.
 */
final class ReplicaProcess {
    private ReplicaProcess() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        try (ReplicatedStateMachine<ReplicatedLog, String, Integer> log =
                ReplicatedStateMachine.join(args[0], "log", new ReplicatedLog(), Codec.strings(), options -> {
                    // A machine with much else to do is not what is tested: nobody is gone before its process is.
                    ReplicaOptions own = options.name(args[1])
                            .primary(quorum(Integer.parseInt(args[2])))
                            .suspectAfter(Duration.ofSeconds(60));
                    return args.length > 3 ? own.store(Path.of(args[3])) : own;
                })) {
            String line;
            while ((line = in.readLine()) != null) {
                System.out.println(answer(log, line.split(" ")));
            }
        }
    }

    private static Quorum quorum(int members) {
        return members == 0 ? Quorum.dynamicMajority() : Quorum.majorityOf(members);
    }

    private static String answer(ReplicatedStateMachine<ReplicatedLog, String, Integer> log, String[] words) {
        switch (words[0]) {
            case "primary" -> {
                log.awaitPrimary(Duration.ofSeconds(60));
                return "primary";
            }
            case "submit" -> {
                List<CompletableFuture<Integer>> results = new ArrayList<>();
                for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                    results.add(log.submit(words[1] + i));
                }
                int known = 0;
                for (CompletableFuture<Integer> result : results) {
                    try {
                        result.join();
                        known++;
                    } catch (CompletionException e) {
                        // uncertain
                    }
                }
                return "submitted " + known;
            }
            case "digest" -> {
                return log.readOrdered(state -> "digest " + state.commands.size() + " " + state.commands.hashCode())
                        .join();
            }
            default -> {
                return "what is " + words[0] + "?";
            }
        }
    }
}
