package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.ReplicaReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands go on while a snapshot is written (replica-protocol R23). */
@Timeout(120)
class SnapshotsBehindTest {
    private static final int CHUNK = 1 << 16;

    /** A counter with a large state beside it, which is handed out as it stands and written slowly. */
    private static final class Large implements StateMachine<String, Long> {
        private final int chunks;
        final CountDownLatch half = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch written = new CountDownLatch(1);
        volatile boolean fails;
        volatile long count;

        Large(int chunks) {
            this.chunks = chunks;
        }

        @Override
        public Long apply(String command) {
            return ++count;
        }

        @Override
        public Snapshotter snapshotter() {
            return () -> {
                long now = count;
                return out -> write(out, now);
            };
        }

        private void write(DataOutput out, long now) throws IOException {
            out.writeLong(now);
            byte[] chunk = new byte[CHUNK];
            for (int i = 0; i < chunks; i++) {
                if (i == chunks / 2) {
                    half.countDown();
                    awaitRelease();
                }
                out.write(chunk);
            }
            if (fails) {
                throw new IOException("as told");
            }
            written.countDown();
        }

        private void awaitRelease() throws IOException {
            try {
                if (!release.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("not released");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeLong(count);
            byte[] chunk = new byte[CHUNK];
            for (int i = 0; i < chunks; i++) {
                out.write(chunk);
            }
        }

        @Override
        public void load(DataInput in) throws IOException {
            count = in.readLong();
            in.readFully(new byte[chunks * CHUNK]);
        }
    }

    private final TestDaemon daemon = new TestDaemon();
    private final List<ReplicaReason> reports = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        daemon.close();
    }

    private ReplicatedStateMachine<Large, String, Long> join(Large machine) {
        return join(machine, 1L << 30);
    }

    private ReplicatedStateMachine<Large, String, Long> join(Large machine, long rate) {
        return ReplicatedStateMachine.join(
                daemon.name(),
                "large",
                machine,
                Codec.strings(),
                options -> options.primary(Quorum.majorityOf(1))
                        .store(directory)
                        .snapshotEvery(10)
                        .snapshotRate(rate)
                        .onReport((reason, text) -> reports.add(reason)));
    }

    private List<String> snapshots() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString())
                    .filter(name -> name.matches("snapshot-\\d+"))
                    .toList();
        }
    }

    private static void submit(ReplicatedStateMachine<Large, String, Long> member, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            member.submit("more").get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void commandsHaveTheirResultsWhileAStateOf200MegabytesIsWritten() throws Exception {
        Large machine = new Large(200 << 4);
        try (var member = join(machine)) {
            member.awaitPrimary(ofSeconds(60));
            submit(member, 10);
            assertThat(machine.half.await(60, TimeUnit.SECONDS)).isTrue();
            submit(member, 50);
            assertThat(snapshots()).isEmpty();
            machine.release.countDown();
            assertThat(machine.written.await(60, TimeUnit.SECONDS)).isTrue();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (snapshots().isEmpty() && System.nanoTime() < end) {
                submit(member, 1);
            }
            assertThat(snapshots()).hasSize(1);
        }
        Large again = new Large(200 << 4);
        join(again).close();
        assertThat(again.count).isGreaterThanOrEqualTo(60);
        assertThat(reports).isEmpty();
    }

    @Test
    void aSnapshotThatCannotBeWrittenIsReportedAndTheMemberGoesOn() throws Exception {
        Large machine = new Large(1);
        machine.fails = true;
        machine.release.countDown();
        try (var member = join(machine)) {
            member.awaitPrimary(ofSeconds(60));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (reports.isEmpty() && System.nanoTime() < end) {
                submit(member, 1);
            }
            assertThat(reports).contains(ReplicaReason.SNAPSHOT_FAILED);
            machine.fails = false;
            while (snapshots().isEmpty() && System.nanoTime() < end) {
                submit(member, 1);
            }
            assertThat(snapshots()).hasSize(1);
        }
    }

    @Test
    void aSnapshotIsWrittenNoFasterThanAllowed() throws Exception {
        Large machine = new Large(2 << 4);
        try (var member = join(machine, 4 << 20)) {
            member.awaitPrimary(ofSeconds(60));
            long begun = System.nanoTime();
            machine.release.countDown();
            submit(member, 10);
            assertThat(machine.written.await(60, TimeUnit.SECONDS)).isTrue();
            // Two megabytes at four in a second, but for what is in a buffer yet.
            assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(450));
        }
    }
}
