package org.flushspread.flush.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

    @Test
    void whatWasSyncedIsThereWhenItIsOpenedAgain() {
        try (FileStore store = store()) {
            assertThat(store.open().metadata()).isNull();
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
            assertThat(StoreHistory.snapshot(recovered)).isEqualTo("AB".getBytes(UTF_8));
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
    void aLogThatEndsInAPartOfACommandIsCutBeforeIt() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "first", "second");
        }
        Path log = directory.resolve("s/log-0");
        byte[] two = used(log);
        try (FileStore store = store()) {
            store.open();
            append(store, 3, "third");
        }
        byte[] three = used(log);
        // As it is when the third command was on its way to the device and nobody knew of it.
        for (int length = two.length; length < three.length; length += 3) {
            try (FileStore store = new FileStore(directory.resolve("t" + length), Fsync.ALWAYS)) {
                store.open();
                store.record(metadata(1, 0));
                append(store, 1, "first", "second");
            }
            Path torn = directory.resolve("t" + length + "/log-0");
            Files.write(torn, Arrays.copyOf(three, length));
            try (FileStore store = new FileStore(directory.resolve("t" + length), Fsync.ALWAYS)) {
                Recovered recovered = store.open();
                assertThat(commands(recovered)).containsExactly("first", "second");
                if (length > two.length) {
                    assertThat(recovered.warnings())
                            .singleElement()
                            .asString()
                            .contains("file log-0 is torn at byte " + two.length + " of " + length);
                } else {
                    assertThat(recovered.warnings()).isEmpty();
                }
                append(store, 3, "next");
            }
            try (FileStore store = new FileStore(directory.resolve("t" + length), Fsync.ALWAYS)) {
                assertThat(commands(store.open())).containsExactly("first", "second", "next");
            }
        }
    }

    /** Without the zeros that are allocated ahead. */
    private static byte[] used(Path log) throws IOException {
        byte[] bytes = Files.readAllBytes(log);
        int length = bytes.length;
        while (bytes[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    /** So that a force changes no size. */
    @Test
    void aFileOfTheLogGrowsByAMegabyteAtATime() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
            Path log = directory.resolve("s/log-0");
            append(store, 1, "a");
            assertThat(log).hasSize(1 << 20);
            append(store, 2, "b".repeat(1 << 19));
            assertThat(log).hasSize(1 << 20);
            append(store, 3, "c".repeat(1 << 19));
            assertThat(log).hasSize(2 << 20);
        }
    }

    /** Each is whole, and fits by its number and the commands it has. */
    @Test
    void aSegmentOrSnapshotOfAnotherStoreIsDamage() throws IOException {
        for (String name : List.of("s", "t")) {
            FileStore filled = new FileStore(
                    new DirectoryFiles(directory.resolve(name)),
                    Fsync.ALWAYS,
                    WhenDamaged.REFUSE,
                    1000,
                    System::nanoTime);
            try (filled) {
                filled.open();
                filled.record(metadata(1, 0));
                append(filled, 1, name + "1", name + "2");
                filled.snapshot(new Version(1, 2, 3, 4), name.getBytes(UTF_8), null);
                for (int i = 3; i < 100; i++) {
                    append(filled, i, name + i);
                }
            }
        }
        for (String name : List.of("log-2", "log-3", "snapshot-1")) {
            Path own = directory.resolve("s").resolve(name);
            byte[] bytes = Files.readAllBytes(own);
            Files.copy(directory.resolve("t").resolve(name), own, StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(() -> small().open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged: file " + name + ", byte 0: it is ");
            Files.write(own, bytes);
        }
        try (FileStore store = small()) {
            assertThat(store.open().commands()).hasSize(97);
        }
    }

    @Test
    void aFlippedBitIsDamageAndTheFileAndThePlaceAreNamed() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "first", "second", "third");
        }
        Path log = directory.resolve("s/log-0");
        byte[] bytes = Files.readAllBytes(log);
        int second = 32 + 32 + 5;
        bytes[second + 35] ^= 16;
        Files.write(log, bytes);
        assertThatThrownBy(() -> store().open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(
                        "file log-0, byte " + second + ": command 2 is damaged, and 3 commands were promised")
                .hasMessageContaining("WhenDamaged.FORGET");
        assertThat(log).hasBinaryContent(bytes);
        try (FileStore store = new FileStore(directory.resolve("s"), Fsync.ALWAYS, WhenDamaged.FORGET)) {
            Recovered recovered = store.open();
            assertThat(recovered.metadata()).isNull();
            assertThat(recovered.forgotten()).isEqualTo(ME);
            assertThat(directory.resolve("s/damaged-1/log-0")).hasBinaryContent(bytes);
            store.record(metadata(1, 0));
            append(store, 1, "anew");
        }
        try (FileStore store = store()) {
            assertThat(commands(store.open())).containsExactly("anew");
        }
    }

    @Test
    void aMissingFileIsDamage() throws IOException {
        try (FileStore store = small()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "a", "b");
            store.snapshot(new Version(1, 2, 3, 4), new byte[3], null);
            for (int i = 3; i < 100; i++) {
                append(store, i, "command" + i);
            }
        }
        List<String> names;
        try (Stream<Path> files = Files.list(directory.resolve("s"))) {
            names = files.map(each -> each.getFileName().toString())
                    .filter(name -> !List.of("lock", "store").contains(name))
                    .toList();
        }
        assertThat(names).contains("metadata", "progress", "snapshot-1", "log-1", "log-2", "log-3");
        for (String name : names) {
            Path file = directory.resolve("s").resolve(name);
            Path away = directory.resolve("away");
            Files.move(file, away);
            assertThatThrownBy(() -> small().open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("file " + name)
                    .hasMessageContaining("is missing");
            Files.move(away, file);
        }
        try (FileStore store = small()) {
            assertThat(store.open().commands()).hasSize(97);
        }
    }

    private FileStore small() {
        return new FileStore(
                new DirectoryFiles(directory.resolve("s")), Fsync.ALWAYS, WhenDamaged.REFUSE, 1000, System::nanoTime);
    }

    /** However long the log is: no file of it grows without a bound, and reading it takes no more memory than a window. */
    @Test
    void aLongLogIsManyFilesAndIsReadPieceByPiece() {
        FaultyFiles files = new FaultyFiles();
        int segment = 100_000;
        int count = 30_000;
        try (FileStore store = new FileStore(files, Fsync.NEVER, WhenDamaged.REFUSE, segment, System::nanoTime)) {
            store.open();
            store.record(metadata(1, 0));
            for (int i = 1; i <= count; i++) {
                store.append(1, i, ByteBuffer.allocate(100).putInt(0, i));
            }
        }
        List<String> logs = files.names().stream().filter(LogScan::isSegment).toList();
        assertThat(logs).hasSizeGreaterThan(35);
        assertThat(logs).allSatisfy(name -> assertThat(files.get(name)).hasSizeLessThan(segment + 200));
        try (FileStore store = new FileStore(files, Fsync.NEVER, WhenDamaged.REFUSE, segment, System::nanoTime)) {
            Recovered recovered = store.open();
            assertThat(recovered.commands()).hasSize(count);
            int next = 1;
            for (byte[] command : recovered.commands()) {
                assertThat(ByteBuffer.wrap(command).getInt()).isEqualTo(next++);
            }
        }
        assertThat(files.largestRead).isLessThanOrEqualTo(1 << 16);
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
                        .hasMessageContaining("is damaged: file metadata, byte ");
            }
        }
    }

    @Test
    void aStoreOfTheFirstFormatIsRefusedByItsName() throws IOException {
        try (FileStore store = store()) {
            store.open();
            store.record(metadata(1, 0));
        }
        Path path = directory.resolve("s/metadata");
        byte[] bytes = Files.readAllBytes(path);
        bytes[3] = '1';
        Files.write(path, bytes);
        assertThatThrownBy(() -> store().open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("format 1")
                .hasMessageContaining("formats 2 and 3");
    }

    @Test
    void aStoreOfAnotherGroupIsRefused() {
        try (FileStore store = store()) {
            store.open("one");
            store.record(metadata(1, 0));
            append(store, 1, "a");
        }
        try (FileStore store = store()) {
            assertThatThrownBy(() -> store.open("two"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("belongs to a member of group 'one', not of 'two'");
            assertThat(commands(store.open("one"))).containsExactly("a");
        }
    }

    @Test
    void aDirectoryBelongsToOneMemberAtATimeByWhateverName() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("s"));
        try (FileStore store = store();
                FileStore other = store();
                FileStore linked = new FileStore(link, Fsync.ALWAYS)) {
            store.open();
            for (FileStore each : List.of(other, linked, store)) {
                assertThatThrownBy(each::open)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("in use by another member");
            }
            // Those who were refused have not taken it away from the first one: another process sees it in use.
            assertThat(openElsewhere()).contains("in use by another member");
            store.record(metadata(1, 0));
        }
        assertThat(openElsewhere()).isEqualTo("opened");
    }

    /** What another process says. */
    private String openElsewhere() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreProcess.class.getName(),
                        directory.resolve("s").toString())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    }

    @Test
    void storesThatAreOpenedAtOnceMakeTheDirectoriesAboveThemTogether() throws Exception {
        int count = 4;
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            for (int round = 0; round < 100; round++) {
                Path above = directory.resolve("r" + round).resolve("x").resolve("y");
                CyclicBarrier start = new CyclicBarrier(count);
                List<Future<?>> opened = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    Path own = above.resolve("s" + i);
                    opened.add(threads.submit(() -> {
                        start.await();
                        try (FileStore store = new FileStore(own, Fsync.NEVER)) {
                            store.open();
                        }
                        return null;
                    }));
                }
                for (Future<?> each : opened) {
                    each.get(60, TimeUnit.SECONDS);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nobodyElseCanReadTheFiles() throws IOException {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        try (FileStore store = small()) {
            store.open();
            store.record(metadata(1, 0));
            append(store, 1, "x".repeat(2000), "b");
            store.snapshot(new Version(1, 2, 3, 4), new byte[3], null);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("s"))))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(directory.resolve("s"))) {
            assertThat(files)
                    .hasSize(6)
                    .allSatisfy(each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                            .isEqualTo("rw-------"));
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
    void filesOfOthersInTheDirectoryAreLeftAlone() throws IOException {
        Path own = Files.createDirectories(directory.resolve("s"));
        List<Path> others = new ArrayList<>();
        for (String name : List.of("notes.new", "log-book", "snapshot-of-today", "readme")) {
            others.add(Files.writeString(own.resolve(name), name));
        }
        for (int round = 0; round < 2; round++) {
            try (FileStore store = store()) {
                store.open();
                store.record(metadata(1, 0));
                store.snapshot(new Version(1, 2, 3, 4), new byte[3], null);
            }
        }
        Files.write(own.resolve("metadata"), new byte[3]);
        try (FileStore store = new FileStore(own, Fsync.ALWAYS, WhenDamaged.FORGET)) {
            assertThat(store.open().forgotten()).isNotNull();
        }
        assertThat(own.resolve("damaged-1/metadata")).hasSize(3);
        assertThat(others).allSatisfy(each -> assertThat(each).exists());
    }

    @Test
    void policiesSayWhenTheDeviceIsForced() {
        assertThat(Fsync.ALWAYS.isDue(0)).isTrue();
        assertThat(Fsync.NEVER.isDue(Long.MAX_VALUE)).isFalse();
        Fsync second = Fsync.every(Duration.ofSeconds(1));
        assertThat(second.isDue(999_999_999)).isFalse();
        assertThat(second.isDue(1_000_000_000)).isTrue();
        assertThat(Fsync.every(Duration.ofDays(200_000)).isDue(Long.MAX_VALUE)).isFalse();
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
