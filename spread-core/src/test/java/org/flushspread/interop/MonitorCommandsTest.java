package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.Wait;
import org.flushspread.config.RingVersion;
import org.flushspread.daemon.TestPorts;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.interop.Namespaces.Cast;
import org.flushspread.tools.Program;
import org.flushspread.tools.monitor.SpMonitor;
import org.flushspread.wire.StatusReply;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each command of spmonitor, of the C program and of ours, at daemons of both kinds (monitor-protocol 4 to 6, 10; operations 6). */
@Timeout(900)
class MonitorCommandsTest {
    /** C programs of 5.0.1 refuse addresses that no card lists, and who asks daemons of such a ring is one of the file (spread5 5). */
    private static Ring ring(String kinds) {
        boolean five = Kind.ofRing(kinds).get(0).ring == RingVersion.SPREAD5;
        Net net = five ? new Namespaces(Cast.MULTICAST, true, kinds.length()) : new Loopback(kinds.length());
        return new Ring(kinds, net, Timers.STEADY, true).form();
    }

    private static boolean isFive(Ring ring) {
        return ring.nodes.get(0).kind.ring == RingVersion.SPREAD5;
    }

    /** On whose host the monitor is. */
    private static String host(Ring ring) {
        return isFive(ring) ? "monitor" : ring.nodes.get(0).name;
    }

    // ---- the menu

    /** The two programs say the same, to daemons of ours and of C, and daemons of both kinds do what either says. */
    @ParameterizedTest
    @EnumSource(CSpread.class)
    void theMenusOfBothProgramsDoTheSameToDaemonsOfBothKinds(CSpread version) {
        String c = version.program("spmonitor");
        Map<String, String> said = new LinkedHashMap<>();
        for (String kinds : version == CSpread.V4 ? List.of("JJ", "CC") : List.of("jj", "55")) {
            try (Ring ring = ring(kinds)) {
                List<String> command = new ArrayList<>(List.of(c));
                command.addAll(flags(ring));
                said.put("the C program at " + kinds, converse(Program.start(command), ring));
            }
            try (Ring ring = ring(kinds)) {
                List<String> flags = new ArrayList<>(flags(ring));
                flags.addAll(ringVersion(ring));
                Program ours = Program.java(SpMonitor.class, flags.toArray(new String[0]));
                said.put("ours at " + kinds, converse(ours, ring));
            }
        }
        String one = said.values().iterator().next();
        said.forEach((who, text) -> assertThat(text).as(who).isEqualTo(one));
    }

    private static List<String> flags(Ring ring) {
        Node first = ring.nodes.get(0);
        String file = first.configuration().toString();
        return List.of("-n", host(ring), "-t", "600", "-p", Integer.toString(TestPorts.free()), "-c", file);
    }

    /** The files of both versions may be alike. */
    private static List<String> ringVersion(Ring ring) {
        return List.of("--ring", Integer.toString(ring.nodes.get(0).kind.ring.major()));
    }

    private static String converse(Program program, Ring ring) {
        Node first = ring.nodes.get(0);
        Node second = ring.nodes.get(1);
        try (program) {
            program.expect("9. Exit").expect("Monitor> ");
            program.type("0\nall\n\n");
            program.expect("send status query")
                    .expect("Status at d")
                    .expect("Status at d")
                    .expect("Monitor> ");
            program.type("0\nnone\n\n").expect("Activate Status").expect("Enter Proc Name: ");
            boolean five = isFive(ring);
            // Daemons are asked for in the order of the file, which in a ring of Spread 5 begins with the place of the
            // monitor.
            program.expect("Monitor> ")
                    .type("1\n" + (five ? "0\n" : "") + "0\n1\n")
                    .expect("Partition Map:")
                    .expect("Monitor> ");
            program.type("2\n").expect("Monitor> ");
            ring.awaitRing(List.of(first));
            ring.awaitRing(List.of(second));
            program.type("3\n").expect("Partition Map:").expect("Monitor> ");
            program.type("4\n").expect("Monitor> ");
            ring.awaitRing(ring.nodes);
            program.type("5\n100\n" + (five ? "\n\n" : "") + "50\n30\n50\n30\n")
                    .expect("Flow Control Parameters:")
                    .expect("Monitor> ");
            program.type("6\n").expect("Monitor> ");
            awaitWindows(ring, 100, 50, 30);
            program.type("7\n").expect("Flow Control Parameters:").expect("Monitor> ");
            program.type("r\n");
            awaitWindows(ring, 160, 20, 15);
            ring.awaitRing(ring.nodes);
            // the C program shows what it says to this together with the answer to the next command
            program.type("3\n")
                    .expect("Reload Membership")
                    .expect("Partition Map:")
                    .expect("Monitor> ");
            program.type("8\n" + second.name + "\n\n").expect("Monitor> ");
            awaitEnd(ring, second);
            ring.awaitRing(List.of(first));
            program.type("9\n").expect("Bye.");
            assertThat(program.exit()).isZero();
            String all = program.output();
            return all.substring(all.indexOf("\n=============\nMonitor Menu:"))
                    // The C program tells what it reads, and has no prompt then.
                    .replaceAll("(?s)(Monitor: send conf reload command\n).*(New configuration hash)", "$1$2")
                    .replace("Reload Membership. \n\nMonitor> ", "Reload Membership. \n")
                    // Reports of two daemons come in any order.
                    .replaceAll("(?s)\n=+\nStatus at .*?(?=Monitor> )", "REPORT")
                    .replaceAll(" *[0-9]+", "N");
        }
    }

