package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.Guide;
import org.flushspread.Wait;
import org.flushspread.daemon.TestPorts;
import org.flushspread.examples.redis.RedisService;
import org.flushspread.flush.Consistency;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service for clients of Redis, member and port in this JVM. */
@Timeout(120)
class RedisServiceTest {
    private final RedisGroup group = new RedisGroup();

    @AfterEach
    void close() {
        group.close();
    }

    private RedisService alone() {
        return group.of(1).get(0);
    }

    private RespClient client(RedisService service) throws IOException {
        return group.closing(new RespClient(service.port()));
    }

    private static long info(RespClient client, String what) throws IOException {
        Matcher number = Pattern.compile("\\\\n" + what + ":(\\d+)").matcher(client.call("INFO"));
        assertThat(number.find()).as(what).isTrue();
        return Long.parseLong(number.group(1));
    }

    // ---- what Redis answers

    private static void expectAll(RespClient client) throws IOException {
        List<String> lines = Files.readAllLines(
                Guide.file("flush-examples/src/test/resources/org/flushspread/examples/redis/expectations.txt"));
        int commands = 0;
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (lines.get(i).startsWith("> ")) {
                String command = lines.get(i).substring(2);
                assertThat(client.call(command))
                        .as("line " + (i + 1) + ": " + command)
                        .isEqualTo(lines.get(i + 1));
                commands++;
            }
        }
        assertThat(commands).isGreaterThan(250);
    }

    @Test
    void repliesAreThoseOfRedisByteForByte() throws IOException {
        expectAll(client(alone()));
    }

    /** So that the file is what Redis says, and not what somebody thinks. */
    @Tag("once")
    @Test
    void whatIsExpectedIsWhatRedisSays(@TempDir Path directory) throws Exception {
        Path program = Path.of("/usr/bin/redis-server");
        assumeTrue(
                Files.exists(program),
                "no redis-server is installed (Debian package redis-server): not compared with it");
        int port = TestPorts.free();
        Program redis = new Program(
                directory.resolve("redis"),
                List.of(program.toString(), "--port", "" + port, "--save", "", "--dir", directory.toString()));
        group.closing(redis::kill);
        redis.prints("eady to accept connections");
        assumeTrue(redis.output().contains("version=7.0"), "redis-server is not of version 7.0");
        expectAll(group.closing(new RespClient(port)));
    }

    // ---- what is no protocol, and too much

    @Test
    void garbageIsAnsweredBehindWhatCameBeforeAndTheConnectionCloses() throws IOException {
        RedisService service = alone();
        RespClient client = client(service);
        client.sendBytes(
                "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$-5\r\nPING\r\n");
        assertThat(client.reply()).isEqualTo("+OK\\r\\n");
        assertThat(client.reply()).isEqualTo("$1\\r\\n1\\r\\n");
        assertThat(client.reply()).isEqualTo("-ERR Protocol error: invalid bulk length\\r\\n");
        assertThat(client.isEnded()).isTrue();
        RespClient other = client(service);
        assertThat(info(other, "malformed_requests")).isEqualTo(1);
        assertThat(info(other, "connected_clients")).isEqualTo(1);
    }

    @Test
    void pipelinedCommandsAreAnsweredInOrderHoweverManyThereAre() throws Exception {
        RespClient client = client(alone());
        int most = 5_000; // more than may wait, and more than one batch takes
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < most; i++) {
            all.append("*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n*2\r\n$3\r\nGET\r\n$1\r\nn\r\n")
                    .append(i % 500 == 0 ? "DBSIZE\r\n" : "");
        }
        Thread sender = new Thread(() -> {
            try {
                client.sendBytes(all.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        sender.start();
        for (int i = 0; i < most; i++) {
            assertThat(client.reply()).isEqualTo(":" + (i + 1) + "\\r\\n");
            assertThat(client.reply()).endsWith("\\n" + (i + 1) + "\\r\\n");
            assertThat(i % 500 == 0 ? client.reply() : ":1\\r\\n").isEqualTo(":1\\r\\n");
        }
        sender.join();
    }

    /** What it goes on to send stays in its socket, but for what may wait: a thousand of these requests would be 60 MB. */
    @Test
    void aClientThatDoesNotReadItsRepliesIsNotReadFrom() throws Exception {
        RespClient client = client(alone());
        String command = "*2\r\n$4\r\nECHO\r\n$60000\r\n" + "x".repeat(60_000) + "\r\n";
        AtomicInteger sent = new AtomicInteger();
        Thread sender = new Thread(() -> {
            try {
                for (int i = 0; i < 2_000; i++) {
                    client.sendBytes(command);
                    sent.incrementAndGet();
                }
            } catch (IOException e) {
                return; // the end of the test
            }
        });
        sender.start();
        int[] before = {-1};
        Wait.until("the sender waits", () -> {
            boolean same = sent.get() == before[0] && sent.get() > 0;
            before[0] = sent.get();
            Wait.pause(Duration.ofMillis(200));
            return same;
        });
        assertThat(sent.get()).isLessThan(500);
        for (int i = 0; i < 2_000; i++) {
            assertThat(client.reply()).startsWith("$60000\\r\\nx");
        }
        sender.join();
    }

    @Test
    void clientsAndMemoryAreLimited() throws IOException {
        RedisService service = group.join(1, 2, 10_000, Consistency.SEQUENTIAL);
        service.replica().awaitPrimary(Wait.LONGEST);
        RespClient one = client(service);
        RespClient two = client(service);
        assertThat(one.call("PING") + two.call("PING")).contains("PONG");
        RespClient three = client(service);
        assertThat(three.reply()).isEqualTo("-ERR max number of clients reached\\r\\n");
        assertThat(three.isEnded()).isTrue();
        two.close();
        Wait.until("a place for another", () -> {
            try (RespClient next = new RespClient(service.port())) {
                return next.call("PING").startsWith("+PONG");
            } catch (IOException e) {
                return false;
            }
        });
        String value = "x".repeat(1_000);
        String last = "+OK\\r\\n";
        int taken = 0;
        while (last.startsWith("+OK") && taken < 100) {
            last = one.call("SET k" + taken++ + " " + value);
        }
        assertThat(last).isEqualTo("-OOM command not allowed when used memory > 'maxmemory'.\\r\\n");
        assertThat(taken).isBetween(5, 20);
        assertThat(one.call("DEL k0 k1")).isEqualTo(":2\\r\\n");
        assertThat(one.call("SET k v")).isEqualTo("+OK\\r\\n");
        assertThat(info(one, "rejected_connections")).isPositive();
    }

    @Test
    void aSubscriberThatDoesNotReadIsClosed() throws IOException {
        RedisService service = alone();
        RespClient slow = client(service);
        RespClient other = client(service);
        RespClient publisher = client(service);
        slow.call("PSUBSCRIBE c*");
        other.call("SUBSCRIBE c");
        String message = "x".repeat(60_000);
        long closed = 0;
        for (int i = 0; i < 1_000 && closed == 0; i++) {
            publisher.call("PUBLISH c " + message);
            assertThat(other.reply()).contains(message);
            closed = info(publisher, "slow_subscribers_closed");
        }
        assertThat(closed).isEqualTo(1);
        assertThat(publisher.call("PUBLISH c x")).isEqualTo(":1\\r\\n");
        assertThat(other.reply()).endsWith("$1\\r\\nx\\r\\n");
    }

    // ---- the group

    @Test
    void outsideOfThePrimaryCommandsAreRefusedAndHaveNoEffect() throws IOException {
        RedisService one = group.join(2, 100, 1 << 20, Consistency.LINEARIZABLE);
        RespClient client = client(one);
        for (String each : List.of("SET a 1", "GET a", "DBSIZE", "PUBLISH a b")) {
            assertThat(client.call(each)).startsWith("-CLUSTERDOWN this member is not in the primary component");
        }
        assertThat(client.call("PING")).isEqualTo("+PONG\\r\\n");
        RedisService two = group.join(2, 100, 1 << 20, Consistency.LINEARIZABLE);
        two.replica().awaitPrimary(Wait.LONGEST);
        one.replica().awaitPrimary(Wait.LONGEST);
        Wait.until("it answers", () -> call(client, "GET a").equals("$-1\\r\\n"));
        assertThat(client.call("SET a 2")).isEqualTo("+OK\\r\\n");
        assertThat(client(two).call("GET a")).isEqualTo("$1\\r\\n2\\r\\n");
        two.close();
        // A write of which nobody knows what became ends its connection.
        Wait.until("it is alone", () -> callAnew(one, "SET a 3").startsWith("-CLUSTERDOWN"));
        assertThat(info(client(one), "refused_batches")).isPositive();
    }

    private String callAnew(RedisService at, String command) {
        try {
            return client(at).call(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String call(RespClient client, String command) {
        try {
            return client.call(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatOneMemberIsToldAllHave() throws IOException {
        RedisService one = group.join(2, 100, 1 << 20, Consistency.LINEARIZABLE);
        RedisService two = group.join(2, 100, 1 << 20, Consistency.SEQUENTIAL);
        one.replica().awaitPrimary(Wait.LONGEST);
        two.replica().awaitPrimary(Wait.LONGEST);
        RespClient a = client(one);
        RespClient b = client(two);
        RespClient listener = client(two);
        listener.call("SUBSCRIBE news");
        a.call("SET k v PX 200");
        assertThat(a.call("PUBLISH news hello")).as("nobody at this member").isEqualTo(":0\\r\\n");
        assertThat(listener.reply()).contains("hello");
        assertThat(b.call("WATCH k")).startsWith("+OK");
        Wait.until(
                "it is over by the agreed time",
                () -> call(b, "EXISTS k").equals(":0\\r\\n")
                        && call(a, "DBSIZE").equals(":0\\r\\n"));
        b.call("MULTI");
        b.call("SET k w");
        assertThat(b.call("EXEC")).as("what it watched has ended").isEqualTo("*-1\\r\\n");
    }
}
