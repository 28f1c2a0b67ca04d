package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.Wait;
import org.flushspread.flush.client.ReplicaClient;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two hundred clients at a ring of three daemons write while members are killed: what was answered is there once (R32, R33). */
@Timeout(300)
class ClientsOfKilledMembersTest {
    private static final int CLIENTS = 200;
    private static final int MEMBERS = 3;

    private final Map<String, Process> members = new HashMap<>();
    private final List<ReplicaClient<String, Integer>> clients = new ArrayList<>();
    private List<PeerDaemon> daemons = List.of();

    @TempDir
    private Path directory;

    @AfterEach
    void end() throws InterruptedException {
        clients.forEach(ReplicaClient::close);
        for (Process each : members.values()) {
            each.destroyForcibly().waitFor();
        }
        daemons.forEach(PeerDaemon::close);
    }

    private void start(int at) {
        String name = "m" + at;
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LedgerProcess.class.getName(),
                            daemons.get(at).name(),
                            name,
                            Integer.toString(MEMBERS),
                            directory.resolve(name).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            members.put(name, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Before that it may not be missed: others may be needed for it to get the state. */
    private void awaitPrimary(int at) throws IOException {
        BufferedReader says = process(at).inputReader();
        String line;
        do {
            line = says.readLine();
            assertThat(line).as("m%d has ended", at).isNotNull();
        } while (!line.equals(LedgerProcess.PRIMARY));
    }

    private Process process(int at) {
        Process process = members.get("m" + at);
        assertThat(process).isNotNull();
        return process;
    }

    private void kill(int at) throws InterruptedException {
        process(at).destroyForcibly().waitFor();
    }

    /** What the clients of this test were told. */
    private final Set<String> answered = ConcurrentHashMap.newKeySet();

    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final AtomicLong uncertain = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong open = new AtomicLong();

    /** One command behind the other. */
    private void write(int client, int number) {
        String line = client + " " + number;
        open.incrementAndGet();
        var unused = clients.get(client).submit(line).whenComplete((result, error) -> {
            if (error == null) {
                answered.add(line);
            } else if (error instanceof UncertainException) {
                uncertain.incrementAndGet();
            } else {
                refused.add(line);
            }
            if (!over.get()) {
                write(client, number + 1);
            }
            open.decrementAndGet();
        });
    }

    private void awaitAnswers(int more) {
        long enough = answered.size() + (long) more;
        Wait.until(
                () -> more + " answers more than " + (enough - more) + "; refused " + refused.size() + ", uncertain "
                        + uncertain,
                () -> answered.size() >= enough);
    }

    @Test
    void everyAnsweredCommandIsThereOnceWhateverMembersAreKilled() throws Exception {
        daemons = PeerDaemon.ring(DaemonKind.OURS_4, MEMBERS);
        for (int i = 0; i < MEMBERS; i++) {
            start(i);
        }
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(ReplicaClient.connect(
                    daemons.get(i % MEMBERS).name(),
                    "ledger",
                    Codec.strings(),
                    Ledger.ANSWERS,
                    options -> options.limit(Wait.LONGEST)));
            write(i, 1);
        }
        for (int i = 0; i < MEMBERS; i++) {
            awaitPrimary(i);
        }
        for (int round = 0; round < MEMBERS; round++) {
            kill(round);
            awaitAnswers(CLIENTS);
            start(round);
            awaitPrimary(round);
            awaitAnswers(CLIENTS);
        }
        over.set(true);
        Wait.until("all requests to end", () -> open.get() == 0);
        ReplicaClient<String, Integer> reader = clients.get(0);
        int lines = get(reader.read(Consistency.LINEARIZABLE, Ledger.ALL));
        assertThat(lines).isBetween(answered.size(), answered.size() + uncertain.intValue());
        assertThat(get(reader.read(Consistency.SEQUENTIAL, Ledger.DIFFERENT))).isEqualTo(lines);
        compare(reader, answered, 1);
        compare(reader, refused, 0);
        System.out.println(answered.size() + " commands of " + CLIENTS + " clients answered, " + refused.size()
                + " refused, " + uncertain + " uncertain; " + lines + " done");
    }

    private static int get(CompletableFuture<Integer> answer) throws Exception {
        return answer.get(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    /** Some of them, since each is looked for among all; their number and that none is there twice is compared for all. */
    private static void compare(ReplicaClient<String, Integer> reader, Set<String> lines, int times) throws Exception {
        Map<String, CompletableFuture<Integer>> counts = new HashMap<>();
        int at = 0;
        for (String each : lines) {
            if (at++ % (1 + lines.size() / 400) == 0) {
                counts.put(each, reader.read(Consistency.SEQUENTIAL, each));
            }
        }
        for (Map.Entry<String, CompletableFuture<Integer>> each : counts.entrySet()) {
            assertThat(get(each.getValue())).as(each.getKey()).isEqualTo(times);
        }
    }
}
