package org.flushspread.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A daemon in this JVM, reached through memory. */
@Timeout(120)
class EmbeddedDaemonTest {
    private static final int PORT = TestPorts.free();
    private static final int OTHER = TestPorts.free();
    private static final DaemonOptions ALONE = DaemonOptions.DEFAULTS.withNetwork(false);

    private static EmbeddedDaemon start() {
        return EmbeddedDaemon.start(Configuration.local(PORT), "localhost", ALONE);
    }

    private static <T extends SpreadEvent> T next(SpreadConnection connection, Class<T> type) {
        while (true) {
            SpreadEvent event = Objects.requireNonNull(connection.receive(Duration.ofSeconds(15)), "nothing came");
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    @Test
    void membersInOneJvmTalkWithoutAnySocket() {
        try (EmbeddedDaemon daemon = start();
                SpreadConnection alice = daemon.connect("alice")) {
            SpreadConnection bob = daemon.connect("bob");
            assertThat(alice.privateGroup()).isEqualTo("#alice#localhost");
            assertThat(alice.channel()).isNull();
            alice.join("room");
            assertThat(next(alice, View.class).members()).hasSize(1);
            bob.join("room");
            assertThat(next(alice, View.class).members()).hasSize(2);
            assertThat(next(bob, View.class).members()).hasSize(2);
            bob.multicast(Service.SAFE, "room", "hello".getBytes(StandardCharsets.UTF_8));
            assertThat(next(alice, DataMessage.class).text()).isEqualTo("hello");
            bob.close();
            assertThat(next(alice, View.class).members()).containsExactly("#alice#localhost");
        }
    }

    @Test
    void messagesLargerThanTheMemoryBetweenThemPass() {
        try (EmbeddedDaemon daemon = start();
                SpreadConnection alice = daemon.connect("alice")) {
            alice.join("room");
            byte[] body = new byte[3_000_000];
            new Random(3).nextBytes(body);
            for (int i = 0; i < 3; i++) {
                alice.multicast(Service.FIFO, "room", body);
                assertThat(next(alice, DataMessage.class).bytes()).isEqualTo(body);
            }
        }
    }

    @Test
    void aNameThatIsTakenIsRefusedAsOverASocket() {
        try (EmbeddedDaemon daemon = start();
                SpreadConnection alice = daemon.connect("alice")) {
            assertThat(alice.isOpen()).isTrue();
            assertThatThrownBy(() -> daemon.connect("alice")).isInstanceOf(SpreadException.class);
        }
    }

    @Test
    void connectionsEndWithTheDaemon() {
        EmbeddedDaemon daemon = start();
        SpreadConnection alice = daemon.connect("alice");
        daemon.close();
        assertThatThrownBy(() -> alice.receive(Duration.ofSeconds(15))).isInstanceOf(SpreadException.class);
        alice.close();
        assertThatThrownBy(() -> daemon.connect("late")).isInstanceOf(RuntimeException.class);
    }

    @Test
    void aDaemonThatIsNotInTheConfigurationIsNamed() {
        assertThatThrownBy(() -> EmbeddedDaemon.start(Configuration.local(PORT), "node7"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("node7");
    }

    @Test
    void clientsBesideTheJvmReachItOverSocketsUnlessItWasToldNot() {
        DaemonOptions tcpOnly = DaemonOptions.DEFAULTS.withSocketDirectory(Optional.empty());
        try (EmbeddedDaemon daemon = EmbeddedDaemon.start(Configuration.local(OTHER), "localhost", tcpOnly);
                SpreadConnection inside = daemon.connect("inside");
                SpreadConnection outside = SpreadConnection.connect(OTHER + "@127.0.0.1", "outside")) {
            inside.join("room");
            next(inside, View.class);
            outside.multicast(Service.AGREED, "room", "hi".getBytes(StandardCharsets.UTF_8));
            assertThat(next(inside, DataMessage.class).sender()).isEqualTo("#outside#localhost");
        }
    }

    /**
     * A member in the daemon's JVM has no buffers of a system before it: a pause to compile or to collect garbage must not cost it its
     * connection, however much comes meanwhile.
     */
    @Test
    void aMemberThatPausesForLessThanASecondIsNotCutOff() {
        Duration second = Duration.ofSeconds(1);
        Duration paused = pausing(Duration.ofMillis(700));
        // A machine that stood still meanwhile made the pause longer than it was meant to be.
        for (int i = 0; i < 10 && paused.compareTo(second) > 0; i++) {
            paused = pausing(Duration.ofMillis(700));
        }
        assertThat(paused).isLessThan(second);
    }

    /** The longest time in which a member did not read, who was not cut off if that was less than a second. */
    private static Duration pausing(Duration time) {
        try (EmbeddedDaemon daemon = start();
                SpreadConnection reader = daemon.connect("reader");
                SpreadConnection sender = daemon.connect("sender")) {
            reader.join("room");
            next(reader, View.class);
            byte[] body = new byte[100];
            // What has not been compiled yet is too slow to fill anything.
            for (int i = 0; i < 20_000; i++) {
                sender.multicast(Service.FIFO, "room", body);
                next(reader, DataMessage.class);
            }
            long begin = System.nanoTime();
            int sent = 0;
            while (System.nanoTime() - begin < time.toNanos() && sent < 200_000) {
                sender.multicast(Service.FIFO, "room", body);
                sent++;
            }
            long longest = 0;
            long last = begin;
            try {
                for (int i = 0; i < sent; i++) {
                    next(reader, DataMessage.class);
                    longest = Math.max(longest, System.nanoTime() - last);
                    last = System.nanoTime();
                }
            } catch (SpreadException cutOff) {
                longest = Math.max(longest, System.nanoTime() - last);
            }
            Duration paused = Duration.ofNanos(longest);
            if (paused.compareTo(Duration.ofSeconds(1)) < 0) {
                assertThat(daemon.metrics().refused()).doesNotContainKey("SLOW_CLIENT");
                assertThat(reader.isOpen()).isTrue();
            }
            return paused;
        }
    }

    @Test
    void aMemberThatNeverReadsIsStillCutOff() {
        try (EmbeddedDaemon daemon = start();
                SpreadConnection reader = daemon.connect("reader");
                SpreadConnection sender = daemon.connect("sender")) {
            reader.join("room");
            next(reader, View.class);
            byte[] body = new byte[10_000];
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!daemon.metrics().refused().containsKey("SLOW_CLIENT")) {
                assertThat(System.nanoTime()).as("it holds up nobody for ever").isLessThan(end);
                sender.multicast(Service.FIFO, "room", body);
            }
            assertThat(sender.isOpen()).isTrue();
        }
    }
}
