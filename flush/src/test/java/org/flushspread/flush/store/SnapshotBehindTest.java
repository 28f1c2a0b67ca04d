package org.flushspread.flush.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A snapshot that is written while the log goes on (replica-protocol R23, store 2.7). */
class SnapshotBehindTest {
    private static final MemberId ME = new MemberId("me", 1, 2);

    private final FaultyFiles files = new FaultyFiles();
    private FileStore store = store(files);

    private static FileStore store(FaultyFiles files) {
        return new FileStore(files, Fsync.ALWAYS, WhenDamaged.REFUSE, 500, System::nanoTime);
    }

    @BeforeEach
    void fill() {
        store.open("group");
        store.record(metadata(0));
        append(1, 20);
    }

    private static Metadata metadata(long index) {
        Lineage lineage = new Lineage(5, 6);
        return new Metadata(ME, lineage, new Primary(1, lineage, List.of(ME)), List.of(), 1, 1, index);
    }

    private void append(int from, int to) {
        for (int i = from; i <= to; i++) {
            store.append(1, i, ByteBuffer.wrap(("command" + i).getBytes(UTF_8)));
        }
        store.sync();
    }

    private static Version version(int index) {
        return new Version(1, index, 3, 4);
    }

    private Recovered reopened() {
        store.close();
        store = store(files);
        return store.open("group");
    }

    @Test
    void whatComesWhileItIsWrittenStandsBehindIt() throws IOException {
        SnapshotWriter writing = store.begin();
        writing.out().write("sta".getBytes(UTF_8));
        append(21, 40);
        writing.out().write("te".getBytes(UTF_8));
        writing.finish(version(20));
        append(41, 50);
        writing.commit(null);
        writing.clear();
        assertThat(files.names()).contains("metadata", "progress", "store").noneMatch(name -> name.endsWith(".new"));
        append(51, 60);
        Recovered found = reopened();
        assertThat(found.warnings()).isEmpty();
        assertThat(found.snapshotVersion()).isEqualTo(new Version(1, 20, 3, 4));
        assertThat(StoreHistory.snapshot(found)).isEqualTo("state".getBytes(UTF_8));
        assertThat(found.commands()).hasSize(40);
        assertThat(new String(found.commands().get(0), UTF_8)).isEqualTo("command21");
    }

    @Test
    void untilItIsCommittedTheLogBeforeItIsThere() throws IOException {
        SnapshotWriter writing = store.begin();
        writing.out().write("state".getBytes(UTF_8));
        append(21, 30);
        writing.finish(version(20));
        Recovered found = reopened();
        assertThat(StoreHistory.snapshot(found)).isNull();
        assertThat(found.commands()).hasSize(30);
        assertThat(files.names()).noneMatch(name -> name.startsWith("snapshot"));
        writing.commit(null);
        assertThat(reopened().commands())
                .as("the store has been opened again since")
                .hasSize(30);
    }

    @Test
    void itIsGivenUpWhenAStateTakesThePlaceOfTheLogOrAnotherOneBegins() throws IOException {
        SnapshotWriter first = store.begin();
        append(21, 30);
        SnapshotWriter second = store.begin();
        assertThatThrownBy(() -> first.out().write(1)).hasMessageContaining("of no use");
        store.snapshot(new Version(2, 7, 8, 9), "another".getBytes(UTF_8), metadata(7));
        assertThatThrownBy(() -> second.out().write(1)).hasMessageContaining("of no use");
        first.commit(null);
        second.commit(null);
        append(8, 9);
        Recovered found = reopened();
        assertThat(StoreHistory.snapshot(found)).isEqualTo("another".getBytes(UTF_8));
        assertThat(found.commands()).hasSize(2);
    }

    @Test
    void aStateOfManyChunksComesBackAndEachBitOfItIsGuarded() throws IOException {
        byte[] state = new byte[3 * SnapshotFile.CHUNK + 1234];
        new Random(1).nextBytes(state);
        SnapshotWriter writing = store.begin();
        for (int at = 0; at < state.length; at += 1000) {
            writing.out().write(state, at, Math.min(1000, state.length - at));
        }
        writing.finish(version(20));
        writing.commit(null);
        Recovered found = reopened();
        assertThat(StoreHistory.snapshot(found)).isEqualTo(state);
        store.close();
        String name = files.names().stream()
                .filter(each -> each.startsWith("snapshot"))
                .findFirst()
                .orElseThrow();
        byte[] whole = files.get(name);
        Random random = new Random(2);
        for (int i = 0; i < 50; i++) {
            byte[] flipped = whole.clone();
            int at = i < 20 ? i * 3 : i < 30 ? whole.length - 1 - (i - 20) : random.nextInt(whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            FaultyFiles damaged = files.afterKill();
            damaged.put(name, flipped);
            assertThatThrownBy(() -> store(damaged).open("group"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged: file ");
        }
    }

    /** However large the state is, one write takes a chunk. */
    @Test
    void aDeviceThatIsFullFailsTheSnapshotAndTheMemberLearnsIt() {
        SnapshotWriter writing = store.begin();
        files.failIn = 0;
        assertThatThrownBy(() -> writing.out().write(new byte[SnapshotFile.CHUNK + 1]))
                .hasMessageContaining("No space left on device");
        writing.abandon();
        append(21, 22);
        assertThat(reopened().commands()).hasSize(22);
    }
}
