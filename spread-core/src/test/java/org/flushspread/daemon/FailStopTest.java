package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.reflect.Field;
import java.time.Duration;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadException;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Probe;
import org.flushspread.wire.MembershipId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** A failure in the middle of a step ends the daemon, loudly (guarantees, where failures end). */
@Timeout(120)
class FailStopTest {
    private static final int PORT = TestPorts.free();
    private static final Configuration ONE = TestDaemons.configuration(1, PORT, "");

    private final TestDaemons daemons = new TestDaemons();

    @AfterEach
    void close() {
        daemons.close();
    }

    @Test
    void aDaemonWhoseEngineFailsEndsSaysWhyAndLosesItsClients() throws Exception {
        assertThat(endOf(new IllegalStateException("a bug"))).contains("the protocol engine failed", "a bug");
    }

    @Test
    void aDaemonWithABrokenInvariantEndsAndNamesIt() throws Exception {
        InvariantViolation violation = new InvariantViolation("a rule", "what contradicts it");

        assertThat(endOf(violation)).contains("the protocol engine failed", "a rule", "what contradicts it");
    }

    /** operations 5: what led to it is in the log, the newest event last. */
    @Test
    void theLogOfABrokenInvariantHasTheLastProtocolEvents() throws Exception {
        Logger shell = (Logger) LoggerFactory.getLogger(Shell.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        shell.addAppender(lines);
        try {
            endOf(new InvariantViolation("a rule", "what contradicts it"));
        } finally {
            shell.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(each -> each.startsWith("the last protocol events:"))
                .singleElement()
                .asString()
                .contains("MembershipInstalled", "SessionOpened");
    }

    /** What a daemon says that ended because this came up in the middle of a delivery; its client is lost. */
    private String endOf(RuntimeException bug) throws Exception {
        SpreadDaemon daemon = daemons.start(ONE, "d1");
        try (SpreadConnection client = SpreadConnection.connect(PORT + "@127.0.1.1", "c")) {
            kernelOf(daemon).probe(new Probe() {
                @Override
                public void delivered(
                        MembershipId ring, int sequence, int service, boolean wholeInOnePacket, Message message) {
                    throw bug;
                }
            });
            client.join("g");
            assertThatThrownBy(() -> {
                        while (client.receive(Duration.ofSeconds(60)) != null) {}
                    })
                    .isInstanceOf(SpreadException.class);
        }
        daemon.await();
        assertThat(daemon.isRunning()).isFalse();
        return daemon.failure().orElseThrow();
    }

    private static Kernel kernelOf(SpreadDaemon daemon) throws ReflectiveOperationException {
        Field field = SpreadDaemon.class.getDeclaredField("kernel");
        field.setAccessible(true);
        return (Kernel) field.get(daemon);
    }
}
