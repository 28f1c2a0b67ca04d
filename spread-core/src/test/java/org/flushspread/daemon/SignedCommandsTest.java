package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.tools.monitor.SpMonitor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Daemons on real sockets that want commands of monitors signed (security 5). */
@Timeout(180)
class SignedCommandsTest {
    private final int port = TestPorts.free();
    private final TestDaemons daemons = new TestDaemons();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        daemons.close();
    }

    private Path newKey(String name) {
        Path key = directory.resolve(name);
        SealKeys.create(key);
        return key;
    }

    private SpreadDaemon start(String name, Optional<Path> key) throws IOException {
        Configuration two = TestDaemons.configuration(2, port, TestDaemons.FAST);
        Files.writeString(directory.resolve("spread.conf"), TestDaemons.text(2, port, TestDaemons.FAST));
        DaemonOptions plain = daemons.options().withSocketDirectory(Optional.empty());
        return daemons.start(two, name, key.map(plain::withMonitorKey).orElse(plain));
    }

    /** Its exit status, and what it said. */
    private record Said(int status, String text) {}

    private Said monitor(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-n", "d1", "-c", directory.resolve("spread.conf").toString()));
        StringWriter said = new StringWriter();
        int status = SpMonitor.run(all.toArray(new String[0]), new PrintWriter(said), new PrintWriter(said));
        return new Said(status, said.toString());
    }

    private static long refused(SpreadDaemon at, String why) {
        return at.metrics().refused().getOrDefault(why, 0L);
    }

    @Test
    void onlyCommandsWithTheKeyAreObeyedAndQuestionsStayOpen() throws IOException {
        Path key = newKey("key");
        SpreadDaemon first = start("d1", Optional.of(key));
        SpreadDaemon second = start("d2", Optional.of(key));
        TestDaemons.awaitMembership(first, "d1", "d2");

        assertThat(monitor("kill", "d2", "--yes").text()).contains("--monitor-key");
        assertThat(monitor("flow", "--window", "50", "--yes", "--force").status())
                .isEqualTo(1);
        Wait.until(
                "both have counted it",
                () -> refused(first, "MONITOR_NOT_SIGNED") > 0 && refused(second, "MONITOR_NOT_SIGNED") > 0);
        Path other = newKey("other");
        assertThat(monitor("flow", "--window", "50", "--yes", "--monitor-key", other.toString())
                        .status())
                .isEqualTo(1);
        Wait.until("the other key is named", () -> refused(second, "MONITOR_UNKNOWN_KEY") > 0);
        assertThat(monitor("status").status()).isZero();

        Said set = monitor(
                "flow",
                "--window",
                "50",
                "--personal",
                "20",
                "--accelerated",
                "10",
                "--yes",
                "--monitor-key",
                key.toString());
        assertThat(set.status()).as(set.text()).isZero();
        Said killed = monitor("kill", "d2", "--yes", "--monitor-key", key.toString());
        assertThat(killed.status()).as(killed.text()).isZero();
        Wait.until("it has stopped", () -> !second.isRunning());
        TestDaemons.awaitMembership(first, "d1");
        assertThat(refused(first, "MONITOR_FOR_ANOTHER_DAEMON") + refused(first, "MONITOR_REPLAYED"))
                .isZero();
    }

    @Test
    void aKeyFileThatOthersMayReadStopsTheStart() throws IOException {
        Path key = newKey("key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> start("d1", Optional.of(key)))
                .isInstanceOf(DaemonStartException.class)
                .hasMessageContaining("chmod 600");
        start("d1", Optional.empty());
        assertThat(monitor("heal", "--monitor-key", key.toString())).satisfies(said -> {
            assertThat(said.status()).isEqualTo(2);
            assertThat(said.text()).contains("chmod 600");
        });
    }
}
