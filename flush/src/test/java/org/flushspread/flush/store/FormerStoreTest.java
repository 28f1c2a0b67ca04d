package org.flushspread.flush.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that the release before this format wrote: a snapshot behind command 2, and commands 3 to 40 in segments of 1000 bytes. It is read
 * and goes over to the format of today as it is written on.
 */
class FormerStoreTest {
    private static final Path FORMER = Path.of(System.getProperty("basedir", "."), "src/test/resources/store-2");

    @TempDir
    private Path directory;

    @BeforeEach
    void copy() throws IOException {
        try (Stream<Path> files = Files.list(FORMER)) {
            for (Path each : files.toList()) {
                Files.copy(each, directory.resolve(each.getFileName().toString()));
            }
        }
    }

    private FileStore store() {
        return new FileStore(new DirectoryFiles(directory), Fsync.ALWAYS, WhenDamaged.REFUSE, 1000, System::nanoTime);
    }

    private static List<String> commands(Recovered found) {
        List<String> all = new ArrayList<>();
        found.commands().forEach(each -> all.add(new String(each, UTF_8)));
        return all;
    }

    private static void append(Store store, int from, int to) {
        for (int i = from; i <= to; i++) {
            store.append(1, i, ByteBuffer.wrap(("command" + i).getBytes(UTF_8)));
            store.sync();
        }
    }

    @Test
    void isReadAndWrittenOn() {
        Metadata metadata;
        try (FileStore store = store()) {
            Recovered found = store.open("group");
            assertThat(found.snapshotVersion()).isEqualTo(new Version(1, 2, 3, 4));
            assertThat(StoreHistory.snapshot(found)).isEqualTo("state".getBytes(UTF_8));
            assertThat(commands(found)).hasSize(38).startsWith("command3").endsWith("command40");
            metadata = Objects.requireNonNull(found.metadata());
            append(store, 41, 100);
        }
        try (FileStore store = store()) {
            assertThat(commands(store.open("group"))).hasSize(98).endsWith("command100");
            store.record(metadata);
            append(store, 101, 110);
        }
        try (FileStore store = store()) {
            Recovered found = store.open("group");
            assertThat(commands(found)).hasSize(108).endsWith("command110");
            assertThat(StoreHistory.snapshot(found)).isEqualTo("state".getBytes(UTF_8));
            store.snapshot(new Version(1, 110, 3, 4), "later".getBytes(UTF_8), null);
            append(store, 111, 120);
        }
        try (FileStore store = store()) {
            Recovered found = store.open("group");
            assertThat(StoreHistory.snapshot(found)).isEqualTo("later".getBytes(UTF_8));
            assertThat(commands(found)).hasSize(10).endsWith("command120");
        }
    }

    @Test
    void itsDamageIsSeen() throws IOException {
        Path log = directory.resolve("log-2");
        byte[] bytes = Files.readAllBytes(log);
        bytes[100] ^= 1;
        Files.write(log, bytes);
        assertThatThrownBy(() -> store().open("group"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged: file log-2, byte ");
    }
}
