package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A state that is larger than what anybody holds of it at a time comes to members while commands go on (replica-protocol R25, R26). */
@Timeout(180)
class StateTransfersTest {
    private static final int BLOCK = 1 << 16;
    private static final int BLOCKS = 400;

    /** Counts commands, with a large state beside the count. */
    private static final class Large implements StateMachine<String, Long> {
        /** Half of it is written when this one is down; the rest waits for the other. */
        final CountDownLatch half = new CountDownLatch(1);

        final CountDownLatch release = new CountDownLatch(1);
        volatile boolean waits;
        private boolean filled;
        volatile long count;

        @Override
        public Long apply(String command) {
            filled = true;
            return ++count;
        }

        @Override
        public Snapshotter snapshotter() {
            return () -> {
                long now = count;
                boolean full = filled;
                return out -> write(out, now, full);
            };
        }

        private void write(DataOutput out, long now, boolean full) throws IOException {
            out.writeLong(now);
            byte[] block = new byte[BLOCK];
            for (int i = 0; full && i < BLOCKS; i++) {
                if (waits && i == BLOCKS / 2) {
                    half.countDown();
                    await();
                }
                block[i] = (byte) i;
                out.write(block);
            }
        }

        boolean isHalfWritten() {
            return half.getCount() == 0;
        }

        private void await() throws IOException {
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
            write(out, count, filled);
        }

        @Override
        public void load(DataInput in) throws IOException {
            count = in.readLong();
            filled = count > 0;
            byte[] wanted = new byte[BLOCK];
            byte[] block = new byte[BLOCK];
            for (int i = 0; filled && i < BLOCKS; i++) {
                in.readFully(block);
                wanted[i] = (byte) i;
                assertThat(block).isEqualTo(wanted);
            }
        }
    }

    private final TestDaemon daemon = new TestDaemon();
    private final List<String> reports = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        daemon.close();
    }

    private ReplicatedStateMachine<Large, String, Long> join(
            String name, Large machine, UnaryOperator<ReplicaOptions> more) {
        ReplicatedStateMachine<Large, String, Long> member = ReplicatedStateMachine.join(
                daemon.name(),
                "large",
                machine,
                Codec.strings(),
                options -> more.apply(options.name(name)
                        .primary(Quorum.majorityOf(2))
                        .onReport((reason, text) -> reports.add(reason + ": " + text))));
        daemon.keep(member);
        return member;
    }

    private static void submit(ReplicatedStateMachine<Large, String, Long> member, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            member.submit("more").get(60, TimeUnit.SECONDS);
        }
    }

    private static void awaitCount(Large machine, long count) {
        Wait.until(() -> "command " + count + ", not " + machine.count, () -> machine.count >= count);
        assertThat(machine.count).isEqualTo(count);
    }

    @Test
    void commandsGoOnWhileAStateComesAndTheNextHolderHandsOutTheRestWhenTheDonorIsGone() throws Exception {
        List<Large> machines = List.of(new Large(), new Large(), new Large());
        List<ReplicatedStateMachine<Large, String, Long>> holders = new ArrayList<>();
        for (int i = 0; i < machines.size(); i++) {
            holders.add(join("h" + i, machines.get(i), options -> options.primary(Quorum.majorityOf(3))));
        }
        holders.forEach(each -> each.awaitPrimary(ofSeconds(60)));
        submit(holders.get(0), 3);
        machines.forEach(each -> awaitCount(each, 3));
        // Whoever is the donor stops in the middle.
        machines.forEach(each -> each.waits = true);
        Large joining = new Large();
        var joiner = join("joiner", joining, options -> options.primary(Quorum.majorityOf(3)));
        int donor = donor(machines);
        int next = (donor + 1) % 3;
        submit(holders.get(next), 20);
        assertThat(joiner.role()).isEqualTo(Role.CATCHING_UP);
        machines.forEach(each -> each.waits = false);
        holders.get(donor).close();
        machines.forEach(each -> each.release.countDown());
        joiner.awaitPrimary(ofSeconds(60));
        holders.get(next).awaitPrimary(ofSeconds(60));
        submit(holders.get(next), 1);
        awaitCount(joining, 24);
    }

    /** The one that hands the state out, once it has written half of it. */
    private static int donor(List<Large> machines) {
        Wait.until("a member hands the state out", () -> machines.stream().anyMatch(Large::isHalfWritten));
        return machines.stream().map(Large::isHalfWritten).toList().indexOf(true);
    }

    @Test
    void aMemberWithAStoreHasTheStateThatCameThereInPieces() throws Exception {
        Large first = new Large();
        Large second = new Large();
        var a = join("a", first, options -> options.store(directory.resolve("a")));
        var b = join("b", second, options -> options.store(directory.resolve("b")));
        a.awaitPrimary(ofSeconds(60));
        submit(a, 3);
        b.close();
        Large fresh = new Large();
        var c = join("c", fresh, options -> options.store(directory.resolve("c")));
        c.awaitPrimary(ofSeconds(60));
        submit(c, 2);
        awaitCount(first, 5);
        c.close();
        try (Stream<Path> files = Files.list(directory.resolve("c"))) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("snapshot-"))
                    .noneMatch(name -> name.endsWith(".new"));
        }
        Large again = new Large();
        join("c", again, options -> options.store(directory.resolve("c"))).awaitPrimary(ofSeconds(60));
        assertThat(again.count).isEqualTo(5);
        assertThat(reports).noneMatch(text -> text.contains("DAMAGED"));
    }
}
