package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Streams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every sample that was given to a C daemon is accepted or refused as there, apart from the deviations listed here. */
class ConfigurationVectorsTest {
    private static final Path FOLDER = Path.of("../spec/vectors/config");

    /** Accepted by a C daemon, refused here. */
    private static final ImmutableMap<String, String> REFUSED_HERE = ImmutableMap.of(
            "ok_name_high_byte", "3:2: daemon name 'd\\xe9' has an illegal character at position 2",
            "ok_duplicate_ip", "3:5: daemons 'd1' and 'd2' both have the address 10.9.1.1",
            "ok_port_wraps", "1:27: expected a port up to 65535, found '80636'",
            "ok_quoted_empty_name", "3:2: a daemon name must not be empty");

    /** Refused by a C daemon, accepted here with this warning. */
    private static final ImmutableMap<String, String> ACCEPTED_HERE = ImmutableMap.of(
            "bad_equals_without_space", "1:1: warning: no blanks around '='",
            "bad_space_after_number", "1:13: warning: blank or tab after a number",
            "bad_comment_after_number", "1:13: warning: blank or tab after a number",
            "bad_number_7_digits", "1:22: warning: a C daemon refuses numbers of more than 6 digits",
            "bad_runtime_dir", "1:1: warning: RuntimeDir has no effect on this daemon",
            "bad_user", "1:1: warning: DaemonUser has no effect on this daemon");

    /** Read without complaint, but no daemon of the file is meant by the start arguments. */
    private static final ImmutableSet<String> NOT_MY_FILE = ImmutableSet.of("bad_name_not_in_file", "bad_no_local_ip");

    private static final ImmutableMap<String, String> REFUSED = ImmutableMap.<String, String>builder()
            .put("bad_timeouts_partial", "1:1: expected all nine membership timers or none, found no HurryTimeout")
            .put(
                    "bad_name_20_chars",
                    "2:2: daemon name 'abcdefghijklmnopqrst' has 20 characters; Spread allows at most 19")
            .put("bad_duplicate_name", "3:2: daemon name 'd1' is used twice, first in line 2")
            .put("bad_ip_octet", "1:16: expected an IPv4 address, found '10.9.1.256:15100': 256 is over 255")
            .put("bad_number_negative", "1:10: expected a number after Window =, found '-1'")
            .put("bad_window_zero", "1:10: Window must be at least 1, found '0'")
            .put("bad_personal_gt_window", "2:1: PersonalWindow (20) must not be over Window (10)")
            .put(
                    "bad_accel_gt_personal",
                    "2:1: AcceleratedWindow (25) must not be over PersonalWindow (20) while AcceleratedRing is on")
            .put("bad_keyword_name", "2:2: expected a daemon name or '}', found 'C'; put it in quotes")
            .put(
                    "bad_ip_without_name",
                    "2:2: expected a daemon name, found '10.9.1.1'; write the name before its address")
            .put("bad_localhost_mixed", "4:16: segments on 127.x.y.z cannot be mixed with others")
            .put("bad_empty_file", " expected at least one segment, found none")
            .put("bad_empty_segment_only", "1:1: expected at least one daemon in the segment, found none")
            .put("bad_first_segment_empty", "1:1: expected at least one daemon in the segment, found none")
            .put("bad_empty_interfaces", "3:2: expected at least one interface of daemon 'd1', found '}'")
            .put("bad_interfaces_without_id", "2:5: the address 10.9.1.1 of daemon 'd1' is not among its interfaces")
            .put("bad_11_interfaces", "13:2: more than 10 interfaces of daemon 'd1'")
            .put("bad_11_interfaces_flagged", "13:2: more than 10 interfaces of daemon 'd1'")
            .put("bad_21_segments", "61:1: more than 20 segments")
            .put("bad_129_daemons", "more than 128 daemons")
            .put(
                    "bad_unknown_keyword",
                    "1:1: expected Spread_Segment, RouteMatrix or the name of an option, found 'Foo'")
            .put(
                    "bad_lowercase_keyword",
                    "found 'spread_segment'; did you mean 'Spread_Segment'? (upper and lower case matter)")
            .put(
                    "bad_unclosed",
                    "3:1: expected a daemon name or the '}' that closes the segment, found the end of the file")
            .put("bad_acp", "1:23: expected \"PERMIT\", the only access control policy there is, found '\"DENY\"'")
            .put("bad_unknown_host", "2:16: expected an IPv4 address or host name after daemon name 'nohost.invalid'")
            .put("bad_user_name_33", "1:14: DaemonUser has 33 characters; Spread allows at most 32")
            .put("bad_bool_on", "1:20: expected true, yes, false or no after DangerousMonitor =, found 'on'")
            .put("bad_socketreuse_true", "1:19: expected on, off or auto after SocketPortReuse =, found 'true'")
            .put("bad_timeout_zero", "1:16: TokenTimeout must be at least 1, found '0'")
            .put(
                    "bad_debugflag_comma",
                    "1:16: expected a log type or '}', found 'PRINT,'; separate log types by blanks only")
            .buildOrThrow();