    private static void awaitWindows(Ring ring, int window, int personal, int accelerated) {
        for (Node each : ring.nodes) {
            Wait.until(() -> each + " has these windows, and not " + ring.status(each), () -> {
                StatusReply status = ring.status(each);
                return status.window() == window
                        && status.personalWindow() == personal
                        && status.acceleratedWindow() == accelerated;
            });
        }
    }

    private static void awaitEnd(Ring ring, Node node) {
        Wait.until(() -> node + " ends", () -> ring.monitor.status(node) == null && ring.monitor.status(node) == null);
    }

    // ---- the commands

    /** In a ring of Spread 5 a daemon of the file does not run: the one whose place the monitor has, by itself in a segment (spread5 5). */
    @ParameterizedTest
    @ValueSource(strings = {"CC", "CJ", "JC", "CJCJJ", "JCJCC", "j5j5j", "5j5"})
    void eachCommandDoesWhatItSaysToDaemonsOfBothKinds(String kinds) throws IOException {
        try (Ring ring = ring(kinds)) {
            Node last = ring.nodes.get(ring.nodes.size() - 1);
            looks(ring);
            partitions(ring);
            windows(ring);
            groupsAndSessions(ring);
            run(ring, 0, "kill", last.name, "--yes");
            awaitEnd(ring, last);
            ring.awaitRing(ring.nodes.subList(0, ring.nodes.size() - 1));
            assertThat(causes(json(ring, 1, "doctor"))).containsExactly("not-running");
            assertThat(run(ring, 1, "doctor"))
                    .contains("1. not-running: " + last.name)
                    .contains("Mend: start it");
            assertThat(run(ring, 1, with(ring, "status"))).contains(last.name).contains("does not answer");
        }
    }

    /** Daemons without a key do not look at a signature, those of C among them (monitor-protocol 11). */
    @ParameterizedTest
    @ValueSource(strings = {"CJ", "j5"})
    void signedCommandsAreObeyedByDaemonsThatHaveNoKey(String kinds, @TempDir Path directory) {
        Path key = directory.resolve("monitor.key");
        SealKeys.create(key);
        try (Ring ring = ring(kinds)) {
            Node first = ring.nodes.get(0);
            List<Node> rest = ring.nodes.subList(1, ring.nodes.size());
            run(ring, 0, "partition", first.name, "--yes", "--monitor-key", key.toString());
            ring.awaitRing(List.of(first));
            ring.awaitRing(rest);
            run(ring, 0, "heal", "--yes", "--monitor-key", key.toString());
            ring.awaitRing(ring.nodes);
            run(
                    ring,
                    isFive(ring) ? 1 : 0,
                    "flow",
                    "--window",
                    "90",
                    "--personal",
                    "40",
                    "--accelerated",
                    "25",
                    "--yes",
                    "--monitor-key",
                    key.toString());
            awaitWindows(ring, 90, 40, 25);
            run(ring, 0, "reload", "--yes", "--monitor-key", key.toString());
            awaitWindows(ring, 160, 20, 15);
        }
    }

    private static String[] with(Ring ring, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        ring.nodes.forEach(each -> all.add(each.name));
        return all.toArray(new String[0]);
    }

