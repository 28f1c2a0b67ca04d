package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.View;
import org.flushspread.config.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rings of daemons over real sockets. */
class RingOverSocketsTest {
    private static final int MESSAGES = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestDaemons daemons = new TestDaemons();
    private final List<SpreadConnection> connections = new ArrayList<>();

    @AfterEach
    void close() {
        connections.forEach(SpreadConnection::close);
        daemons.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threeDaemonsFormARingAndEveryMemberSeesOneOrder(boolean nio) {
        String accelerated = nio ? "AcceleratedRing = no\n" : "AcceleratedRing = yes\n";
        Configuration ring = TestDaemons.configuration(3, TestPorts.free(), TestDaemons.FAST + accelerated);
        List<SpreadDaemon> started = new ArrayList<>();
        for (String name : List.of("d1", "d2", "d3")) {
            // They share the port and so the path of the unix socket: by TCP only.
            started.add(daemons.start(
                    ring,
                    name,
                    daemons.options()
                            .withSocketDirectory(java.util.Optional.empty())
                            .withNio(nio)));
        }
        for (SpreadDaemon each : started) {
            TestDaemons.awaitMembership(each, "d1", "d2", "d3");
        }
        for (SpreadDaemon each : started) {
            SpreadConnection connection = connect(each);
            connections.add(connection);
            connection.join("room");
        }
        for (SpreadConnection each : connections) {
            awaitMembers(each, 3);
        }
        byte[] body = new byte[900];
        for (int i = 0; i < MESSAGES; i++) {
            for (SpreadConnection each : connections) {
                Arrays.fill(body, (byte) ' ');
                byte[] text = (each.privateGroup() + " " + i).getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(text, 0, body, 0, text.length);
                each.multicast(i % 3 == 0 ? Service.SAFE : Service.AGREED, "room", body);
            }
        }
        List<List<String>> seen = new ArrayList<>();
        for (SpreadConnection each : connections) {
            seen.add(receive(each, 3 * MESSAGES));
        }
        assertThat(seen.get(0)).doesNotHaveDuplicates().hasSize(3 * MESSAGES);
        assertThat(seen.get(1)).isEqualTo(seen.get(0));
        assertThat(seen.get(2)).isEqualTo(seen.get(0));
        // Many packets at once, however slowly the messages before were sent.
        connections.get(0).multicast(Service.AGREED, "room", new byte[100_000]);
        for (SpreadConnection each : connections) {
            receive(each, 1);
        }
        if (!nio && Sockets.best() == Sockets.EPOLL) {
            assertThat(started.get(0).metrics().counters().get("runsSent")).isPositive();
        }
        started.get(2).close();
        TestDaemons.awaitMembership(started.get(0), "d1", "d2");
        awaitMembers(connections.get(0), 2);
    }

    private static SpreadConnection connect(SpreadDaemon daemon) {
        String host = daemon.me().address().toString();
        return SpreadConnection.connect(
                daemon.me().port() + "@" + host, "m" + daemon.me().index());
    }

    static void awaitMembers(SpreadConnection connection, int count) {
        while (true) {
            SpreadEvent event = Objects.requireNonNull(connection.receive(PATIENCE), "no view in time");
            if (event instanceof View view && view.members().size() == count) {
                return;
            }
        }
    }

    static List<String> receive(SpreadConnection connection, int count) {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            SpreadEvent event = Objects.requireNonNull(
                    connection.receive(PATIENCE), () -> "only " + texts.size() + " messages came");
            if (event instanceof DataMessage message) {
                texts.add(message.text().strip());
            }
        }
        return texts;
    }
}
