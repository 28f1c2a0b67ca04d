package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.embedded.EmbeddedDaemon;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reconnecting connection whose listener, link or daemon misbehaves. */
@Timeout(120)
class ReconnectingTest {
    private static final Duration SOON = Duration.ofMillis(10);
    private EmbeddedDaemon daemon;

    @BeforeEach
    void start() {
        daemon = embedded();
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private static EmbeddedDaemon embedded() {
        Configuration local = Configuration.local();
        return EmbeddedDaemon.start(local, local.daemons().get(0).name(), DaemonOptions.DEFAULTS.withNetwork(false));
    }

    /** Notes what is told. */
    private static class Log implements ReconnectingConnection.Listener {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public void event(SpreadEvent event) {
            lines.add(event instanceof DataMessage message ? message.text() : "view");
        }

        @Override
        public void connected(SpreadConnection connection, boolean again) {
            lines.add("connected " + again);
        }

        @Override
        public void disconnected(SpreadException why) {
            lines.add("disconnected");
        }
    }

    private static final class Fault extends Error {
        private static final long serialVersionUID = 1L;

        Fault() {
            super("a fault of the program", null, false, false);
        }
    }

    private static void ends(Runnable call) throws Exception {
        CompletableFuture.runAsync(call, FakeDaemon.THREADS).get(60, TimeUnit.SECONDS);
    }

    @Test
    void theClientOfAnEmbeddedDaemonConnectsAgainAndJoinsAgain() throws Exception {
        Log log = new Log();
        try (ReconnectingConnection again =
                ReconnectingConnection.connect(daemon.builder("r").options(), SOON, SOON, log)) {
            assertThat(Wait.taken(log.lines)).isEqualTo("connected false");
            again.join("room");
            assertThat(Wait.taken(log.lines)).isEqualTo("view");
            for (int i = 0; i < 3; i++) {
                Wait.until("there is a connection again", () -> again.connection() != null);
                Objects.requireNonNull(again.connection()).close();
                assertThat(Wait.taken(log.lines)).isEqualTo("disconnected");
                assertThat(Wait.taken(log.lines)).isEqualTo("connected true");
                assertThat(Wait.taken(log.lines)).isEqualTo("view");
            }
        }
    }

    @Test
    void anErrorInAnyCallCostsNothing() throws Exception {
        Log log = new Log() {
            @Override
            public void event(SpreadEvent event) {
                super.event(event);
                Thread.currentThread().interrupt();
                throw new Fault();
            }

            @Override
            public void connected(SpreadConnection connection, boolean again) {
                super.connected(connection, again);
                throw new Fault();
            }

            @Override
            public void disconnected(SpreadException why) {
                super.disconnected(why);
                throw new Fault();
            }
        };
        try (ReconnectingConnection again =
                ReconnectingConnection.connect(daemon.builder("r").options(), SOON, SOON, log)) {
            assertThat(Wait.taken(log.lines)).isEqualTo("connected false");
            again.join("room");
            assertThat(Wait.taken(log.lines)).isEqualTo("view");
            again.multicast(Multicast.to("room"), ByteBuffer.wrap(new byte[] {'1'}));
            assertThat(Wait.taken(log.lines)).isEqualTo("1");
            Objects.requireNonNull(again.connection()).close();
            assertThat(Wait.taken(log.lines)).isEqualTo("disconnected");
            assertThat(Wait.taken(log.lines)).isEqualTo("connected true");
            assertThat(Wait.taken(log.lines)).isEqualTo("view");
        }
    }

    @Test
    void memoryThatRunsOutWhileReceivingIsOneMoreDisconnection() throws Exception {
        Log log = new Log();
        AtomicReference<GatedLink> link = new AtomicReference<>();
        ConnectOptions options = daemon.builder("r")
                .links(() -> {
                    link.set(new GatedLink(daemon.link()));
                    return link.get();
                })
                .options();
        try (ReconnectingConnection again = ReconnectingConnection.connect(options, SOON, SOON, log)) {
            assertThat(Wait.taken(log.lines)).isEqualTo("connected false");
            link.get().readError = new OutOfMemoryError("for a test");
            link.get().wake();
            assertThat(Wait.taken(log.lines)).isEqualTo("disconnected");
            assertThat(Wait.taken(log.lines)).isEqualTo("connected true");
            assertThat(again.connection()).isNotNull();
        }
    }

    @Test
    void anErrorWhileAConnectionIsGivenUpIsOneMoreDisconnection() throws Exception {
        Log log = new Log();
        AtomicReference<GatedLink> link = new AtomicReference<>();
        ConnectOptions options = daemon.builder("r")
                .links(() -> {
                    link.set(new GatedLink(daemon.link()));
                    return link.get();
                })
                .options();
        try (ReconnectingConnection again = ReconnectingConnection.connect(options, SOON, SOON, log)) {
            assertThat(Wait.taken(log.lines)).isEqualTo("connected false");
            link.get().bytesUntilMemoryRunsOut = 0;
            link.get().readError = new OutOfMemoryError("for a test");
            link.get().wake();
            assertThat(Wait.taken(log.lines)).isEqualTo("disconnected");
            assertThat(Wait.taken(log.lines)).isEqualTo("connected true");
            assertThat(again.connection()).isNotNull();
        }
    }

    @Test
    void aSupplierOrAuthenticatorThatThrowsIsOneMoreFailedAttempt() throws Exception {
        Log log = new Log();
        AtomicInteger attempts = new AtomicInteger();
        ConnectOptions options = daemon.builder("r")
                .links(() -> {
                    if (attempts.incrementAndGet() % 2 == 0) {
                        throw new Fault();
                    }
                    return daemon.link();
                })
                .auth(new Authenticator() {
                    @Override
                    public String method() {
                        return "NULL";
                    }

                    @Override
                    public void authenticate(Exchange exchange) {
                        if (attempts.get() == 3) {
                            throw new Fault();
                        }
                    }
                })
                .options();
        try (ReconnectingConnection again = ReconnectingConnection.connect(options, SOON, SOON, log)) {
            assertThat(Wait.taken(log.lines)).isEqualTo("connected false");
            Objects.requireNonNull(again.connection()).close();
            assertThat(Wait.taken(log.lines)).isEqualTo("disconnected");
            assertThat(Wait.taken(log.lines)).isEqualTo("connected true");
            assertThat(attempts).hasValueGreaterThan(4);
        }
    }

    @Test
    void pausesMayBeOfAnyLength() throws Exception {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        Log log = new Log();
        AtomicInteger attempts = new AtomicInteger();
        ConnectOptions options = daemon.builder("r")
                .links(() -> {
                    if (attempts.incrementAndGet() == 2) {
                        throw new Fault();
                    }
                    return daemon.link();
                })
                .options();
        try (ReconnectingConnection again = ReconnectingConnection.connect(options, SOON, ever, log)) {
            assertThat(Wait.taken(log.lines)).isEqualTo("connected false");
            Objects.requireNonNull(again.connection()).close();
            assertThat(Wait.taken(log.lines)).isEqualTo("disconnected");
            assertThat(Wait.taken(log.lines)).isEqualTo("connected true");
        }
    }

    @Test
    void aFirstPauseThatNeverEndsWaitsForClose() throws Exception {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        CompletableFuture<Thread> serving = new CompletableFuture<>();
        Log log = new Log() {
            @Override
            public void disconnected(SpreadException why) {
                serving.complete(Thread.currentThread());
            }
        };
        ReconnectingConnection again =
                ReconnectingConnection.connect(daemon.builder("r").options(), ever, ever, log);
        Objects.requireNonNull(again.connection()).close();
        Thread thread = serving.get(60, TimeUnit.SECONDS);
        Wait.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING || !thread.isAlive());
        assertThat(thread.isAlive()).isTrue();
        ends(again::close);
        thread.join(60_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void closeEndsWhileAJoinWaitsForTheDaemon() throws Exception {
        GatedLink link = new GatedLink(daemon.link());
        ReconnectingConnection again =
                ReconnectingConnection.connect(daemon.builder("r").link(link).options(), event -> {});
        link.full = true;
        CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> again.join("room"), FakeDaemon.THREADS);
        CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> again.leave("hall"), FakeDaemon.THREADS);
        Wait.until("the join is under way", () -> again.groups().contains("room"));
        ends(again::close);
        joining.get(60, TimeUnit.SECONDS);
        leaving.get(60, TimeUnit.SECONDS);
    }

