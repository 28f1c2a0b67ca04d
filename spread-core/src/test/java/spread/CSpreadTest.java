package spread;

import org.flushspread.client.CDaemon;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Package {@code spread} at a C daemon. */
class CSpreadTest extends DaemonContract {
    private static CDaemon daemon;

    @BeforeAll
    static void start() {
        daemon = CDaemon.start(TestPorts.free());
    }

    @AfterAll
    static void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @Override
    int port() {
        return daemon.port();
    }
}
