package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon process whose file descriptors do not suffice for all who connect. */
@Tag("once")
@Timeout(300)
class DescriptorShortageTest {
    private static final int PORT = TestPorts.free();
    private static final String NAME = PORT + "@127.0.0.1";

    @TempDir
    Path directory;

    @Test
    void moreConnectionsThanDescriptorsLeaveItServing() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs /bin/sh");
        Files.writeString(
                directory.resolve("spread.conf"),
                "Spread_Segment 127.0.0.255:" + PORT + " { d1 127.0.0.1 { 127.0.0.1 } }\n");
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -n 110 && exec "
                                + JavaProgram.OF_TESTS.shellCommand(SpreadMain.class.getName(), "-Xmx64m")
                                + " -n d1 --socket-directory none")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Wait.until("it serves", () -> read(log).contains("membership {d1}") || !process.isAlive());
            try (SpreadConnection steady = SpreadConnection.connect(NAME, "steady")) {
                steady.join("calm");
                speaks(steady);
                List<Socket> flood = new ArrayList<>();
                try {
                    for (int i = 0; i < 300; i++) {
                        flood.add(new Socket(InetAddress.getLoopbackAddress(), PORT));
                    }
                    speaks(steady);
                } finally {
                    for (Socket each : flood) {
                        each.close();
                    }
                }
                Wait.until("a new client gets in", DescriptorShortageTest::connects);
                speaks(steady);
            }
            assertThat(process.isAlive()).as(read(log)).isTrue();
            assertThat(read(log)).doesNotContain("Exception");
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private static boolean connects() {
        try (SpreadConnection late = SpreadConnection.connect(NAME, "late")) {
            return late.isOpen();
        } catch (SpreadException full) {
            return false;
        }
    }

    private static void speaks(SpreadConnection client) {
        client.multicast(Service.SAFE, "calm", "hello".getBytes(StandardCharsets.UTF_8));
        for (var event = client.receive(Duration.ofSeconds(60));
                !(event instanceof DataMessage);
                event = client.receive(Duration.ofSeconds(60))) {
            assertThat(event).as("what was sent").isNotNull();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
