package spread;

import java.nio.file.Path;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SpreadDaemon;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Package {@code spread} at our daemon. */
class OurDaemonTest extends DaemonContract {
    private static final int PORT = TestPorts.free();
    private static SpreadDaemon daemon;

    @BeforeAll
    static void start(@TempDir Path directory) {
        Configuration configuration = Configuration.parse(
                "Spread_Segment 127.0.0.255:" + PORT + " { d1 127.0.0.1 { 127.0.0.1 } }\n",
                "test",
                HostResolver.LOCALHOST_ONLY);
        DaemonOptions options = DaemonOptions.DEFAULTS.withSocketDirectory(Optional.of(directory));
        daemon = SpreadDaemon.start(configuration, configuration.requireByName("d1"), options);
    }

    @AfterAll
    static void stop() {
        daemon.close();
    }

    @Override
    int port() {
        return PORT;
    }
}
