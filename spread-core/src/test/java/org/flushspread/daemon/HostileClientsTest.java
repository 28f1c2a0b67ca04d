package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.flushspread.Wait;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every row of the recorded malformed handshakes and messages (client-protocol 2.8 and 4.2), over real sockets, and floods. Nobody else may
 * notice: a client that is connected all the time loses nothing.
 */
@Tag("once")
@Timeout(300)
class HostileClientsTest {
    private static final int PORT = TestPorts.free();
    private static final Configuration ONE = TestDaemons.configuration(1, PORT, "");
    /** No busy machine needs so long for a handshake in good faith. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);

    /** Bytes of the reject that tells a client why its session ends. */
    private static final int LAST_REJECT = MessageHeader.LENGTH + Integer.BYTES + Name.SLOT;

    private final TestDaemons daemons = new TestDaemons();
    private SpreadDaemon daemon;
    private SpreadConnection steady;
    private int said;

    @BeforeEach
    void start() {
        KernelSettings settings = KernelSettings.DEFAULTS.withHandshakeTimeout(HANDSHAKE);
        daemon = daemons.start(ONE, "d1", daemons.options().withKernel(settings));
        steady = SpreadConnection.connect(PORT + "@127.0.1.1", "steady");
        steady.join("calm");
    }

    @AfterEach
    void stop() {
        speaks();
        steady.close();
        assertThat(daemon.isRunning()).isTrue();
        assertThat(daemon.metrics().counters()).containsEntry("loopFailures", 0L);
        daemons.close();
    }

    /** The client that is always there sends to its group and hears itself, and nothing else. */
    private void speaks() {
        String text = "message " + ++said;
        steady.multicast(Service.SAFE, "calm", text.getBytes(StandardCharsets.UTF_8));
        while (true) {
            var event = steady.receive(Duration.ofSeconds(60));
            assertThat(event).as("what was sent").isNotNull();
            if (event instanceof DataMessage message) {
                assertThat(message.text()).isEqualTo(text);
                return;
            }
        }
    }

    private long refused() {
        return daemon.metrics().refused().values().stream()
                .mapToLong(each -> each)
                .sum();
    }

