package org.flushspread.flush;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.flush.replica.ReplicaReason;
import org.flushspread.flush.replica.Role;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Members of a replicated state machine go on without one that hangs and without strangers; who wakes up catches up (exclusion.md). */
@Tag("once")
@Timeout(180)
class GoingOnTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final int port = TestPorts.free();
    private final List<ReplicatedStateMachine<?, ?, ?>> open = new ArrayList<>();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private @Nullable EmbeddedDaemon daemon;
    private @Nullable Process process;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() {
        String text = "Spread_Segment 127.0.1.255:" + port + " { d1 127.0.1.1 { 127.0.1.1 } }\n";
        daemon = EmbeddedDaemon.start(
                Configuration.parse(text, "test", HostResolver.LOCALHOST_ONLY),
                "d1",
                DaemonOptions.DEFAULTS.withSocketDirectory(Optional.empty()));
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        open.forEach(ReplicatedStateMachine::close);
        if (daemon != null) {
            daemon.close();
        }
    }

    private String address() {
        return port + "@127.0.1.1";
    }

    private ReplicatedStateMachine<ReplicatedLog, String, Integer> join(
            String name, UnaryOperator<ReplicaOptions> more) {
        ReplicatedStateMachine<ReplicatedLog, String, Integer> joined = ReplicatedStateMachine.join(
                address(),
                "log",
                new ReplicatedLog(),
                Codec.strings(),
                options -> more.apply(options.name(name)
                        .suspectAfter(PATIENCE)
                        .onReport((reason, said) -> reports.add(name + " " + reason + ": " + said))));
        open.add(joined);
        return joined;
    }

    /** Again while its outcome is uncertain, as it is when a view changes under way. */
    private void submit(ReplicatedStateMachine<ReplicatedLog, String, Integer> to, String command) throws Exception {
        int answer = 0;
        while (answer == 0) {
            answer = to.submit(command)
                    .exceptionally(why -> {
                        assertThat(why).as(reports.toString()).isInstanceOf(UncertainException.class);
                        return 0;
                    })
                    .get(60, TimeUnit.SECONDS);
        }
    }

    private static void submit(Process to, String command) throws IOException {
        String answer = "submitted 0";
        while (answer.equals("submitted 0")) {
            answer = ask(to, "submit " + command + " 1", "submitted");
        }
        assertThat(answer).isEqualTo("submitted 1");
    }

    // ---- a process that is stopped

    private Process startProcess(String name, String... more) throws IOException {
        List<String> command = JavaProgram.OF_TESTS.command(ReplicaProcess.class.getName(), "-Xmx128m");
        command.addAll(List.of(address(), name, "0"));
        command.addAll(List.of(more));
        Process started = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process = started;
        return started;
    }

    private static void signal(Process to, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(to.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String ask(Process process, String order, String beginning) throws IOException {
        Writer orders = process.outputWriter(UTF_8);
        orders.write(order + "\n");
        orders.flush();
        BufferedReader answers = process.inputReader(UTF_8);
        String line = answers.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = answers.readLine();
        }
        return String.valueOf(line);
    }

    /** One of them may have been out for a while, on a machine that stood still; they come back by themselves. */
    private static void awaitMembers(ReplicatedStateMachine<?, ?, ?> at, int size, Predicate<Stream<String>> also) {
        Wait.until(() -> at.status().toString(), () -> {
            List<String> members = at.status().members();
            return members.size() == size && also.test(members.stream());
        });
    }

    private static String digest(ReplicatedStateMachine<ReplicatedLog, String, Integer> of) {
        return of.readOrdered(state -> "digest " + state.commands.size() + " " + state.commands.hashCode())
                .join();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void theOthersCommitWhileOneIsStoppedAndItCatchesUpWhenItWakes() throws Exception {
        var a = join("a", options -> options.founder(true));
        a.awaitPrimary(Duration.ofSeconds(60));
        var b = join("b", options -> options);
        Process x = startProcess("x");
        assertThat(ask(x, "primary", "primary")).isEqualTo("primary");
        submit(a, "before");

        signal(x, "STOP");
        var d = join("d", options -> options);
        d.awaitPrimary(Duration.ofSeconds(60));
        submit(a, "while another joins");
        submit(d, "of the new one");
        awaitMembers(a, 3, members -> members.noneMatch(each -> each.contains("#x#")));
        d.close();
        submit(b, "while another leaves");
        Wait.until(
                reports::toString,
                () -> reports.stream()
                        .anyMatch(each -> each.contains(ReplicaReason.EXCLUDED.name()) && each.contains("#x#")));

        signal(x, "CONT");
        submit(x, "again");
        assertThat(ask(x, "digest", "digest")).isEqualTo(digest(a)).isEqualTo(digest(b));
        awaitMembers(a, 3, members -> members.anyMatch(each -> each.contains("#x#")));
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void whoIsStoppedWhileOthersWaitForItsDiskIsCalledForAndExcluded() throws Exception {
        var a = join("a", options -> options.founder(true).store(directory.resolve("a")));
        a.awaitPrimary(Duration.ofSeconds(60));
        Process x = startProcess("x", directory.resolve("x").toString());
        assertThat(ask(x, "primary", "primary")).isEqualTo("primary");
        submit(a, "before");

        signal(x, "STOP");
        // Half of the primary with its first member: enough to go on, but no majority of disks until x is out.
        submit(a, "without x");
        assertThat(a.role()).isEqualTo(Role.PRIMARY);
        assertThat(a.status().members()).hasSize(1);

        signal(x, "CONT");
        submit(x, "again");
        assertThat(ask(x, "digest", "digest")).isEqualTo(digest(a));
    }

    // ---- strangers

    @Test
    void aPlainClientThatJoinsTheGroupHoldsUpNobody() throws Exception {
        var a = join("a", options -> options.founder(true));
        a.awaitPrimary(Duration.ofSeconds(60));
        var b = join("b", options -> options);
        b.awaitPrimary(Duration.ofSeconds(60));
        submit(a, "before");
        try (SpreadConnection stranger = SpreadConnection.connect(address(), "stranger")) {
            stranger.join("log");
            Wait.until(
                    "who is excluded is named", () -> reports.stream().anyMatch(each -> each.contains("#stranger#")));
            submit(a, "with a stranger");
            var d = join("d", options -> options);
            d.awaitPrimary(Duration.ofSeconds(60));
            submit(d, "of a joiner");
            awaitMembers(a, 3, members -> true);
        }
        submit(b, "after");
        assertThat(digest(a)).isEqualTo(digest(b));
    }

    @Test
    void aProgramThatConsentsAndIsNoMemberIsExcludedByName() throws Exception {
        var a = join("a", options -> options.founder(true));
        a.awaitPrimary(Duration.ofSeconds(60));
        try (FlushConnection other = FlushConnection.connect(address(), "other")) {
            other.join("log").listen(new FlushListener() {});
            Wait.until(
                    "who is excluded is named",
                    () -> reports.stream()
                            .anyMatch(
                                    each -> each.contains(ReplicaReason.EXCLUDED.name()) && each.contains("#other#")));
            submit(a, "with another program");
            assertThat(a.status().members()).hasSize(1);
            assertThat(a.role()).isEqualTo(Role.PRIMARY);
        }
    }

    // ---- groups of connections

    @Test
    void aGroupOfConnectionsGoesOnWithoutAHandlerThatDoesNotComeBackAndItJoinsAgain() {
        try (FlushConnection a = patient("a");
                FlushConnection b = patient("b");
                FlushConnection x = patient("x")) {
            List<FlushEvent> seen = new CopyOnWriteArrayList<>();
            FlushGroup first = a.join("g");
            first.listen(new FlushListener() {});
            FlushGroup hanging = x.join("g");
            hanging.listen(new FlushListener() {
                @Override
                public void onView(View view) {
                    seen.add(view);
                }

                @Override
                public void onFlushRequest(FlushRequest request) {
                    if (seen.size() == 1) {
                        request.defer();
                    }
                }

                @Override
                public void onExcluded(Excluded excluded) {
                    seen.add(excluded);
                }

                @Override
                public void onSelfLeave(SelfLeave left) {
                    seen.add(left);
                }
            });
            first.awaitView(2, Duration.ofSeconds(60));
            Wait.until("x is in", () -> !seen.isEmpty());
            FlushGroup third = b.join("g");
            third.listen(new FlushListener() {});
            View without = third.awaitView(2, Duration.ofSeconds(60));
            assertThat(without.members()).containsExactly(a.privateGroup(), b.privateGroup());
            assertThat(without.excluded()).containsExactly(x.privateGroup());
            Wait.until("x learns it: " + seen, () -> seen.size() == 3);
            assertThat(seen.get(1)).isEqualTo(new Excluded("g"));
            assertThat(seen.get(2)).isInstanceOf(SelfLeave.class);
            assertThat(hanging.hasLeft()).isTrue();
            FlushGroup again = x.join("g");
            again.listen(new FlushListener() {});
            assertThat(again.awaitView(3, Duration.ofSeconds(60)).members()).hasSize(3);
            first.awaitView(3, Duration.ofSeconds(60));
        }
    }

    /** Suspects nobody who is only slow on a busy machine. */
    private FlushConnection patient(String name) {
        return FlushConnection.connect(FlushOptions.of(address(), name).withSuspectAfter(Duration.ofSeconds(4)));
    }

    private FlushConnection connect(String name) {
        return FlushConnection.connect(FlushOptions.of(address(), name).withSuspectAfter(Duration.ofMillis(500)));
    }
}
