package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.flushspread.flush.replica.AgreedState;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.LogEntry;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Sessions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of a session take effect once, whatever happens to connections and submitters; the guide, 4. */
@Timeout(180)
class SessionsTest {
    /** Adds, and keeps what it was given. */
    private static final class Adder implements StateMachine<Long, Long> {
        final List<Long> given = new ArrayList<>();
        long sum;

        @Override
        public Long apply(Long command) {
            if (command < 0) {
                throw new IllegalArgumentException("less than nothing");
            }
            given.add(command);
            sum += command;
            return sum;
        }

        @Override
        public Codec<Long> answers() {
            return Codec.longs();
        }

        @Override
        public void save(DataOutput out) throws IOException {
            out.writeLong(sum);
            out.writeInt(given.size());
            for (long each : given) {
                out.writeLong(each);
            }
        }

        @Override
        public void load(DataInput in) throws IOException {
            given.clear();
            sum = in.readLong();
            for (int i = in.readInt(); i > 0; i--) {
                given.add(in.readLong());
            }
        }
    }

    private final TestDaemon daemon = new TestDaemon();

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        daemon.closeAll();
    }

    private ReplicatedStateMachine<Adder, Long, Long> join(
            String name, int members, UnaryOperator<ReplicaOptions> with) {
        ReplicatedStateMachine<Adder, Long, Long> joined = ReplicatedStateMachine.join(
                daemon.name(),
                "sum",
                new Adder(),
                Codec.longs(),
                options -> with.apply(options.name(name).primary(Quorum.majorityOf(members))));
        return daemon.keep(joined);
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static Failure reason(CompletableFuture<?> future) throws Exception {
        Throwable why = await(future.<Throwable>handle((result, e) -> e));
        return ((ReplicaException) (why.getCause() == null ? why : why.getCause())).reason();
    }

    @Test
    void whatWasUncertainIsSentAgainAndDoneOnce() throws Exception {
        var a = join("a", 1, options -> options);
        a.awaitPrimary(ofSeconds(60));
        Session<Long, Long> session = a.session("orders");
        assertThat(await(session.last())).isZero();
        List<CompletableFuture<Long>> results = new ArrayList<>();
        for (long i = 1; i <= 300; i++) {
            results.add(session.submit(i));
            if (i % 100 == 50) {
                daemon.drop("#a#t1");
            }
        }
        for (CompletableFuture<Long> each : results) {
            await(each);
        }
        List<Long> given = a.read(state -> List.copyOf(state.given));
        assertThat(given).hasSize(300);
        assertThat(new HashSet<>(given)).hasSize(300);
    }

    @Test
    void whoComesAfterACrashAsksAgainByNumberAndEndsTheSessionBefore() throws Exception {
        var a = join("a", 2, options -> options.store(directory.resolve("a")));
        var b = join("b", 2, options -> options.store(directory.resolve("b")));
        Session<Long, Long> before = a.session("orders");
        assertThat(await(before.submit(41, 5L))).isEqualTo(5);
        assertThat(await(before.submit(6L))).isEqualTo(11);
        assertThatThrownBy(() -> await(before.submit(43, -1L))).hasCauseInstanceOf(IllegalArgumentException.class);
        Session<Long, Long> after = b.session("orders");
        assertThat(await(after.last())).isEqualTo(43);
        assertThat(await(after.submit(41, 5L))).as("the answer of then").isEqualTo(5);
        assertThatThrownBy(() -> await(after.submit(43, -1L)))
                .hasCauseInstanceOf(RepeatedFailureException.class)
                .hasMessageContaining("less than nothing");
        assertThat(await(after.submit(7L))).isEqualTo(18);
        assertThat(reason(before.submit(8L))).isEqualTo(Failure.SESSION_OVER);
        a.close();
        b.close();
        // All of it is in the state, from the log and from a snapshot.
        var a2 = join("a", 2, options -> options.store(directory.resolve("a")).snapshotEvery(1));
        var b2 = join("b", 2, options -> options.store(directory.resolve("b")).snapshotEvery(1));
        Session<Long, Long> third = a2.session("orders");
        assertThat(await(third.submit(44, 7L))).isEqualTo(18);
        a2.close();
        b2.close();
        var a3 = join("a", 2, options -> options.store(directory.resolve("a")));
        var b3 = join("b", 2, options -> options.store(directory.resolve("b")));
        assertThat(await(b3.session("orders").submit(44, 7L))).isEqualTo(18);
        long sum = await(a3.read(Consistency.LINEARIZABLE, state -> state.sum));
        assertThat(sum).isEqualTo(18);
    }

    @Test
    void aMachineThatKeepsNoAnswersHasNoSessions() {
        var plain = ReplicatedStateMachine.join(
                daemon.name(),
                "log",
                new ReplicatedLog(),
                Codec.strings(),
                options -> options.primary(Quorum.majorityOf(1)));
        daemon.keep(plain);
        assertThatThrownBy(() -> plain.session("x")).hasMessageContaining("answers()");
    }

    // ---- the head of the state

    private static byte[] headOf(int version, AgreedState agreed) throws IOException {
        return StateHead.of(agreed, version);
    }

    @Test
    void aStateOfAnEarlierReleaseIsReadAndOneThatLooksLikeAHeadToo() throws Exception {
        AgreedState agreed = new AgreedState();
        assertRead(new byte[] {1, 2, 3}, agreed, 0, 3);
        agreed.sessions().begin(3, ByteBuffer.wrap(new byte[] {65}));
        agreed.enter(ByteBuffer.wrap(LogEntry.timed(77)));
        byte[] head = headOf(5, agreed);
        AgreedState copy = new AgreedState();
        assertRead(head, copy, 5, 0);
        assertThat(copy.time()).isEqualTo(77);
        assertThat(headOf(5, copy)).isEqualTo(head);
        head[head.length - 1]++;
        // A state of the application that begins like a head.
        assertRead(head, copy, 0, head.length);
        assertThat(copy.isInitial()).isTrue();
        // Version 1 of the head: one session "A" of identity 9, whose greatest number is 4, with the answer 1 to it.
        byte[] old = HexFormat.of()
                .parseHex("46735365737369 6f0000000000000000 00000001 00000001 0000000000000009 000141 0000000000000004"
                                .replace(" ", "")
                        + "00000001 0000000000000004 00000001 01".replace(" ", ""));
        ByteBuffer.wrap(old).putInt(8, old.length - 16).putInt(12, checksum(old));
        assertRead(old, copy, 0, 0);
        assertThat(copy.sessions().look(9, 4)).isEqualTo(Sessions.Standing.REPEATED);
    }

    /** @param behind bytes of the application's state: the last ones */
    private static void assertRead(byte[] state, AgreedState into, int version, int behind) throws IOException {
        StateHead.Read read = StateHead.read(new ByteArrayInputStream(state), into);
        assertThat(read.version()).isEqualTo(version);
        assertThat(read.state().readAllBytes())
                .isEqualTo(Arrays.copyOfRange(state, state.length - behind, state.length));
    }

    private static int checksum(byte[] head) {
        CRC32C checksum = new CRC32C();
        checksum.update(head, 16, head.length - 16);
        return (int) checksum.getValue();
    }
}
