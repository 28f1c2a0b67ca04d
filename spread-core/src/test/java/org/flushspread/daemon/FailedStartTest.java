package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.embedded.EmbeddedDaemon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A daemon that cannot start leaves nothing behind in the process that wanted it: no thread, no descriptor, no port. */
@Timeout(120)
class FailedStartTest {
    private static final int PORT = TestPorts.free();
    private static final Configuration ONE = Configuration.local(PORT);

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.isAlive() && each.getName().startsWith("spread-localhost"));
    }

    /** A directory that throws when it is asked for the socket's file: behind the UDP and TCP sockets, before the begin. */
    private static Optional<Path> broken(Throwable what) {
        return Optional.of((Path)
                Proxy.newProxyInstance(Path.class.getClassLoader(), new Class<?>[] {Path.class}, (p, method, args) -> {
                    throw what;
                }));
    }

    private static void leavesNothing(DaemonOptions options, Class<? extends Throwable> expected) {
        // What the process opens once and for all.
        EmbeddedDaemon.start(ONE, "localhost", DaemonOptions.DEFAULTS.withSocketDirectory(Optional.empty()))
                .close();
        long before = descriptors();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> EmbeddedDaemon.start(ONE, "localhost", options))
                    .isInstanceOf(expected);
        }
        Wait.until("no thread is left", () -> !hasThread());
        Wait.until("no descriptor is left: " + descriptors() + " of " + before, () -> descriptors() <= before);
        EmbeddedDaemon.start(ONE, "localhost", DaemonOptions.DEFAULTS.withSocketDirectory(Optional.empty()))
                .close();
    }

    @Test
    void anErrorInTheMiddleOfTheStartLeavesNothingBehind() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs /proc");
        leavesNothing(
                DaemonOptions.DEFAULTS.withSocketDirectory(broken(new StackOverflowError("injected"))),
                StackOverflowError.class);
        leavesNothing(
                DaemonOptions.DEFAULTS.withNio(true).withSocketDirectory(broken(new OutOfMemoryError("injected"))),
                OutOfMemoryError.class);
    }

    /** Two daemons in a segment with a multicast group, and the one to start is of another host. */
    @Test
    void theNameOfAnotherHostOnAMulticastSegmentIsSaidToBeThat() {
        int port = TestPorts.free();
        Configuration elsewhere = Configuration.parse(
                "Spread_Segment 225.0.1.1:" + port + " {\n here 127.0.0.1\n there 192.0.2.7\n}\n",
                "test",
                HostResolver.LOCALHOST_ONLY);
        for (boolean nio : new boolean[] {false, true}) {
            assertThatThrownBy(() -> SpreadDaemon.start(
                            elsewhere,
                            elsewhere.requireByName("there"),
                            DaemonOptions.DEFAULTS.withNio(nio).withSocketDirectory(Optional.empty())))
                    .isInstanceOf(DaemonStartException.class)
                    .hasMessageContaining("192.0.2.7")
                    .hasMessageContaining("Is 'there' the name of another host (-n)?");
        }
    }

    @Test
    void anExceptionInTheMiddleOfTheStartLeavesNothingBehind() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "needs /proc");
        leavesNothing(
                DaemonOptions.DEFAULTS.withSocketDirectory(Optional.of(Path.of("/nowhere/at/all"))),
                DaemonStartException.class);
    }

    @Test
    void everyThrowableIsToldAsASentenceWithItsStatus() {
        java.io.StringWriter err = new java.io.StringWriter();
        java.io.PrintWriter out = new java.io.PrintWriter(err);
        assertThat(Ending.told(new DaemonStartException("no port"), out)).isEqualTo(Ending.FAILED);
        assertThat(Ending.told(new OutOfMemoryError("Java heap space"), out)).isEqualTo(Ending.BROKEN);
        assertThat(Ending.told(new AssertionError("odd"), out)).isEqualTo(Ending.BROKEN);
        assertThat(Ending.told(new IllegalArgumentException("odd"), out)).isEqualTo(Ending.BROKEN);
        assertThat(err.toString())
                .contains("spread: no port")
                .contains("spread: cannot start: out of memory (Java heap space)", "FLUSH_SPREAD_HEAP")
                .contains("spread: cannot start: an error in the program");
    }
}
