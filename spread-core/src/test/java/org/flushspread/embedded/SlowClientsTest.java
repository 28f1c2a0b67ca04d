package org.flushspread.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.View;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.TestPorts;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.SlowClients;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** client-protocol 6.4, over each way that clients come: with back-pressure senders wait for a slow client, but not for a dead one. */
@Timeout(180)
class SlowClientsTest {
    private enum Way {
        TCP,
        UNIX,
        MEMORY
    }

    private static final int MESSAGES = 30_000;
    private static final byte[] BODY = new byte[1000];

    private final int port = TestPorts.free();

    @ParameterizedTest
    @EnumSource
    void sendersWaitForASlowClientAndNothingIsLost(Way way) throws Exception {
        try (EmbeddedDaemon daemon = start(Duration.ofMinutes(2));
                SpreadConnection reader = connect(daemon, way, "reader");
                SpreadConnection sender = connect(daemon, way, "sender")) {
            reader.join("room");
            next(reader, View.class);
            CompletableFuture<Void> sending = send(sender);
            Wait.until("senders are held back", () -> refused(daemon).containsKey("SENDERS_HELD_BACK"));
            assertThat(sending).isNotDone();
            for (int i = 0; i < MESSAGES; i++) {
                next(reader, DataMessage.class);
            }
            sending.get(60, TimeUnit.SECONDS);
            assertThat(refused(daemon)).containsKey("CLIENT_FALLS_BEHIND");
            assertThat(refused(daemon)).doesNotContainKeys("SLOW_CLIENT", "STALLED_CLIENT");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatTakesNothingIsGivenUpAndSendersGoOn(Way way) throws Exception {
        try (EmbeddedDaemon daemon = start(Duration.ofSeconds(1));
                SpreadConnection reader = connect(daemon, way, "reader");
                SpreadConnection sender = connect(daemon, way, "sender")) {
            reader.join("room");
            next(reader, View.class);
            CompletableFuture<Void> sending = send(sender);
            Wait.until("the client is given up", () -> refused(daemon).containsKey("STALLED_CLIENT"));
            sending.get(60, TimeUnit.SECONDS);
            assertThat(refused(daemon)).doesNotContainKey("SLOW_CLIENT");
        }
    }

    private EmbeddedDaemon start(Duration stalledAfter) {
        DaemonOptions options = DaemonOptions.DEFAULTS.withKernel(
                KernelSettings.DEFAULTS.withSlowClients(SlowClients.BACKPRESSURE, stalledAfter));
        return EmbeddedDaemon.start(Configuration.local(port), "localhost", options);
    }

    private SpreadConnection connect(EmbeddedDaemon daemon, Way way, String name) {
        return switch (way) {
            case TCP -> SpreadConnection.connect(port + "@127.0.0.1", name);
            case UNIX -> SpreadConnection.connect(String.valueOf(port), name);
            case MEMORY -> daemon.connect(name);
        };
    }

    private static CompletableFuture<Void> send(SpreadConnection sender) {
        return CompletableFuture.runAsync(() -> {
            for (int i = 0; i < MESSAGES; i++) {
                sender.multicast(Service.FIFO, "room", BODY);
            }
        });
    }

    private static Map<String, Long> refused(EmbeddedDaemon daemon) {
        return daemon.metrics().refused();
    }

    private static <T extends SpreadEvent> T next(SpreadConnection connection, Class<T> type) {
        while (true) {
            SpreadEvent event = Objects.requireNonNull(connection.receive(Duration.ofSeconds(30)), "nothing came");
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }
}
