package spread;

import org.flushspread.client.CDaemon;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Package {@code spread} at a C daemon. */
class CSpreadTest extends DaemonContract {
    private static CDaemon daemon;

    @BeforeAll
    static void start() {
        daemon = CDaemon.start(16_001);
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
