package org.flushspread.flush.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest {
    private static final MemberId ME = new MemberId("me", 1, 2);

    @TempDir
    private Path directory;

    private FileStore store() {
        return new FileStore(directory.resolve("s"), Fsync.ALWAYS);
    }

    private static Metadata metadata(long number, long index) {
        Lineage lineage = new Lineage(5, 6);
        return new Metadata(ME, lineage, new Primary(number, lineage, List.of(ME)), List.of(), number, number, index);
    }

    private static void append(Store store, long from, String... commands) {
        for (String command : commands) {
            store.append(1, from++, ByteBuffer.wrap(command.getBytes(UTF_8)));
        }
        store.sync();
    }

    private static List<String> commands(Recovered recovered) {
        return recovered.commands().stream()
                .map(bytes -> new String(bytes, UTF_8))
                .toList();
    }

    private Path log() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("s"))) {
            return files.filter(each -> each.getFileName().toString().startsWith("log-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void whatWasSyncedIsThereWhenItIsOpenedAgain() {
        try (FileStore store = store()) {
            assertThat(store.open()).isEqualTo(Recovered.nothing());
            store.record(metadata(1, 0));
            append(store, 1, "a", "", "x".repeat(400_000), "d");
            store.record(metadata(2, 4));
        }
        try (FileStore store = store()) {
            Recovered recovered = store.open();
            assertThat(recovered.metadata()).isEqualTo(metadata(2, 4));
            assertThat(recovered.warnings()).isEmpty();
            assertThat(commands(recovered)).containsExactly("a", "", "x".repeat(400_000), "d");
            append(store, 5, "e");
        }
        try (FileStore store = store()) {
            assertThat(commands(store.open())).hasSize(5).endsWith("d", "e");
        }
    }

    @Test
    void aSnapshotStandsForTheCommandsBeforeIt() {
        Version version = new Version(1, 2, 3, 4);
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "a", "b");
            store.snapshot(version, "AB".getBytes(UTF_8), null);
            append(store, 3, "c");
        }
        try (FileStore store = store()) {
            Recovered recovered = store.open();
            assertThat(recovered.snapshotVersion()).isEqualTo(version);
            assertThat(recovered.snapshot()).isEqualTo("AB".getBytes(UTF_8));
            assertThat(recovered.metadata()).isEqualTo(metadata(1, 0));
            assertThat(commands(recovered)).containsExactly("c");
            store.snapshot(Version.INITIAL, new byte[0], metadata(7, 0));
        }
        try (FileStore store = store()) {
            Recovered recovered = store.open();
            assertThat(recovered.metadata()).isEqualTo(metadata(7, 0));
            assertThat(recovered.commands()).isEmpty();
        }
    }

    @Test
    void aLogTornAtAnyByteIsCutAfterTheLastWholeCommand() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "first", "second", "third");
        }
        byte[] whole = Files.readAllBytes(log());
        int record = 24;
        int[] ends = {12, 12 + record + 5, 12 + 2 * record + 11, whole.length};
        for (int length = 12; length < whole.length; length++) {
            Files.write(log(), java.util.Arrays.copyOf(whole, length));
            try (FileStore store = store()) {
                Recovered recovered = store.open();
                int kept = length < ends[1] ? 0 : length < ends[2] ? 1 : 2;
                assertThat(recovered.commands()).hasSize(kept);
                assertThat(recovered.warnings()).hasSize(length == ends[kept] ? 0 : 1);
                append(store, kept + 1, "next");
            }
            try (FileStore store = store()) {
                assertThat(commands(store.open())).endsWith("next");
            }
        }
    }

    @Test
    void aFlippedBitEndsTheLogBeforeItsRecord() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "first", "second", "third");
        }
        byte[] whole = Files.readAllBytes(log());
        int second = 12 + 24 + 5;
        for (int at = second; at < second + 24 + 6; at++) {
            byte[] bytes = whole.clone();
            bytes[at] ^= 16;
            Files.write(log(), bytes);
            try (FileStore store = store()) {
                Recovered recovered = store.open();
                assertThat(commands(recovered)).containsExactly("first");
                assertThat(recovered.warnings()).singleElement().asString().contains("torn at byte " + second);
            }
        }
    }

    @Test
    void aMemberThatLostWhatItPromisedComesBackAsANewOne() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "first", "second");
            store.record(metadata(2, 2));
        }
        Files.write(log(), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        try (FileStore store = store()) {
            Recovered recovered = store.open();
            assertThat(recovered.metadata()).isNull();
            assertThat(recovered.warnings()).anyMatch(text -> text.contains("lost its memory"));
            store.record(metadata(1, 0));
            append(store, 1, "anew");
        }
        try (FileStore store = store()) {
            assertThat(commands(store.open())).containsExactly("anew");
        }
    }

    @Test
    void damagedMetadataIsAnErrorThatSaysWhatToDo() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
        }
        Path path = directory.resolve("s/metadata");
        byte[] bytes = Files.readAllBytes(path);
        for (int at = 0; at < bytes.length; at++) {
            byte[] flipped = bytes.clone();
            flipped[at] ^= 1;
            Files.write(path, flipped);
            try (FileStore store = store()) {
                assertThatThrownBy(store::open)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("metadata is damaged; restore the directory");
            }
        }
    }

    @Test
    void aDirectoryBelongsToOneMemberAtATime() {
        try (FileStore store = store();
                FileStore other = store()) {
            store.open();
            assertThatThrownBy(other::open)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("in use by another member");
        }
    }

    @Test
    void leftOverFilesOfACrashAreRemoved() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "a");
        }
        Path left = Files.write(directory.resolve("s/snapshot-77"), new byte[] {1});
        try (FileStore store = store()) {
            assertThat(commands(store.open())).containsExactly("a");
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void policiesSayWhenTheDeviceIsForced() {
        assertThat(Fsync.ALWAYS.isDue(0)).isTrue();
        assertThat(Fsync.NEVER.isDue(Long.MAX_VALUE)).isFalse();
        Fsync second = Fsync.every(Duration.ofSeconds(1));
        assertThat(second.isDue(999_999_999)).isFalse();
        assertThat(second.isDue(1_000_000_000)).isTrue();
        for (Fsync policy : List.of(Fsync.NEVER, second)) {
            Path own = directory.resolve(policy.toString());
            try (FileStore store = new FileStore(own, policy)) {
                store.open();
                store.record(metadata(1, 0));
                append(store, 1, "a");
                store.tick();
            }
            try (FileStore store = new FileStore(own, policy)) {
                assertThat(commands(store.open())).containsExactly("a");
            }
        }
    }
}
