package org.flushspread.flush.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.replica.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What store-check says of a store, its exit status, and what it mends (store 6). */
class StoreCheckTest {
    private static final MemberId ME = new MemberId("me", 1, 2);

    @TempDir
    private Path above;

    private Path directory;

    @BeforeEach
    void write() {
        directory = above.resolve("s");
        try (FileStore store = store()) {
            store.open("accounts");
            store.record(metadata(0));
            append(store, 1, 2);
            store.snapshot(new Version(1, 2, 3, 4), "state".getBytes(UTF_8), null);
            append(store, 3, 60);
            store.record(metadata(60));
            append(store, 61, 70);
        }
    }

    private FileStore store() {
        return new FileStore(new DirectoryFiles(directory), Fsync.ALWAYS, WhenDamaged.REFUSE, 1000, System::nanoTime);
    }

    private static Metadata metadata(long index) {
        Lineage lineage = new Lineage(5, 6);
        return new Metadata(ME, lineage, new Primary(1, lineage, List.of(ME)), List.of(), 1, 1, index);
    }

    private static void append(Store store, int from, int to) {
        for (int i = from; i <= to; i++) {
            store.append(1, i, ByteBuffer.wrap(("\0command" + i).getBytes(UTF_8)));
            store.sync();
        }
    }

    private record Said(int exit, String out, String err) {}

    private static Said check(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] strings = Stream.of(arguments).map(String::valueOf).toArray(String[]::new);
        int exit = new CommandLine(new StoreCheck())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(strings);
        return new Said(exit, out.toString(), err.toString());
    }

    private TreeMap<String, byte[]> contents() throws IOException {
        TreeMap<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                contents.put(each.getFileName().toString(), Files.readAllBytes(each));
            }
        }
        return contents;
    }

    private void flip(String name, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(name));
        bytes[at] ^= 4;
        Files.write(directory.resolve(name), bytes);
    }

    private int last() {
        try (FileStore store = store()) {
            Recovered found = store.open("accounts");
            return (int) found.snapshotVersion().index() + found.commands().size();
        }
    }

    @Test
    void aWholeStoreIsDescribedAndNothingIsChanged() throws IOException {
        TreeMap<String, byte[]> before = contents();
        Said said = check(directory);
        assertThat(said.out())
                .contains("A member of group 'accounts': me")
                .contains("snapshot-1: whole, the state behind command 2")
                .contains("log-1: commands 3 to ")
                .contains(" to 70\n")
                .contains("promises command 70")
                .endsWith("The store is whole.\n");
        assertThat(said.exit()).isZero();
        assertThat(contents()).containsExactlyEntriesOf(before);
        assertThat(check(directory, "--print").out()).contains("\n9 command, 8 bytes: 63 6f 6d 6d 61 6e 64 39\n");
    }

    @Test
    void noStoreAndOneInUseHaveTheirOwnStatus() {
        assertThat(check(above.resolve("none")).exit()).isEqualTo(StoreCheck.UNUSABLE);
        assertThat(check().exit()).isEqualTo(StoreCheck.UNUSABLE);
        try (FileStore store = store()) {
            store.open("accounts");
            Said said = check(directory);
            assertThat(said.exit()).isEqualTo(StoreCheck.IN_USE);
            assertThat(said.err()).contains("in use by another member");
        }
    }

    @Test
    void aTornEndIsCutOnRequest() throws IOException {
        String tail = contents().keySet().stream()
                .filter(LogScan::isSegment)
                .reduce((one, other) -> LogScan.number(one) > LogScan.number(other) ? one : other)
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(directory.resolve(tail));
        int used = bytes.length;
        while (bytes[used - 1] == 0) {
            used--;
        }
        byte[] torn = Arrays.copyOf(bytes, bytes.length + 40);
        Arrays.fill(torn, used, used + 20, (byte) 7);
        Files.write(directory.resolve(tail), torn);
        assertThat(check(directory).out()).contains("is torn at byte " + used).contains("whole but for");
        Said said = check(directory, "--repair");
        assertThat(said.out()).contains("cut " + tail + " at byte " + used).endsWith("The store is whole now.\n");
        assertThat(said.exit()).isZero();
        assertThat(directory.resolve(tail)).hasSize(used);
        assertThat(last()).isEqualTo(70);
    }

    @Test
    void aLostPromiseIsMadeAnew() throws IOException {
        Files.delete(directory.resolve("progress"));
        Said said = check(directory);
        assertThat(said.exit()).isEqualTo(StoreCheck.DAMAGED);
        assertThat(said.out()).contains("file progress is missing").contains("--repair makes that file anew");
        assertThat(check(directory, "--repair").exit()).isZero();
        assertThat(check(directory).out()).contains("promises command 70").endsWith("The store is whole.\n");
        assertThat(last()).isEqualTo(70);
    }

    @Test
    void aDamagedLogIsCutOnlyWhereTheLossIsAccepted() throws IOException {
        flip("log-2", 32 + 40);
        TreeMap<String, byte[]> before = contents();
        Said said = check(directory, "--repair");
        assertThat(said.exit()).isEqualTo(StoreCheck.DAMAGED);
        assertThat(said.out())
                .contains("The store is damaged: file log-2, byte ")
                .contains("Nothing was changed")
                .contains("WhenDamaged.FORGET");
        assertThat(contents()).containsExactlyEntriesOf(before);

        Said mended = check(directory, "--repair", "--accept-loss");
        assertThat(mended.out()).contains("what was there is in damaged-1").endsWith("The store is whole now.\n");
        assertThat(mended.exit()).isZero();
        int last = last();
        assertThat(last).isBetween(3, 59);
        assertThat(directory.resolve("damaged-1/log-3")).exists();
        try (FileStore store = store()) {
            store.open("accounts");
            append(store, last + 1, last + 50);
        }
        assertThat(last()).isEqualTo(last + 50);
    }

    @Test
    void aLogWithoutOneOfItsFilesIsCutBeforeIt() throws IOException {
        Files.delete(directory.resolve("log-2"));
        assertThat(check(directory).out()).contains("file log-2, which begins with command ");
        assertThat(check(directory, "--repair", "--accept-loss").exit()).isZero();
        assertThat(last()).isBetween(3, 59);
    }

    @Test
    void withoutMetadataOrSnapshotThereIsNothingToGoOnWith() throws IOException {
        for (String name : List.of("snapshot-1", "metadata")) {
            flip(name, 20);
            Said said = check(directory, "--repair", "--accept-loss");
            assertThat(said.out()).contains("file " + name + ", byte ").contains("There is nothing to go on with");
            assertThat(said.exit()).isEqualTo(StoreCheck.DAMAGED);
            flip(name, 20);
        }
        assertThat(last()).isEqualTo(70);
    }
}
