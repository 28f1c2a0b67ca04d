package org.flushspread.flush.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A snapshot writes what has changed since the one before, and takes over the rest (store 2.10). */
class SnapshotInPartsTest {
    private static final MemberId ME = new MemberId("me", 1, 2);
    private static final int PARTS = 40;
    private static final int PART = 20_000;

    private final FaultyFiles files = new FaultyFiles();
    private final Random random = new Random(1);
    private final byte[][] state = new byte[PARTS][PART];
    private FileStore store = store(files);
    private int index;

    private static FileStore store(FaultyFiles files) {
        return new FileStore(files, Fsync.ALWAYS, WhenDamaged.REFUSE, 500, System::nanoTime);
    }

    @BeforeEach
    void fill() {
        store.open("group");
        Lineage lineage = new Lineage(5, 6);
        store.record(new Metadata(ME, lineage, new Primary(1, lineage, List.of(ME)), List.of(), 1, 1, 0));
        for (byte[] part : state) {
            random.nextBytes(part);
        }
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            store.append(1, ++index, ByteBuffer.wrap(("command" + index).getBytes(UTF_8)));
        }
        store.sync();
    }

    /** Changes these parts, and writes a snapshot; answers how many parts were written. */
    private int snapshot(Set<Integer> changed) throws IOException {
        changed.forEach(part -> random.nextBytes(state[part]));
        append(3);
        SnapshotWriter writing = store.begin();
        int written = 0;
        for (int part = 0; part < PARTS; part++) {
            if (writing.before().isEmpty() || changed.contains(part) || !writing.keep()) {
                writing.part();
                writing.out().write(state[part]);
                written++;
            }
        }
        Version version = new Version(1, index, 3, 4);
        append(2);
        writing.finish(version);
        assertThat(writing.bytes()).isEqualTo(PARTS * PART);
        writing.commit(null);
        writing.clear();
        return written;
    }

    private byte[] wholeState() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : state) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private List<String> snapshots() {
        return files.names().stream()
                .filter(each -> each.startsWith("snapshot"))
                .toList();
    }

    private Recovered reopened() {
        store.close();
        store = store(files);
        Recovered found = store.open("group");
        assertThat(StoreHistory.snapshot(found)).isEqualTo(wholeState());
        assertThat(found.commands()).hasSize(2);
        return found;
    }

    @Test
    void onlyWhatHasChangedIsWrittenAlsoAfterAStart() throws IOException {
        assertThat(snapshot(Set.of())).isEqualTo(PARTS);
        assertThat(snapshot(Set.of(3, 4))).isEqualTo(2);
        assertThat(snapshots()).hasSize(2);
        assertThat(files.get(snapshots().get(1)).length).isBetween(2 * PART, 3 * PART);
        reopened();
        assertThat(snapshot(Set.of(4, PARTS - 1))).isEqualTo(2);
        assertThat(snapshots()).hasSize(3);
        reopened();
        assertThat(snapshot(Set.of())).isZero();
        reopened();
    }

    @Test
    void theFilesAreNoMoreThanTwiceAsLargeAsTheStateAndNotTooMany() throws IOException {
        for (int i = 0; i < 150; i++) {
            snapshot(i % 3 == 0 ? Set.of(random.nextInt(PARTS - 1), PARTS - 1) : Set.of(random.nextInt(PARTS)));
            long bytes = snapshots().stream()
                    .mapToLong(name -> files.get(name).length)
                    .sum();
            // Each file may have some kilobytes that are of no use.
            assertThat(bytes).isLessThan(2L * PARTS * PART + 17 * (1 << 16));
            assertThat(snapshots()).hasSizeLessThanOrEqualTo(17);
        }
        reopened();
    }

    @Test
    void aFileOfWhichNothingIsLeftGoes() throws IOException {
        snapshot(Set.of());
        String first = snapshots().get(0);
        snapshot(Set.of(1));
        assertThat(snapshots()).contains(first);
        SnapshotWriter all = store.begin();
        for (byte[] part : state) {
            all.part();
            all.out().write(part);
        }
        all.finish(new Version(1, index, 3, 4));
        append(2);
        all.commit(null);
        all.clear();
        assertThat(snapshots()).hasSize(1).doesNotContain(first);
        reopened();
    }

    @Test
    void eachBitOfAnEarlierFileIsGuardedAndThatItIsThere() throws IOException {
        snapshot(Set.of());
        snapshot(Set.of(1));
        store.close();
        String first = snapshots().get(0);
        byte[] whole = files.get(first);
        for (int i = 0; i < 30; i++) {
            byte[] flipped = whole.clone();
            flipped[i < 15 ? i * 3 : random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            FaultyFiles damaged = files.afterKill();
            damaged.put(first, flipped);
            assertThatThrownBy(() -> store(damaged).open("group")).hasMessageContaining("is damaged: file " + first);
        }
        FaultyFiles missing = files.afterKill();
        missing.delete(first);
        assertThatThrownBy(() -> store(missing).open("group")).hasMessageContaining(first + " is missing");
        FaultyFiles another = files.afterKill();
        another.put(first, another.get(snapshots().get(1)));
        assertThatThrownBy(() -> store(another).open("group")).hasMessageContaining("is damaged: file " + first);
    }

    @Test
    void aStoreInOnePieceGoesOverToPartsAndBack() throws IOException {
        append(3);
        store.snapshot(new Version(1, index, 3, 4), wholeState(), null);
        assertThat(store.begin().before()).isEmpty();
        assertThat(snapshot(Set.of(1))).isEqualTo(PARTS);
        assertThat(snapshot(Set.of(1))).isEqualTo(1);
        store.snapshot(new Version(1, index, 3, 4), wholeState(), null);
        append(2);
        assertThat(snapshots()).hasSize(1);
        reopened();
    }

    @Test
    void whoLooksAtTheStoreIsToldTheFiles() throws IOException {
        snapshot(Set.of());
        snapshot(Set.of(5));
        List<String> names = snapshots();
        store.close();
        StoreInspection found = new StoreInspection(files).run();
        assertThat(found.damage()).isNull();
        assertThat(found.said())
                .contains(names.get(1) + ": whole, the state behind command " + (index - 2) + ", in " + PARTS
                        + " parts, some of them in " + names.get(0) + ": whole");
        files.put("snapshot-77", new byte[] {1});
        assertThat(new StoreRepair(new StoreInspection(files).run()).withoutLoss())
                .containsExactly("removed snapshot-77, left by a crash");
        reopened();
    }

    @Test
    void morePartsThanThereCanBeAreRefused() throws IOException {
        append(1);
        SnapshotWriter writing = store.begin();
        for (int i = 0; i < PartTable.MOST_PARTS; i++) {
            writing.part();
        }
        assertThatThrownBy(writing::part).hasMessageContaining("more than 65536 parts");
        writing.finish(new Version(1, index, 3, 4));
        append(2);
        writing.commit(null);
        store.close();
        store = store(files);
        assertThat(StoreHistory.snapshot(store.open("group"))).isEmpty();
    }
}