    private SocketChannel connect(boolean unix) throws IOException {
        if (!unix) {
            return SocketChannel.open(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, 1}), PORT));
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(daemons.directory().resolve(Integer.toString(PORT))));
        return channel;
    }

    private static boolean ends(SocketChannel channel) throws IOException {
        return RawClient.read(channel, 1).isEmpty();
    }

    private static JsonNode vector(String file) throws IOException {
        return new ObjectMapper()
                .readTree(Path.of("../spec/vectors/client", file).toFile());
    }

    /** The C daemon judges what lies in its socket at the first look; this one waits for the rest, but not for ever (Q10). */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRecordedHandshakeIsAnsweredAndTheMalformedOnesEnd(boolean unix) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        vector("connect_refused.json").path("raw_cases").forEach(rows::add);
        assertThat(rows).hasSize(36);
        List<SocketChannel> clients = new ArrayList<>();
        try {
            // All at once: the time of those that fall silent ends at once, too.
            for (JsonNode row : rows) {
                SocketChannel client = connect(unix);
                clients.add(client);
                for (JsonNode each : row.path("sent_writes_hex")) {
                    RawClient.write(client, ByteBufUtil.decodeHexDump(each.asText()));
                }
            }
            for (int i = 0; i < rows.size(); i++) {
                isAnswered(rows.get(i), clients.get(i));
            }
        } finally {
            for (SocketChannel each : clients) {
                each.close();
            }
        }
        assertThat(daemon.metrics().refused())
                .containsKeys("VERSION_TOO_OLD", "ILLEGAL_PRIVATE_NAME", "AUTHENTICATION_FAILED", "HANDSHAKE_TIMEOUT");
    }

    private static void isAnswered(JsonNode row, SocketChannel client) throws IOException {
        Set<String> early = Set.of(
                "more name bytes than announced (3 announced, 5 sent)",
                "auth choice pipelined right behind the name (1 write)");
        String name = row.path("case").asText();
        String expected = row.path("received_hex").asText();
        if (name.contains("empty name")) {
            assertThat(RawClient.read(client, 10))
                    .as(name)
                    .startsWith(ByteBufUtil.hexDump(RawClient.LIST) + "01040400");
        } else if (early.contains(name)) {
            assertThat(RawClient.read(client, 6)).as(name).isEqualTo(ByteBufUtil.hexDump(RawClient.LIST));
        } else if (row.path("end").asText().startsWith("still open after 1.0")) {
            assertThat(RawClient.read(client, expected.length() / 2)).as(name).isEqualTo(expected);
        } else {
            String all = name.startsWith("nothing after the name") ? expected + "f7" : expected;
            assertThat(RawClient.read(client, all.length() / 2)).as(name).isEqualTo(all);
            assertThat(ends(client)).as(name).isTrue();
        }
    }

    @Test
    void aNameInUseIsRefusedOverEitherSocket() throws IOException {
        for (boolean unix : new boolean[] {false, true}) {
            try (SocketChannel client = connect(unix)) {
                RawClient.write(client, ByteBufUtil.decodeHexDump("0404000106" + "737465616479"));
                assertThat(RawClient.read(client, 1)).isEqualTo("fa");
                assertThat(ends(client)).isTrue();
            }
        }
        // It is counted behind the last byte, so the client may be first to know.
        Wait.until("both are counted", () -> daemon.metrics().refused().getOrDefault("NAME_NOT_UNIQUE", 0L) == 2);
    }

    /** The row that the C daemon waits on and this one ends (Q4). */
    private static final Set<String> STRICTER =
            Set.of("data_len 14399952, num_groups 0: header accepted, waits for the body");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRecordedOddMessageEndsItsSessionAloneOrPasses(boolean unix) throws IOException {
        int rows = 0;
        for (JsonNode row : vector("bad_messages.json").path("cases")) {
            String name = row.path("case").asText();
            String group = row.path("private_group").asText();
            long before = refused();
            try (SocketChannel client = connect(unix)) {
                RawClient.handshake(client, group.substring(1, group.lastIndexOf('#')));
                RawClient.write(client, whole(row.path("sent_hex").asText(), group));
                if (!row.path("connection").asText().equals("open") || STRICTER.contains(name)) {
                    if (!name.startsWith("KILL")) {
                        assertThat(RawClient.read(client, LAST_REJECT)).as(name).startsWith("80004080");
                        Wait.until(name + " is counted", () -> refused() == before + 1);
                    }
                    assertThat(ends(client)).as(name).isTrue();
                } else {
                    String seen = "";
                    RawClient.write(client, RawClient.message(group, List.of(group), "marker"));
                    while (!seen.endsWith(ByteBufUtil.hexDump("marker".getBytes(StandardCharsets.UTF_8)))) {
                        String more = RawClient.read(client, 1);
                        assertThat(more).as(name).isNotEmpty();
                        seen += more;
                    }
                    boolean counted = name.startsWith("AGREED with RE");
                    assertThat(refused())
                            .as(name)
                            .isEqualTo(counted && !name.contains("reserved") ? before + 1 : before);
                }
            }
            speaks();
            rows++;
        }
        assertThat(rows).isEqualTo(27);
        assertThat(daemon.metrics().refused())
                .containsEntry("BAD_MESSAGE_TYPE", 5L)
                .containsEntry("BAD_SENDER", 3L)
                .containsEntry("BAD_GROUP_COUNT", 2L)
                .containsEntry("BAD_HINT", 1L)
                .containsEntry("BAD_MESSAGE_LENGTH", 3L)
                .containsEntry("FORGED_MEMBERSHIP_BITS", 1L);
    }

    /** The recording leaves out long lists of groups. */
    private static byte[] whole(String hex, String group) {
        if (!hex.contains("...")) {
            return ByteBufUtil.decodeHexDump(hex);
        }
        int groups = hex.contains("3280") ? 101 : 100;
        return RawClient.message(group, Collections.nCopies(groups, groups == 101 ? "g" : group), "");
    }

    /** All of them are held open by their side: silent ones, ones that stop within the handshake, and ones that send noise. */
    @Test
    void tenThousandHalfOpenAndGarbageConnectionsLeaveItServing() throws IOException {
        assumeTrue(
                new SystemLimits().limit() > 12_000, "needs 12,000 file descriptors (ulimit -n) in the test's process");
        Random random = new Random(10_000);
        List<Socket> flood = new ArrayList<>();
        InetAddress host = InetAddress.getByAddress(new byte[] {127, 0, 1, 1});
        try {
            for (int i = 0; i < 10_000; i++) {
                Socket each = new Socket(host, PORT);
                flood.add(each);
                try {
                    if (i % 3 == 1) {
                        each.getOutputStream().write(new byte[] {4, 4, 0, 1, 5, 'h'}, 0, 1 + i % 6);
                    } else if (i % 3 == 2) {
                        byte[] noise = new byte[1 + random.nextInt(200)];
                        random.nextBytes(noise);
                        each.getOutputStream().write(noise);
                    }
                } catch (IOException closedBefore) {
                    // The daemon had no room for it.
                }
                if (i % 1000 == 0) {
                    speaks();
                }
            }
            Wait.until("a new client gets in", () -> {
                try (SpreadConnection late = SpreadConnection.connect(PORT + "@127.0.1.1", "late")) {
                    return late.isOpen();
                } catch (org.flushspread.client.SpreadException full) {
                    return false;
                }
            });
            speaks();
            Wait.until(
                    "nearly all are refused, the last silent ones when their time is over",
                    () -> refused() > 9_000 && daemon.metrics().refused().containsKey("HANDSHAKE_TIMEOUT"));
        } finally {
            for (Socket each : flood) {
                each.close();
            }
        }
        Map<String, Long> refused = daemon.metrics().refused();
        assertThat(refused).containsKey("HANDSHAKE_TIMEOUT");
        assertThat(refused.values().stream().mapToLong(each -> each).sum()).isGreaterThan(9_000);
        Wait.until("the flood is gone", () -> daemon.metrics().connections() == 1);
    }
}