    private static void looks(Ring ring) throws IOException {
        int size = ring.nodes.size();
        int all = isFive(ring) ? size + 1 : size;
        Node first = ring.nodes.get(0);
        JsonNode status = json(ring, 0, with(ring, "status"));
        assertThat(status).hasSize(size);
        for (int i = 0; i < size; i++) {
            JsonNode each = status.get(i);
            assertThat(each.get("daemon").asText()).isEqualTo(ring.nodes.get(i).name);
            assertThat(each.get("kind").asText()).isEqualTo(ring.nodes.get(i).kind.ours ? "java" : "c");
            assertThat(each.get("state").asText()).isEqualTo("OP");
            assertThat(each.get("leader").asText()).isEqualTo(first.name);
            assertThat(each.get("members").asInt()).isEqualTo(size);
        }
        assertThat(run(ring, 0, with(ring, "status")).lines()).hasSize(1 + size);
        assertThat(run(ring, 0, with(ring, "status", "--wide"))).contains("CONFIGURATION HASH");
        assertThat(run(ring, isFive(ring) ? 1 : 0, "status").lines().filter(each -> each.startsWith("d")))
                .hasSize(size);

        // The daemon that does not run is said, and is all that is.
        JsonNode rings = json(ring, isFive(ring) ? 1 : 0, "ring");
        assertThat(rings).hasSize(1);
        assertThat(rings.get(0).get("size").asInt()).isEqualTo(size);
        assertThat(run(ring, isFive(ring) ? 1 : 0, "ring")).contains("d1 > d2");
        assertThat(run(ring, 0, "watch", "--count", "1", "-o", "json").lines()).hasSize(1);

        JsonNode ping = json(ring, 0, with(ring, "ping", "--count", "5"));
        assertThat(ping)
                .hasSize(2 * size)
                .allSatisfy(each -> assertThat(each.get("messages").asInt()).isEqualTo(5));
        assertThat(run(ring, 0, "ping", first.name, "--count", "3").lines()).hasSize(3);

        assertThat(json(ring, 0, "doctor")).isEmpty();
        assertThat(run(ring, 0, "doctor")).contains("Nothing is wrong: " + size + " of " + all + " daemons answer");
    }

    private static void partitions(Ring ring) {
        Node first = ring.nodes.get(0);
        List<Node> rest = ring.nodes.subList(1, ring.nodes.size());
        run(ring, 0, "partition", first.name, "--yes");
        ring.awaitRing(List.of(first));
        ring.awaitRing(rest);
        assertThat(json(ring, 1, "ring")).hasSize(2);
        assertThat(run(ring, 1, with(ring, "status"))).contains("the ring is split: " + first.name + " | ");
        run(ring, 0, "heal", "--yes");
        ring.awaitRing(ring.nodes);
    }

    private static void windows(Ring ring) {
        assertThat(json(ring, isFive(ring) ? 1 : 0, "flow")).hasSizeGreaterThanOrEqualTo(ring.nodes.size());
        JsonNode flow = json(
                ring,
                isFive(ring) ? 1 : 0,
                "flow",
                "--window",
                "90",
                "--personal",
                "40",
                "--accelerated",
                "25",
                "--yes");
        assertThat(flow.findValues("window").stream().filter(each -> each.asInt() == 90))
                .hasSize(ring.nodes.size());
        awaitWindows(ring, 90, 40, 25);
        run(ring, 0, "reload", "--yes");
        awaitWindows(ring, 160, 20, 15);
        ring.awaitRing(ring.nodes);
    }

    /** Asked of a daemon of ours; a sentence says so where there is none. */
    private static void groupsAndSessions(Ring ring) {
        Node first = ring.nodes.get(0);
        if (!first.kind.ours) {
            for (String each : List.of("groups", "members", "sessions")) {
                assertThat(run(ring, 1, each)).contains("groups and sessions are told by a daemon of this project");
            }
            return;
        }
        ring.addMember(first);
        Wait.until("the group is known", () -> !json(ring, 0, "groups").isEmpty());
        assertThat(json(ring, 0, "groups").get(0).get("group").asText()).isEqualTo(Ring.GROUP);
        assertThat(json(ring, 0, "members", Ring.GROUP)).hasSize(1);
        assertThat(run(ring, 1, "members", "nobody")).contains("there is no group 'nobody'");
        assertThat(json(ring, 0, "sessions")).hasSize(1);
        assertThat(run(ring, 0, "sessions")).contains("#" + first.name);
    }

    private static List<String> causes(JsonNode findings) {
        return findings.findValuesAsText("cause");
    }

    private static JsonNode json(Ring ring, int exit, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        try {
            return new ObjectMapper().readTree(run(ring, exit, all.toArray(new String[0])));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What it printed; with what it said on standard error where it ended as expected but not with 0. */
    private static String run(Ring ring, int exit, String... arguments) {
        Node first = ring.nodes.get(0);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-n", host(ring), "-c", first.configuration().toString()));
        all.addAll(ringVersion(ring));
        if (List.of("groups", "members", "sessions").contains(arguments[0])) {
            all.addAll(List.of("--admin", first.adminSocket().toString()));
        }
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        // Not as a process: MonitorProgramTest does that, and here it would be hundreds.
        int status = SpMonitor.run(all.toArray(new String[0]), new PrintWriter(out), new PrintWriter(err));
        assertThat(status)
                .as(() -> String.join(" ", arguments) + "\n" + out + err)
                .isEqualTo(exit);
        return exit == 0 || all.contains("json") ? out.toString() : out.toString() + err;
    }
}
