package org.flushspread.flush;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Quorum;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands know beside the state is the same at all members, and after restarts (replica-protocol R18 to R20). */
@Timeout(180)
class ContextTest {
    private static final Duration LONG = ofSeconds(60);

    /** Writes down what it is told. */
    private static final class Recorder implements StateMachine<String, String> {
        final List<String> lines = new ArrayList<>();
        private final int version;
        private boolean inBatch;
        int batches;

        @Nullable
        ApplyContext kept;

        Recorder(int version) {
            this.version = version;
        }

        @Override
        public String apply(String command, ApplyContext context) {
            kept = context;
            assertThat(inBatch).isTrue();
            String[] words = command.split(" ");
            if (words[0].equals("set")) {
                context.setTimer(words[1], ofMillis(Long.parseLong(words[2])));
            } else if (words[0].equals("cancel")) {
                command += context.cancelTimer(words[1]);
            }
            return write(command, context);
        }

        private String write(String what, ApplyContext context) {
            String line = context.index() + " " + context.time().toEpochMilli() + " " + what + " "
                    + context.random().nextInt(1000);
            lines.add(line);
            return line;
        }

        @Override
        public void onTimer(String name, ApplyContext context) {
            assertThat(inBatch).isTrue();
            write("fired " + name, context);
            if (name.equals("faulty")) {
                throw new IllegalStateException("a fault of the program");
            }
        }

        @Override
        public void beginBatch() {
            assertThat(inBatch).isFalse();
            inBatch = true;
            batches++;
        }

        @Override
        public void endBatch() {
            assertThat(inBatch).isTrue();
            inBatch = false;
        }

        @Override
        public int version() {
            return version;
        }

        @Override
        public void save(DataOutput out) throws IOException {
            assertThat(inBatch).isFalse();
            out.writeInt(lines.size());
            for (String each : lines) {
                out.writeUTF(each);
            }
        }

        @Override
        public void load(DataInput in) throws IOException {
            lines.clear();
            for (int i = in.readInt(); i > 0; i--) {
                lines.add(in.readUTF());
            }
        }
    }

    private final TestDaemon daemon = new TestDaemon();
    private final AtomicLong clockOfA = new AtomicLong(1_000_000);
    private final AtomicLong clockOfB = new AtomicLong(5_000_000);

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        daemon.closeAll();
    }

    private ReplicatedStateMachine<Recorder, String, String> join(
            String name, int version, AtomicLong clock, UnaryOperator<ReplicaOptions> with) {
        ReplicatedStateMachine<Recorder, String, String> joined = ReplicatedStateMachine.join(
                daemon.name(),
                "log",
                new Recorder(version),
                Codec.strings(),
                options -> with.apply(options.name(name)
                        .primary(Quorum.majorityOf(2))
                        .clock(() -> Instant.ofEpochMilli(clock.get()))
                        .store(directory.resolve(name))));
        return daemon.keep(joined);
    }

    private static List<String> linesOf(ReplicatedStateMachine<Recorder, String, String> of) {
        return of.read(state -> List.copyOf(state.lines));
    }

    private static List<String> await(ReplicatedStateMachine<Recorder, String, String> of, String last) {
        AtomicReference<List<String>> lines = new AtomicReference<>(List.of());
        Wait.until(() -> last + " in " + lines.get(), () -> {
            lines.set(linesOf(of));
            return lines.get().stream().anyMatch(each -> each.contains(last));
        });
        return lines.get();
    }

    @Test
    void timeIsTheLatestOfAllClocksAndTimersFireOnceAlsoAfterARestart() {
        var a = join("a", 0, clockOfA, options -> options);
        var b = join("b", 0, clockOfB, options -> options.snapshotEvery(2));
        a.awaitPrimary(LONG);
        b.awaitPrimary(LONG);
        assertThat(a.submit("x").join()).startsWith("1 1000000 x ");
        assertThat(b.submit("y").join()).startsWith("2 5000000 y ");
        assertThat(a.submit("set soon 50").join()).startsWith("3 5000000 set soon");
        a.submit("set faulty 60").join();
        a.submit("set later 5000").join();
        a.submit("set never 40").join();
        assertThat(a.submit("cancel never").join()).contains("cancel nevertrue ");
        clockOfB.addAndGet(2000); // the second of the view waits a second longer
        assertThat(await(a, "fired faulty"))
                .filteredOn(each -> each.contains("fired"))
                .hasSize(2);
        int batches = a.read(state -> state.batches);
        assertThat(batches).isPositive();
        assertThatThrownBy(() -> a.read(state -> state.kept).index()).hasMessageContaining("during the call");
        List<String> before = await(b, "fired faulty");
        assertThat(before).isEqualTo(linesOf(a));
        a.close();
        b.close();
        clockOfA.set(6_000_000);
        var a2 = join("a", 0, clockOfA, options -> options);
        var b2 = join("b", 0, clockOfB, options -> options);
        b2.awaitPrimary(LONG);
        List<String> after = await(b2, "fired later");
        assertThat(after).startsWith(before.toArray(new String[0])).hasSize(before.size() + 1);
        assertThat(await(a2, "fired later")).isEqualTo(after);
        assertThat(b2.submit("z").join()).contains(" 6000000 z ");
    }

    @Test
    void aStateOfANewerProgramIsRefusedByAnOlderOne() {
        UnaryOperator<ReplicaOptions> alone =
                options -> options.primary(Quorum.majorityOf(1)).snapshotEvery(1);
        try (var newer = join("a", 2, clockOfA, alone)) {
            newer.submit("x").join();
            newer.submit("y").join();
            // It is written on a thread of its own, and given up where the member ends before.
            Wait.until("a snapshot", () -> hasSnapshot(directory.resolve("a")));
        }
        assertThatThrownBy(() -> join("a", 1, clockOfA, alone))
                .hasStackTraceContaining("saved in version 2 of its format, and this program knows 1");
        try (var newest = join("a", 3, clockOfA, alone)) {
            assertThat(linesOf(newest)).hasSize(2);
        }
    }

    private static boolean hasSnapshot(Path store) {
        return List.of(store.toFile().list()).stream().anyMatch(name -> name.matches("snapshot-\\d+"));
    }
}