    @TestFactory
    Stream<DynamicTest> everySampleIsAcceptedOrRefusedForTheRightReason() throws IOException {
        return cases().entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> check(each.getKey(), each.getValue())));
    }

    @Test
    void everySampleHasAnExpectation() throws IOException {
        TreeSet<String> files = new TreeSet<>();
        try (Stream<Path> list = Files.list(FOLDER)) {
            list.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".conf"))
                    .forEach(name -> files.add(name.replace(".conf", "")));
        }
        assertThat(files).hasSize(61).isEqualTo(new TreeSet<>(cases().keySet()));
    }

    @Test
    void everyOptionIsReadIntoItsPlace() throws IOException {
        ConfigurationReading reading = read("ok_all_options");
        Options options = reading.configuration().options();
        assertThat(options.window()).isEqualTo(200);
        assertThat(options.personalWindow()).isEqualTo(30);
        assertThat(options.acceleratedRing()).contains(true);
        assertThat(options.acceleratedWindow()).isEqualTo(30);
        assertThat(options.timers()).contains(Timers.ofMillis(500, 150, 100, 100, 200, 150, 400, 400, 1500));
        assertThat(options.dangerousMonitor()).isTrue();
        assertThat(options.maxSessionMessages()).isEqualTo(5000);
        assertThat(options.socketPortReuse()).isEqualTo(Options.SocketPortReuse.ON);
        assertThat(options.allowedAuthMethods()).containsExactly("NULL", "IP");
        assertThat(options.requiredAuthMethods()).isEmpty();
        assertThat(options.debugFlags()).isEqualTo(0xffdeeb8f);
        assertThat(options.eventPriority()).isEqualTo(2);
        assertThat(options.eventLogFile()).isEmpty();
        assertThat(options.eventTimeStamp()).contains("[%a %d %b %Y %H:%M:%S] %s");
        assertThat(options.eventPreciseTimeStamp()).isTrue();
        assertThat(options.runtimeDir()).contains("/tmp");
        assertThat(options.daemonUser()).contains("nobody");
        assertThat(options.daemonGroup()).contains("nogroup");
        assertThat(options.debugInitialSequence()).isFalse();
    }

    private static void check(String name, JsonNode expected) throws IOException {
        boolean accepted = expected.get("result").asText().equals("accepted");
        String refusal = REFUSED_HERE.getOrDefault(name, REFUSED.get(name));
        if (refusal != null) {
            assertThat(accepted).isEqualTo(REFUSED_HERE.containsKey(name));
            assertThatThrownBy(() -> read(name))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith(name + ".conf:")
                    .hasMessageContaining(refusal);
            return;
        }
        ConfigurationReading reading = read(name);
        if (accepted) {
            compare(reading.configuration(), expected);
        } else if (NOT_MY_FILE.contains(name)) {
            assertThatThrownBy(() -> start(reading.configuration(), expected.get("args"), List.of()))
                    .isInstanceOf(ConfigurationException.class);
        } else {
            assertThat(ACCEPTED_HERE).containsKey(name);
            assertThat(reading.warnings().get(0).toString()).startsWith(name + ".conf:" + ACCEPTED_HERE.get(name));
        }
    }

    private static void compare(Configuration configuration, JsonNode expected) {
        String text = RingVersion.SPREAD4.hashed(
                configuration.segments(),
                configuration.options(),
                configuration.options().acceleratedRing().orElse(false));
        assertThat(text).isEqualTo(expected.get("hash_string").asText());
        assertThat(Integer.toUnsignedLong(configuration.hash()))
                .isEqualTo(expected.get("conf_hash").asLong());
        assertThat(describe(configuration)).isEqualTo(describe(expected.get("segments")));
        List<IpAddress> host =
                List.of(IpAddress.ipv4(0x0a090901), IpAddress.ipv4(0x0a090101), IpAddress.ipv4(0x0a090201));
        JsonNode args = expected.get("args");
        assertThat(start(configuration, args, host))
                .isSameAs(configuration.daemons().get(0));
    }

    /** What {@code -n name}, or its absence on the host of the recording, means. */
    private static Daemon start(Configuration configuration, JsonNode args, List<IpAddress> host) {
        return args.isEmpty()
                ? configuration.requireByAddress(host)
                : configuration.requireByName(args.get(1).asText());
    }

    private static List<String> describe(Configuration configuration) {
        return configuration.segments().stream()
                .flatMap(segment -> segment.daemons().stream()
                        .map(daemon -> segment.address() + ":" + segment.port() + " " + daemon.port() + " " + daemon
                                + daemon.interfaces()))
                .toList();
    }

    private static List<String> describe(JsonNode segments) {
        return Streams.stream(segments)
                .flatMap(segment -> Streams.stream(segment.get("daemons"))
                        .map(daemon -> segment.get("address").asText() + ":"
                                + segment.get("port").asInt() + " "
                                + segment.get("port").asInt() + " "
                                + daemon.get("name").asText() + "("
                                + daemon.get("id").asText() + ")"
                                + Streams.stream(daemon.get("interfaces"))
                                        .map(ConfigurationVectorsTest::describeInterface)
                                        .toList()))
                .toList();
    }

    private static String describeInterface(JsonNode each) {
        StringBuilder text = new StringBuilder();
        each.get("flags").forEach(flag -> text.append(flag.asText()).append(' '));
        return text + each.get("ip").asText();
    }

    private static ConfigurationReading read(String name) throws IOException {
        byte[] text = Files.readAllBytes(FOLDER.resolve(name + ".conf"));
        return ConfigurationReading.parse(
                new String(text, StandardCharsets.ISO_8859_1),
                name + ".conf",
                HostResolver.LOCALHOST_ONLY,
                Optional.of(RingVersion.SPREAD4));
    }

    private static Map<String, JsonNode> cases() throws IOException {
        JsonNode all =
                new ObjectMapper().readTree(FOLDER.resolve("expected.json").toFile());
        return all.properties().stream().collect(ImmutableMap.toImmutableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
