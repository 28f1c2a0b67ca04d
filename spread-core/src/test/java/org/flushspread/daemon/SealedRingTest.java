package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.Wait;
import org.flushspread.client.DataMessage;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.View;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.kernel.base.ReloadOrigin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rings on real sockets whose datagrams are sealed (security 2). */
@Timeout(180)
class SealedRingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestDaemons daemons = new TestDaemons();
    private final int port = TestPorts.free();
    private final Configuration three = TestDaemons.configuration(3, port, TestDaemons.FAST);

    @TempDir
    private Path keys;

    @AfterEach
    void close() {
        daemons.close();
    }

    private DaemonOptions plain() {
        return daemons.options().withSocketDirectory(Optional.empty());
    }

    private DaemonOptions sealed(Path key) {
        return plain().withSeal(new SealOptions(key, keys));
    }

    private Path newKey(String name) {
        Path file = keys.resolve(name);
        SealKeys.create(file);
        return file;
    }

    private static byte[] awaitMessage(SpreadConnection at) {
        SpreadEvent event = at.receive(PATIENCE);
        while (event != null && !(event instanceof DataMessage)) {
            event = at.receive(PATIENCE);
        }
        assertThat(event).as("a message").isInstanceOf(DataMessage.class);
        return ((DataMessage) event).bytes();
    }

    private static void awaitBoth(SpreadConnection at) {
        SpreadEvent event = at.receive(PATIENCE);
        while (event != null && !(event instanceof View view && view.members().size() == 2)) {
            event = at.receive(PATIENCE);
        }
        assertThat(event).as("a view of both").isNotNull();
    }

    private void exchange() {
        try (SpreadConnection alice = SpreadConnection.connect(port + "@127.0.1.1", "alice");
                SpreadConnection bob = SpreadConnection.connect(port + "@127.0.3.1", "bob")) {
            alice.join("room");
            bob.join("room");
            awaitBoth(bob);
            var dice = new SplittableRandom(3);
            for (int length : new int[] {0, 1, 1375, 1376, 1377, 1416, 1432, 1433, 5000, 100_000}) {
                byte[] body = new byte[length];
                dice.nextBytes(body);
                alice.multicast(Service.SAFE, "room", body);
                assertThat(awaitMessage(bob)).isEqualTo(body);
            }
        }
    }

    private static long refused(SpreadDaemon at, String why) {
        return at.metrics().refused().getOrDefault(why, 0L);
    }

    @Test
    void aSealedRingFormsAndCarriesMessagesOfEverySize() {
        Path key = newKey("key");
        SpreadDaemon first = daemons.start(three, "d1", sealed(key));
        daemons.start(three, "d2", sealed(key).withNio(true));
        daemons.start(three, "d3", sealed(key));
        TestDaemons.awaitMembership(first, "d1", "d2", "d3");
        exchange();
        assertThat(refused(first, "FORGED") + refused(first, "NOT_SEALED") + refused(first, "MALFORMED"))
                .isZero();
    }

    @Test
    void whoHasNoKeyOrAnotherOneIsNamedAndStaysOutside() {
        Path key = newKey("key");
        SpreadDaemon first = daemons.start(three, "d1", sealed(key));
        SpreadDaemon other = daemons.start(three, "d2", sealed(newKey("other")));
        SpreadDaemon none = daemons.start(three, "d3", plain());
        Wait.until("the daemon without a key is named", () -> refused(first, "NOT_SEALED") > 0);
        Wait.until("the daemon with another key is named", () -> refused(first, "UNKNOWN_KEY") > 0);
        Wait.until("the daemon with another key names the first", () -> refused(other, "UNKNOWN_KEY") > 0);
        Wait.until("the daemon without a key names the others", () -> refused(none, "SEALED") > 0);
        TestDaemons.awaitMembership(first, "d1");
    }

    @Test
    void garbageAndForgeriesFromOutsideChangeNothing() throws IOException {
        Path key = newKey("key");
        SpreadDaemon first = daemons.start(three, "d1", sealed(key));
        daemons.start(three, "d2", sealed(key));
        daemons.start(three, "d3", sealed(key));
        TestDaemons.awaitMembership(first, "d1", "d2", "d3");
        long changes = first.metrics().counters().get("membershipChanges");
        try (DatagramSocket socket = new DatagramSocket()) {
            var dice = new SplittableRandom(5);
            for (int i = 0; i < 3000; i++) {
                byte[] bytes = new byte[dice.nextInt(1500)];
                dice.nextBytes(bytes);
                if (i % 3 == 0 && bytes.length > 8) {
                    byte[] begin = {0x46, 0x53, 0x53, 0x45, 1, 1, (byte) (bytes.length >> 8), (byte) bytes.length};
                    System.arraycopy(begin, 0, bytes, 0, begin.length);
                }
                socket.send(new DatagramPacket(
                        bytes, bytes.length, new InetSocketAddress("127.0.1.1", port + dice.nextInt(2))));
            }
        }
        Wait.until("it is counted", () -> refused(first, "NOT_SEALED") > 0 && refused(first, "UNKNOWN_KEY") > 0);
        exchange();
        assertThat(first.metrics().counters()).containsEntry("membershipChanges", changes);
    }

    @Test
    void theKeyChangesByReloadsWhileTheRingTurns() throws IOException {
        Path key = newKey("key");
        String old = Files.readString(key);
        String fresh = Files.readString(newKey("fresh"));
        AtomicInteger loads = new AtomicInteger();
        SpreadDaemon[] all = new SpreadDaemon[3];
        for (int i = 0; i < 3; i++) {
            all[i] = SpreadDaemon.start(three, three.requireByName("d" + (i + 1)), sealed(key), () -> {
                loads.incrementAndGet();
                return three;
            });
        }
        try {
            TestDaemons.awaitMembership(all[0], "d1", "d2", "d3");
            for (String step : new String[] {old + fresh, fresh + old, fresh}) {
                Files.writeString(key, step);
                for (SpreadDaemon each : all) {
                    int before = loads.get();
                    Wait.until(each.name() + " loads again", () -> {
                        each.reread(ReloadOrigin.HOST);
                        return loads.get() > before;
                    });
                }
                exchange();
            }
            assertThat(refused(all[0], "UNKNOWN_KEY")).isZero();
        } finally {
            for (SpreadDaemon each : all) {
                each.close();
            }
        }
    }

    @Test
    void aKeyFileThatOthersMayReadStopsTheStart() throws IOException {
        Path key = newKey("key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> daemons.start(three, "d1", sealed(key)))
                .isInstanceOf(DaemonStartException.class)
                .hasMessageContaining("chmod 600");
    }
}
