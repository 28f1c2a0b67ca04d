package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client takes few descriptors, and gives all of them back when it cannot connect. */
@Timeout(120)
class FewDescriptorsTest {
    @TempDir
    Path directory;

    /** Runs with few descriptors, in a process of its own: port, and prints what leaked. */
    static final class Program {
        public static void main(String[] args) throws IOException {
            ConnectOptions options =
                    ConnectOptions.of(args[0] + "@127.0.0.1", "x").withTimeout(Duration.ofMillis(100));
            // Whatever the JVM opens once.
            for (int i = 0; i < 2; i++) {
                fail(options);
            }
            Deque<FileInputStream> held = new ArrayDeque<>();
            try {
                while (true) {
                    held.push(new FileInputStream("/dev/null"));
                }
            } catch (IOException full) {
                held.pop().close();
            }
            StringBuilder leaks = new StringBuilder();
            for (int free = 1; free <= 8; free++) {
                int before = descriptors();
                fail(options);
                leaks.append(descriptors() - before).append(' ');
                held.pop().close();
            }
            System.out.println("leaked " + leaks);
        }

        private static void fail(ConnectOptions options) {
            try {
                MessageChannel.connect(options).close();
                throw new AssertionError("nobody answers there");
            } catch (SpreadException expected) {
                // Its message is another matter.
            }
        }

        /** Without a descriptor of its own, of which there may be none. */
        private static int descriptors() {
            int count = 0;
            for (int i = 0; i < 256; i++) {
                try {
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + i));
                    count++;
                } catch (IOException unused) {
                    continue;
                }
            }
            return count;
        }
    }

    @Test
    void aConnectThatFailsForWantOfDescriptorsGivesBackWhatItHad() throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs /proc");
        try (ServerSocket silent = new ServerSocket(0, 1000, InetAddress.getByName("127.0.0.1"))) {
            Path out = directory.resolve("out");
            Process process = new ProcessBuilder(
                            "/bin/sh",
                            "-c",
                            "ulimit -n 120 && exec "
                                    + JavaProgram.OF_TESTS.shellCommand(Program.class.getName(), "-Xmx64m")
                                    + " " + silent.getLocalPort())
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(Files.readString(out)).contains("leaked 0 0 0 0 0 0 0 0 ");
            } finally {
                process.destroyForcibly().onExit().join();
            }
        }
    }

    @Test
    void aConnectionTakesThreeDescriptors() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs /proc");
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            DaemonAddress daemon = DaemonAddress.parse(server.getLocalPort() + "@127.0.0.1");
            SocketLink.connect(daemon, directory, Deadline.in(Wait.LONGEST)).close();
            long before = open();
            List<SocketLink> links = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                links.add(SocketLink.connect(daemon, directory, Deadline.in(Wait.LONGEST)));
            }
            // Other tests' threads may open or close a few meanwhile.
            assertThat(open() - before).isBetween(50L, 70L);
            links.forEach(SocketLink::close);
            assertThat(open() - before).isLessThan(10);
        }
    }

    private static long open() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    /** The text of the system's error is in its language, so that it tells nothing. */
    @Test
    void aUnixSocketWithAFullBacklogIsAskedAgainUntilTheTimeIsOver() throws IOException {
        Path path = directory.resolve("4711");
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path), 1);
            boolean full = false;
            while (!full) {
                SocketChannel next = SocketChannel.open(StandardProtocolFamily.UNIX);
                waiting.add(next);
                next.configureBlocking(false);
                try {
                    next.connect(UnixDomainSocketAddress.of(path));
                } catch (IOException backlogIsFull) {
                    full = true;
                }
            }
            DaemonAddress daemon = DaemonAddress.parse("4711");
            assertThatThrownBy(() -> SocketLink.connect(daemon, directory, Deadline.in(Duration.ofMillis(300))))
                    .hasMessageContaining("no answer from");
        } finally {
            for (SocketChannel each : waiting) {
                each.close();
            }
        }
    }
}
