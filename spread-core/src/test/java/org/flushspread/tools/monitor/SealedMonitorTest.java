package org.flushspread.tools.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SealOptions;
import org.flushspread.daemon.TestPorts;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.embedded.EmbeddedDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** spmonitor with the key of a sealed ring, without it, and with another one (security 2.6). */
@Execution(ExecutionMode.CONCURRENT)
@Tag("once")
@Timeout(300)
class SealedMonitorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port = TestPorts.free();
    private final Map<String, EmbeddedDaemon> daemons = new LinkedHashMap<>();

    @TempDir
    private Path directory;

    private Path file;
    private Path key;
    private Configuration ring;

    @BeforeEach
    void write() throws IOException {
        StringBuilder text = new StringBuilder(
                "TokenTimeout = 2000\nHurryTimeout = 100\nAliveTimeout = 50\nJoinTimeout = 50\nRepTimeout = 125\n"
                        + "SegTimeout = 100\nGatherTimeout = 250\nFormTimeout = 1000\nLookupTimeout = 1000\n"
                        + "AcceleratedRing = true\nDangerousMonitor = true\n");
        for (int i = 1; i <= 3; i++) {
            String address = "127.0." + i + ".1";
            text.append("Spread_Segment 127.0." + i + ".255:" + port + " { d" + i + " " + address + " { " + address
                    + " } }\n");
        }
        file = Files.writeString(directory.resolve("spread.conf"), text);
        ring = Configuration.read(file);
        key = newKey("key");
    }

    @AfterEach
    void close() {
        daemons.values().forEach(EmbeddedDaemon::close);
    }

    private Path newKey(String name) {
        Path made = directory.resolve(name);
        SealKeys.create(made);
        return made;
    }

    private void start(String name, Optional<Path> with) throws IOException {
        Path own = Files.createDirectories(directory.resolve(name));
        DaemonOptions options = DaemonOptions.DEFAULTS.withSocketDirectory(Optional.of(own));
        daemons.put(
                name,
                EmbeddedDaemon.start(
                        ring,
                        name,
                        with.map(each -> options.withSeal(new SealOptions(each, own)))
                                .orElse(options)));
    }

    private void awaitRing(String... names) {
        for (String each : names) {
            Wait.until(
                    each + " is in a ring of " + List.of(names),
                    () -> daemons.get(each).membership().equals(List.of(names)));
        }
    }

    /** What was printed, and on standard error. */
    private String run(int exit, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-n", "d1", "-c", file.toString()));
        int status = SpMonitor.run(all.toArray(new String[0]), new PrintWriter(out), new PrintWriter(err));
        assertThat(status).as(() -> all + "\n" + out + err).isEqualTo(exit);
        return all.contains("json") ? out.toString() : out + "\n" + err;
    }

    private String sealed(int exit, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--seal-key", key.toString()));
        return run(exit, all.toArray(new String[0]));
    }

    private String[] doctor(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "doctor",
                "-o",
                "json",
                "--timeout",
                "1000",
                "--socket-directory",
                directory.resolve("d1").toString()));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    private static List<String> findings(String json) throws IOException {
        List<String> found = new ArrayList<>();
        for (JsonNode each : JSON.readTree(json)) {
            found.add(each.get("cause").asText() + ": " + each.get("finding").asText());
        }
        return found;
    }

    @Test
    void eachCommandWorksWithTheKeyAndNoneWithout() throws IOException {
        for (String each : List.of("d1", "d2", "d3")) {
            start(each, Optional.of(key));
        }
        awaitRing("d1", "d2", "d3");

        JsonNode status = JSON.readTree(sealed(0, "status", "-o", "json"));
        assertThat(status).hasSize(3).allSatisfy(each -> {
            assertThat(each.get("state").asText()).isEqualTo("OP");
            assertThat(each.get("sealed").asBoolean()).isTrue();
        });
        assertThat(JSON.readTree(sealed(0, "ring", "-o", "json"))).hasSize(1);
        assertThat(sealed(0, "watch", "--count", "1", "-o", "json")).contains("\"problems\":[]");
        assertThat(findings(sealed(0, doctor()))).isEmpty();
        assertThat(sealed(0, "flow", "--window", "90", "--yes")).contains("90");
        sealed(0, "partition", "d1", "--yes");
        awaitRing("d1");
        awaitRing("d2", "d3");
        sealed(0, "heal", "--yes");
        awaitRing("d1", "d2", "d3");

        assertThat(run(1, "status", "--timeout", "500"))
                .contains("no daemon answers. If the ring is sealed, name its key");
        assertThat(findings(run(1, doctor())))
                .anySatisfy(each -> assertThat(each).startsWith("seal: d1(").contains("is sealed"));
        run(0, "partition", "d1", "--yes");
        run(1, "kill", "d2", "--yes");
        assertThat(daemons.get("d2").membership()).containsExactly("d1", "d2", "d3");

        sealed(0, "kill", "d3", "--yes");
        awaitRing("d1", "d2");
    }

    @Test
    void whoRunsWithoutTheKeyOrWithAnotherIsNamed() throws IOException {
        start("d1", Optional.of(key));
        start("d2", Optional.of(newKey("other")));
        start("d3", Optional.empty());
        Wait.until(
                "both are heard",
                () -> daemons.get("d1").metrics().refused().getOrDefault("NOT_SEALED", 0L) > 1
                        && daemons.get("d1").metrics().refused().getOrDefault("UNKNOWN_KEY", 0L) > 1);

        assertThat(sealed(1, "status")).contains("d3(127.0.3.1) runs without the key of this ring");
        Wait.until("both are named", () -> {
            List<String> found;
            try {
                found = findings(sealed(1, doctor()));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return found.stream().anyMatch(each -> each.startsWith("seal: d3(127.0.3.1) runs without a key"))
                    && found.stream()
                            .anyMatch(each -> each.startsWith("seal: the daemon of this host does not hear d2:"));
        });
        key = newKey("third");
        assertThat(findings(sealed(1, doctor())))
                .anySatisfy(each -> assertThat(each).contains("is sealed with another key than the one given here"));
    }

    @Test
    void aKeyFileThatCannotBeUsedEndsWithTwo() {
        key = directory.resolve("nowhere");
        assertThat(sealed(2, "status")).contains("nowhere");
    }
}
