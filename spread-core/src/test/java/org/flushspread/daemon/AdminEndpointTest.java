package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.admin.Http;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** operations 2: what a daemon on real sockets tells through its admin socket and its port. */
@Timeout(120)
class AdminEndpointTest {
    private static final int PORT = TestPorts.free();
    private static final int HTTP = TestPorts.free();
    private static final Configuration TWO = TestDaemons.configuration(2, PORT, TestDaemons.FAST);

    private final TestDaemons daemons = new TestDaemons();

    @AfterEach
    void close() {
        daemons.close();
    }

    private Path socket() {
        return daemons.directory().resolve(PORT + ".admin");
    }

    private static JsonNode json(Http answer) throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    @Test
    void statusTellsRingMembershipChangesGroupsAndSessions() throws Exception {
        SpreadDaemon first = daemons.start(TWO, "d1");
        DaemonOptions withoutSocket = daemons.options().withSocketDirectory(Optional.empty());
        SpreadDaemon second = daemons.start(TWO, "d2", withoutSocket);
        TestDaemons.awaitMembership(first, "d1", "d2");
        try (SpreadConnection client = SpreadConnection.builder(Integer.toString(PORT), "ann")
                .socketDirectory(daemons.directory())
                .connect()) {
            client.join("room").awaitView(1, Duration.ofSeconds(60));
            client.multicast(Service.SAFE, "room", new byte[100]);
            Wait.until(
                    "the message is ordered",
                    () -> first.metrics().counters().get("messagesDelivered").equals(1L));

            JsonNode status = json(Http.get(socket(), "/status"));

            assertThat(status.get("daemon").asText()).isEqualTo("d1");
            assertThat(status.get("ready").asBoolean()).isTrue();
            JsonNode ring = status.get("ring");
            assertThat(ring.get("state").asText()).isEqualTo("OP");
            assertThat(ring.get("members").toString()).isEqualTo("[\"d1\",\"d2\"]");
            assertThat(ring.get("tokenRotation").get("count").asLong()).isPositive();
            JsonNode group = status.get("groups").get(0);
            assertThat(group.get("name").asText()).isEqualTo("room");
            assertThat(group.get("members").toString()).isEqualTo("[\"#ann#d1\"]");
            JsonNode session = status.get("sessions").get(0);
            assertThat(session.get("name").asText()).isEqualTo("#ann#d1");
            assertThat(session.get("kind").asText()).isEqualTo("unix");
            assertThat(session.get("queuedMessages").asInt()).isZero();
            assertThat(status.get("queues").get("messages").asLong()).isZero();
            assertThat(status.get("queues").get("mostMessages").asLong()).isEqualTo(2_000_000);
            assertThat(status.get("ordered").get("SAFE").get("messages").asLong())
                    .isEqualTo(1);
            assertThat(status.get("ordered").get("SAFE").get("bytes").asLong()).isEqualTo(100);
            JsonNode changes = status.get("membershipChanges");
            JsonNode last = changes.get(changes.size() - 1);
            assertThat(last.get("to").toString()).isEqualTo("[\"d1\",\"d2\"]");
        }
        Wait.until("the session is gone", () -> {
            try {
                return json(Http.get(socket(), "/status")).get("sessionCount").asInt() == 0;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        second.close();
        TestDaemons.awaitMembership(first, "d1");
        JsonNode[] change = new JsonNode[1];
        Wait.until("the change is told", () -> {
            try {
                JsonNode changes = json(Http.get(socket(), "/status")).get("membershipChanges");
                change[0] = changes.get(changes.size() - 1);
                return change[0].get("to").size() == 1;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(change[0].get("text").asText()).isEqualTo("d2 is gone: it was stopped and left the ring in order");
        assertThat(change[0].get("cause").asText()).isEqualTo("LEFT");
        assertThat(change[0].get("steps").toString()).isEqualTo("[\"FORM1_VISITED\",\"FORM2_VISITED\",\"INSTALLED\"]");
        JsonNode status = json(Http.get(socket(), "/status"));
        assertThat(status.get("disconnects").get("CLIENT_DISCONNECTED").asInt()).isEqualTo(1);
    }

    @Test
    void theSocketIsForOneUserAndGoneWithTheDaemon() throws Exception {
        SpreadDaemon daemon = daemons.start(TWO, "d1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-------");
        daemon.close();
        assertThat(socket()).doesNotExist();
    }

    @Test
    void aStaleSocketIsReplacedAndOneThatAnswersIsLeft() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        SpreadDaemon first = daemons.start(TWO, "d1");
        assertThat(json(Http.get(socket(), "/status")).get("daemon").asText()).isEqualTo("d1");
        daemons.start(TWO, "d2");
        assertThat(json(Http.get(socket(), "/status")).get("daemon").asText()).isEqualTo("d1");
        first.close();
    }

    @Test
    void httpIsServedOnlyWhereItIsAskedFor() throws Exception {
        DaemonOptions options = daemons.options();
        daemons.start(
                TWO,
                "d1",
                options.withAdmin(options.admin()
                        .withSocket(false)
                        .withHttp(Optional.of(new InetSocketAddress("127.0.0.1", HTTP)))));
        assertThat(socket()).doesNotExist();
        assertThat(json(Http.get(HTTP, "/status")).get("daemon").asText()).isEqualTo("d1");
        assertThat(Http.get(HTTP, "/health/live").status()).isEqualTo(200);
        assertThatThrownBy(() -> daemons.start(
                        TWO,
                        "d2",
                        options.withAdmin(
                                options.admin().withHttp(Optional.of(new InetSocketAddress("127.0.0.1", HTTP))))))
                .isInstanceOf(DaemonStartException.class)
                .hasMessageContaining("--http");
    }

    @Test
    void readyMeansMemberOfAnOperationalRing() throws Exception {
        SpreadDaemon daemon = daemons.start(TWO, "d1");
        TestDaemons.awaitMembership(daemon, "d1");
        Wait.until("ready", () -> {
            try {
                return Http.get(socket(), "/health/ready").status() == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
