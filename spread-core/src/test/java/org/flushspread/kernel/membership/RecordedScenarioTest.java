package org.flushspread.kernel.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.flushspread.config.Daemon;
import org.junit.jupiter.api.Test;

/**
 * Recordings of C daemons repeated with ours: each daemon sends the same packets to the same places in the same order. Left out are JOINs
 * and FORM2s to oneself, which do not travel here, and repetitions of what was sent last to the same place. After a split it is chance who of a segment notices first, so an ALIVE that names nobody else is left out there.
 */
class RecordedScenarioTest {
    private static final Path VECTORS = Path.of("../spec/vectors/membership");

    private MembershipNetwork net = new MembershipNetwork(TestConfigurations.oneSegment(4), 1);

    @Test
    void coldStartOfOne() throws IOException {
        net.start(0);
        net.run(Duration.ofSeconds(2));
        expectRecorded("cold_start_1.json", "start daemon a");
    }

    @Test
    void aSecondDaemonJoinsASingleton() throws IOException {
        net.start(0);
        net.run(Duration.ofSeconds(6));
        net.lines.clear();
        net.start(1);
        net.run(Duration.ofSeconds(2));
        expectRecorded("second_joins.json", "start daemon b");
    }

    @Test
    void aThirdDaemonJoinsARingOfTwo() throws IOException {
        net.start(0, 1);
        net.run(Duration.ofSeconds(6));
        highest(2);
        net.lines.clear();
        net.start(2);
        net.run(Duration.ofSeconds(2));
        expectRecorded("third_joins.json", "start daemon c");
    }

    @Test
    void oneOfThreeIsKilled() throws IOException {
        net.start(0, 1, 2);
        net.run(Duration.ofSeconds(6));
        highest(2);
        net.lines.clear();
        net.crash(2);
        net.run(Duration.ofMillis(3100));
        expectRecorded("kill_one_of_three.json", "kill -9 daemon c");
    }

    @Test
    void aRingInTwoSegmentsLosesADaemonGetsItBackIsSplitAndHealed() throws IOException {
        net = new MembershipNetwork(TestConfigurations.twoSegments(), 1);
        net.startAll();
        net.run(Duration.ofSeconds(6));
        highest(4);
        net.lines.clear();
        net.crash(2);
        net.run(Duration.ofMillis(3200));
        expectRecorded("two_segments.json", "kill -9 daemon c");
        net.lines.clear();
        net.start(2);
        net.run(Duration.ofSeconds(3));
        expectRecorded("two_segments.json", "start daemon c");
        highest(2);
        net.lines.clear();
        net.partition(0, 0, 1, 1);
        net.run(Duration.ofMillis(3200));
        expectRecorded("two_segments.json", "partition {a,b}|{c,d}");
    }

    private void highest(int sequence) {
        for (Node each : net.nodes) {
            if (each != null) {
                each.ring.highest = sequence;
            }
        }
    }

    /** Compares what was sent with the stretch of the recording that begins with this action. */
    private void expectRecorded(String file, String action) throws IOException {
        List<String> recorded = new ArrayList<>();
        boolean within = false;
        String info = "";
        for (JsonNode entry :
                new ObjectMapper().readTree(VECTORS.resolve(file).toFile()).path("timeline")) {
            if (entry.has("action")) {
                within = entry.path("action").asText().equals(action);
            } else if (within
                    && List.of("ALIVE", "JOIN", "REFER", "FORM1", "FORM2")
                            .contains(entry.path("kind").asText())) {
                info = entry.path("second_copy").asBoolean() ? info : text(entry);
                String to = entry.path("dst").asText();
                if (!to.equals(entry.path("src").asText())) {
                    recorded.add(entry.path("src").asText() + " "
                            + entry.path("kind").asText() + " -> " + to.replaceAll("seg(\\d)-broadcast", "segment$1")
                            + " " + info);
                }
            }
        }
        assertThat(recorded).as("the recording").isNotEmpty();
        if (action.startsWith("partition")) {
            recorded.removeIf(line -> line.matches("\\S+ ALIVE.*\\[.\\]"));
            net.lines.removeIf(line -> line.matches("\\S+ ALIVE.*\\[.\\]"));
        }
        for (Daemon each : net.configuration.daemons()) {
            assertThat(distinct(net.lines, each.name()))
                    .as("what %s sends", each.name())
                    .isEqualTo(distinct(recorded, each.name()));
        }
    }

    /** What a daemon sent, without what says the same as the line before to the same place. */
    static List<String> distinct(List<String> lines, String sender) {
        List<String> kept = new ArrayList<>();
        java.util.Map<String, String> last = new java.util.HashMap<>();
        for (String line : lines) {
            if (line.startsWith(sender + " ")) {
                String place = line.replaceAll("^(\\S+ )\\S+( -> \\S+).*", "$1$2");
                if (!line.equals(last.put(place, line))) {
                    kept.add(line);
                }
            }
        }
        kept.sort(java.util.Comparator.comparing(line -> line.replaceAll("^\\S+ \\S+ -> (\\S+).*", "$1")));
        return kept;
    }

    private String text(JsonNode entry) {
        JsonNode info = entry.path("info");
        return switch (entry.path("kind").asText()) {
            case "ALIVE" -> names(info.path("members"));
            case "JOIN" -> names(info.path("members")) + " " + reps(info.path("reps"));
            case "REFER" ->
                name(info.path("referred_rep")) + "/" + info.path("rep_type").asText();
            case "FORM1" ->
                names(info.path("visited")) + "+" + names(info.path("pending")) + " fence "
                        + info.path("fence_seq").asText() + " " + reps(info.path("reps")) + " next "
                        + info.path("rep_index").asText() + " " + rings(info.path("rings"));
            default ->
                names(info.path("visited")) + "+" + names(info.path("pending")) + " fence "
                        + info.path("fence_seq").asText() + " id "
                        + (info.path("visited").isEmpty() ? "-" : name(info.at("/new_id/proc_id"))) + " "
                        + rings(info.path("rings"));
        };
    }

    private String rings(JsonNode rings) {
        return join(
                rings,
                ring -> "{" + name(ring.at("/id/proc_id"))
                        + (ring.at("/id/time").asInt() == -1 ? " new" : "")
                        + (ring.path("trans_time").asInt() == 0 ? "" : " timed")
                        + " " + ring.path("aru").asText() + ".."
                        + ring.path("highest").asText() + " ["
                        + join(ring.path("holes"), JsonNode::asText, ", ") + "] " + names(ring.path("trans"))
                        + names(ring.path("commit_rest")) + "}",
                " ");
    }

    private String reps(JsonNode reps) {
        return join(reps, rep -> name(rep.get(0)) + "/" + rep.get(1).asText().substring(2), ",");
    }

    private String names(JsonNode addresses) {
        return "[" + join(addresses, this::name, ",") + "]";
    }

    private String name(JsonNode address) {
        for (Daemon each : net.configuration.daemons()) {
            if (org.flushspread.wire.Addresses.text(each.id()).equals(address.asText())) {
                return each.name();
            }
        }
        return "?";
    }

    private static String join(JsonNode list, java.util.function.Function<JsonNode, String> text, String between) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(text)
                .collect(java.util.stream.Collectors.joining(between));
    }
}
