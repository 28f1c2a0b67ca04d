package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.flushspread.Wait;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client whose host dies says nothing any more: the daemon asks it before long. */
@Timeout(120)
class DeadClientTest {
    private static final int PORT = TestPorts.free();
    private static final Path TABLE = Path.of("/proc/net/tcp");
    /** Column 5 of an established connection: which timer runs, and for how many hundredths of a second. */
    private static final String KEEP_ALIVE = "02:";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSilentConnectionIsAskedAfterHalfTheTimeThatWasSet(boolean nio) throws IOException {
        assumeTrue(Files.isReadable(TABLE), "needs /proc/net/tcp");
        assertThat(DaemonOptions.DEFAULTS.deadClientAfter()).isLessThan(Duration.ofMinutes(2));
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(
                    TestDaemons.configuration(1, PORT, ""),
                    "d1",
                    daemons.options().withNio(nio).withDeadClientAfter(Duration.ofSeconds(40)));
            try (SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.1.1", PORT))) {
                RawClient.handshake(client, "calm");
                Wait.until("the keep-alive timer runs for 20 s", () -> {
                    String timer = timer();
                    return timer.startsWith(KEEP_ALIVE) && Long.parseLong(timer.substring(3), 16) <= 2000;
                });
            }
        }
    }

    private static String timer() {
        String local = String.format(Locale.ROOT, "0101007F:%04X", PORT);
        try {
            for (String line : Files.readAllLines(TABLE)) {
                String[] columns = line.strip().split(" +");
                if (columns[1].equals(local) && columns[3].equals("01")) {
                    return columns[5];
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return "";
    }

    @org.junit.jupiter.api.Test
    void aTimeThatCannotBeIsRefused() {
        assertThatThrownBy(() -> DaemonOptions.DEFAULTS.withDeadClientAfter(Duration.ofSeconds(-1)))
                .hasMessageContaining("not -1 s");
    }
}