    @Test
    void closeEndsAnAttemptToConnectToASilentDaemon() throws Exception {
        CompletableFuture<Thread> connecting = new CompletableFuture<>();
        try (FakeDaemon silent = FakeDaemon.listen()) {
            AtomicInteger attempts = new AtomicInteger();
            ConnectOptions options = daemon.builder("r")
                    .timeout(Duration.ZERO)
                    .links(() -> {
                        if (attempts.incrementAndGet() == 1) {
                            return daemon.link();
                        }
                        connecting.complete(Thread.currentThread());
                        return SocketLink.connect(
                                DaemonAddress.parse(silent.name()), Path.of("/tmp"), Deadline.in(Wait.LONGEST));
                    })
                    .options();
            ReconnectingConnection again = ReconnectingConnection.connect(options, SOON, SOON, new Log());
            Objects.requireNonNull(again.connection()).close();
            Thread thread = connecting.get(60, TimeUnit.SECONDS);
            ends(again::close);
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void aLinkServesOneConnectionAndThenItSaysSo() throws Exception {
        Log log = new Log();
        ConnectOptions options = daemon.builder("r").link(daemon.link()).options();
        ReconnectingConnection again = ReconnectingConnection.connect(options, SOON, SOON, log);
        assertThat(Wait.taken(log.lines)).isEqualTo("connected false");
        Objects.requireNonNull(again.connection()).close();
        assertThat(Wait.taken(log.lines)).isEqualTo("disconnected");
        Wait.until("sending is refused", () -> {
            try {
                again.multicast(Multicast.to("room"));
                return false;
            } catch (SpreadException e) {
                return String.valueOf(e.getMessage()).contains("for good");
            }
        });
        assertThatThrownBy(() -> SpreadConnection.connect(options))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.COULD_NOT_CONNECT))
                .hasMessageContaining("withLinks");
    }
}
