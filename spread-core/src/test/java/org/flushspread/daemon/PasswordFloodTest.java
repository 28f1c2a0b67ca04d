package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.client.Authenticator;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Wrong passwords in numbers keep nobody out who has the right one. */
@Tag("once")
@Timeout(120)
class PasswordFloodTest {
    private static final int PORT = TestPorts.free();

    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private PasswordFile file() throws IOException {
        return PasswordFile.read(Files.writeString(
                directory.resolve("spread.access_pword"),
                "alice:" + PasswordHash.of(bytes("secret")) + "\nbob:" + PasswordHash.of(bytes("other")) + "\n"));
    }

    @Test
    void whoHasTheRightPasswordGetsInThroughAFloodFromTheSameHost() throws IOException {
        file();
        List<SocketChannel> flood = new ArrayList<>();
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(
                    TestDaemons.configuration(1, PORT, "AllowedAuthMethods = \"PWORD\"\n"),
                    "d1",
                    daemons.options().withAccessDirectory(directory));
            // Far more than one thread can check before the first of them is overdue.
            for (int i = 0; i < 300; i++) {
                flood.add(wrong("f" + i, i % 3 == 0 ? "alice" : i % 3 == 1 ? "bob" : "nobody" + i));
            }
            try (SpreadConnection alice = alice("secret")) {
                assertThat(alice.isOpen()).isTrue();
            }
            assertThatThrownBy(() -> alice("wrong").close()).isInstanceOf(SpreadException.class);
        } finally {
            for (SocketChannel each : flood) {
                each.close();
            }
        }
    }

    private static SpreadConnection alice(String password) {
        return SpreadConnection.builder(PORT + "@127.0.1.1", "real")
                .auth(Authenticator.password("alice", password))
                .connect();
    }

    private static SocketChannel wrong(String name, String user) throws IOException {
        SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.1.1", PORT));
        ByteBuf request = Unpooled.buffer().writeInt(0x04040001).writeByte(name.length());
        request.writeCharSequence(name, StandardCharsets.US_ASCII);
        byte[] said = new byte[90 + 40];
        System.arraycopy(bytes("PWORD"), 0, said, 0, 5);
        System.arraycopy(bytes(user), 0, said, 90, user.length());
        said[122] = 'x';
        RawClient.write(client, ByteBufUtil.getBytes(request.writeBytes(said)));
        return client;
    }

    @Test
    void aNoIsSaidInTheOrderOfArrivalAndAYesAtOnce() throws IOException {
        List<String> answers = new ArrayList<>();
        ThreadPoolExecutor thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        // Until all have arrived nothing is checked.
        java.util.concurrent.CountDownLatch all = new java.util.concurrent.CountDownLatch(1);
        thread.execute(() -> {
            try {
                all.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        PasswordChecks checks = new PasswordChecks(file(), thread, 7);
        String[] users = {"nobody", "eve", "bob", "bob", "alice", "gone", "alice"};
        for (int i = 0; i < users.length; i++) {
            String user = users[i];
            checks.check(
                    user,
                    user.equals("alice") ? i : 0,
                    bytes(i == 6 ? "secret" : "wrong"),
                    () -> !user.equals("gone"),
                    yes -> answers.add(user + " " + yes));
        }
        checks.check("late", 0, bytes("x"), () -> true, yes -> answers.add("late " + yes));
        all.countDown();
        thread.shutdown();
        Wait.until("all are checked", thread::isTerminated);
        assertThat(answers)
                .containsExactly(
                        "late false",
                        "alice true",
                        "nobody false",
                        "eve false",
                        "bob false",
                        "bob false",
                        "alice false");
    }
}
