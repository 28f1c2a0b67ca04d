package spread;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** Connections of the official library's classes to a daemon of each kind, C 4.4, C 5.0.1 and ours. */
@Timeout(120)
abstract class AtEachDaemon {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static PeerDaemon daemon;

    private final List<SpreadConnection> connections = new ArrayList<>();

    @Parameter
    DaemonKind kind;

    @BeforeParameterizedClassInvocation
    static void start(DaemonKind kind) {
        daemon = PeerDaemon.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    static int port() {
        return daemon.port();
    }

    @AfterEach
    void disconnectAll() throws SpreadException {
        for (SpreadConnection each : connections) {
            if (each.isConnected()) {
                each.disconnect();
            }
        }
    }

    static InetAddress localhost() {
        return InetAddresses.forString(daemon.kind().host());
    }

    static String fresh(String prefix) {
        return prefix + NAMES.incrementAndGet();
    }

    SpreadConnection unconnected() {
        SpreadConnection connection = new SpreadConnection();
        connections.add(connection);
        return connection;
    }

    SpreadConnection connect(String name, boolean membership) throws SpreadException {
        SpreadConnection connection = unconnected();
        connection.connect(localhost(), port(), name, false, membership);
        return connection;
    }

    SpreadConnection connect() throws SpreadException {
        return connect(fresh("c"), true);
    }

    /** Joins and takes the membership that says so. */
    static SpreadGroup join(SpreadConnection connection, String name) throws Exception {
        SpreadGroup group = new SpreadGroup();
        group.join(connection, name);
        SpreadMessage first = connection.receive();
        assertThat(first.isMembership()).isTrue();
        return group;
    }

    static SpreadMessage message(String text, String... groups) {
        SpreadMessage message = new SpreadMessage();
        message.addGroups(groups);
        message.setData(text.getBytes(StandardCharsets.UTF_8));
        message.setAgreed();
        return message;
    }

    static String text(SpreadMessage message) {
        return new String(message.getData(), StandardCharsets.UTF_8);
    }
}
