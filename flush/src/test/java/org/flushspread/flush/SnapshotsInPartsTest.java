package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Quorum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member writes the parts of its state that have changed since the snapshot before (replica-protocol R27). */
@Timeout(120)
class SnapshotsInPartsTest {
    private static final int EVERY = 10;
    private static final int PARTS = 100;
    private static final int PART = 1 << 16;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** One byte a part, written as many. A command names the part that it adds one to. */
    private static final class Counters implements StateMachine<String, Long> {
        private final int version;
        final List<Integer> written = new CopyOnWriteArrayList<>();
        final AtomicInteger snapshots = new AtomicInteger();
        volatile long allocated;
        private byte[] values = new byte[PARTS];
        private long[] changed = new long[PARTS];

        Counters(int version) {
            this.version = version;
        }

        @Override
        public int version() {
            return version;
        }

        @Override
        public Long apply(String command, ApplyContext context) {
            int part = Integer.parseInt(command);
            changed[part] = context.index();
            return (long) ++values[part];
        }

        @Override
        public Snapshotter snapshotter() {
            return () -> new Frozen(this, values.clone(), changed.clone());
        }

        @Override
        public void save(DataOutput out) throws IOException {
            new Frozen(this, values, changed).write(out);
        }

        @Override
        public void load(DataInput in) throws IOException {
            byte[] part = new byte[PART];
            for (int i = 0; i < PARTS; i++) {
                in.readFully(part);
                values[i] = part[0];
            }
            changed = new long[PARTS];
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Frozen(Counters of, byte[] values, long[] changed) implements Snapshotter.InParts {
        @Override
        public int parts() {
            return PARTS;
        }

        @Override
        public long changed(int part) {
            return changed[part];
        }

        @Override
        public void write(int part, DataOutput out) throws IOException {
            byte[] bytes = new byte[PART];
            bytes[0] = values[part];
            long before = THREADS.getCurrentThreadAllocatedBytes();
            out.write(bytes);
            of.allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
            of.written.add(part);
        }

        @Override
        public void close() {
            of.snapshots.incrementAndGet();
        }
    }

    private final TestDaemon daemon = new TestDaemon();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        daemon.close();
    }

    private ReplicatedStateMachine<Counters, String, Long> join(Counters machine) {
        var member = ReplicatedStateMachine.join(
                daemon.name(),
                "counters",
                machine,
                Codec.strings(),
                options -> options.primary(Quorum.majorityOf(1))
                        .store(directory)
                        .snapshotEvery(EVERY)
                        .snapshotRate(1L << 30));
        member.awaitPrimary(ofSeconds(60));
        return member;
    }

    /** Commands until another snapshot is written; answers the parts that it has written. */
    private static List<Integer> nextSnapshot(
            ReplicatedStateMachine<Counters, String, Long> member, Counters machine, int... parts) throws Exception {
        int before = machine.snapshots.get();
        machine.written.clear();
        for (int i = 0; i < EVERY; i++) {
            member.submit(Integer.toString(parts[i % parts.length])).get(60, TimeUnit.SECONDS);
        }
        Wait.until("a snapshot is written", () -> machine.snapshots.get() > before);
        // It takes its place when the thread of the member comes to it, which it does before the next question.
        member.readOrdered(state -> 0).get(60, TimeUnit.SECONDS);
        return List.copyOf(machine.written);
    }

    private static List<Integer> allParts() {
        return Stream.iterate(0, part -> part + 1).limit(PARTS).toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString())
                    .filter(name -> name.matches("snapshot-\\d+"))
                    .toList();
        }
    }

    @Test
    void onlyPartsThatHaveChangedAreWrittenAlsoAfterAStart() throws Exception {
        Counters first = new Counters(0);
        try (var member = join(first)) {
            assertThat(nextSnapshot(member, first, 7)).isEqualTo(allParts());
            assertThat(nextSnapshot(member, first, 7, 9)).containsExactly(7, 9);
            assertThat(nextSnapshot(member, first, 99)).contains(99).hasSizeLessThanOrEqualTo(2);
        }
        assertThat(files()).hasSize(3);
        Counters second = new Counters(0);
        try (var member = join(second)) {
            assertThat(second.values).isEqualTo(first.values);
            assertThat(nextSnapshot(member, second, 1)).contains(1).hasSizeLessThanOrEqualTo(2);
        }
        Counters third = new Counters(0);
        join(third).close();
        assertThat(third.values).isEqualTo(second.values);
    }

    @Test
    void aProgramWithAnotherFormatWritesAllOfIt() throws Exception {
        Counters first = new Counters(0);
        try (var member = join(first)) {
            nextSnapshot(member, first, 7);
        }
        Counters second = new Counters(1);
        try (var member = join(second)) {
            assertThat(nextSnapshot(member, second, 1)).isEqualTo(allParts());
            assertThat(nextSnapshot(member, second, 2)).contains(2).hasSizeLessThanOrEqualTo(2);
        }
    }

    /** Six megabytes of state go through what is there once, of which a chunk (256 KiB) is the largest. */
    @Test
    void whatAStateTakesToBeWrittenDoesNotGrowWithIt() throws Exception {
        Counters machine = new Counters(0);
        try (var member = join(machine)) {
            List<Integer> written = new ArrayList<>(nextSnapshot(member, machine, 7));
            assertThat(written).hasSize(PARTS);
            assertThat(machine.allocated).isLessThan(PARTS * PART / 10);
        }
    }
}
