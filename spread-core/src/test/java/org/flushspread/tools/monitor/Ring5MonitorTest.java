package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** spmonitor at daemons of ours in a ring of Spread 5 (monitor-protocol 9). */
@Timeout(300)
class Ring5MonitorTest {
    private final List<EmbeddedDaemon> daemons = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        daemons.forEach(EmbeddedDaemon::close);
    }

    private String run(Path file, int exit, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-n", "d1", "--ring", "5", "-c", file.toString()));
        int status = SpMonitor.run(all.toArray(new String[0]), new PrintWriter(out), new PrintWriter(err));
        assertThat(status).as(() -> all + "\n" + out + err).isEqualTo(exit);
        return out.toString();
    }

    @Test
    void theDoctorFindsNothingAtAHealthyRing() throws IOException {
        int port = TestPorts.free();
        StringBuilder text = new StringBuilder("AcceleratedRing = true\nLookupTimeout = 1000\nTokenTimeout = 2000\n"
                + "HurryTimeout = 100\nAliveTimeout = 50\nJoinTimeout = 50\nRepTimeout = 125\nSegTimeout = 100\n"
                + "GatherTimeout = 250\nFormTimeout = 1000\n");
        for (int i = 1; i <= 3; i++) {
            String address = "127.0." + i + ".1";
            text.append("Spread_Segment 127.0." + i + ".255:" + port + " { d" + i + " " + address + " { " + address
                    + " } }\n");
        }
        Path file = Files.writeString(directory.resolve("spread.conf"), text);
        Configuration ring = ConfigurationReading.read(
                        file, HostResolver.LOCALHOST_ONLY, Optional.of(RingVersion.SPREAD5))
                .configuration();
        DaemonOptions options = DaemonOptions.DEFAULTS.withSocketDirectory(Optional.empty());
        for (String each : List.of("d1", "d2", "d3")) {
            daemons.add(EmbeddedDaemon.start(ring, each, options));
        }
        for (EmbeddedDaemon each : daemons) {
            Wait.until("one ring", () -> each.membership().size() == 3);
        }
        assertThat(run(file, 0, "status")).contains("d1", "d2", "d3");
        assertThat(run(file, 0, "doctor", "-o", "json", "--socket-directory", directory.toString()))
                .startsWith("[]");
    }
}
