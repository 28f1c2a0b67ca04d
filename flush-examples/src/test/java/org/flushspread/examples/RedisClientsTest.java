package org.flushspread.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.Guide;
import org.flushspread.Wait;
import org.flushspread.examples.redis.RedisService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/** The service with clients that others wrote. */
@Tag("once")
@Timeout(120)
class RedisClientsTest {
    private final RedisGroup group = new RedisGroup();

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void jedis() {
        List<RedisService> members = group.of(2);
        Jedis one = group.closing(RedisGroup.jedis(members.get(0).port(), Wait.LONGEST));
        Jedis two = group.closing(RedisGroup.jedis(members.get(1).port(), Wait.LONGEST));
        byte[] bytes = {0, '\r', '\n', (byte) 0xff};
        one.set(bytes, bytes);
        assertThat(two.get(bytes)).isEqualTo(bytes);
        assertThat(one.set("a", "1", SetParams.setParams().nx().ex(100))).isEqualTo("OK");
        assertThat(two.set("a", "2", SetParams.setParams().nx())).isNull();
        assertThat(two.ttl("a")).isBetween(90L, 100L);
        two.hset("h", Map.of("f", "1", "g", "2"));
        assertThat(one.hgetAll("h")).isEqualTo(Map.of("f", "1", "g", "2"));
        one.rpush("l", "x", "y", "z");
        assertThat(two.lrange("l", 1, -1)).containsExactly("y", "z");
        assertThatThrownBy(() -> one.incr("l"))
                .isInstanceOf(JedisDataException.class)
                .hasMessageStartingWith("WRONGTYPE");
        // Another client is faster: so says EXEC, of a key that was changed at another member.
        one.watch("a");
        two.incr("a");
        Transaction late = one.multi();
        late.set("a", "late");
        assertThat(late.exec()).isNull();
        Transaction good = one.multi();
        Response<Long> sum = good.incrBy("a", 40);
        good.del("l");
        good.exec();
        assertThat(sum.get()).isEqualTo(42);
        Pipeline pipeline = two.pipelined();
        List<Response<Long>> numbers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            pipeline.set("p" + i, "v");
            numbers.add(pipeline.incr("n"));
        }
        pipeline.sync();
        assertThat(numbers.stream().map(Response::get))
                .startsWith(1L)
                .endsWith(300L)
                .isSorted();
        Set<String> found = new HashSet<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            // Each page at another member: a cursor is good at all of them.
            Jedis next = found.size() % 2 == 0 ? one : two;
            ScanResult<String> page =
                    next.scan(cursor, new ScanParams().match("p*").count(50));
            found.addAll(page.getResult());
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        assertThat(found).hasSize(300);
    }

    @Test
    void lettuce() throws Exception {
        List<RedisService> members = group.of(2);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        RedisClient client = RedisClient.create();
        group.closing((AutoCloseable) () -> client.shutdown(0, 1, TimeUnit.SECONDS));
        StatefulRedisPubSubConnection<String, String> listener = client.connectPubSub(uri(members.get(1)));
        listener.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String pattern, String channel, String message) {
                heard.add(pattern + " " + channel + " " + message);
            }
        });
        listener.sync().psubscribe("news.*");
        StatefulRedisConnection<String, String> connection = client.connect(StringCodec.UTF8, uri(members.get(0)));
        RedisCommands<String, String> redis = connection.sync();
        assertThat(redis.set("a", "1", SetArgs.Builder.px(100_000))).isEqualTo("OK");
        assertThat(redis.pttl("a")).isPositive();
        redis.publish("news.today", "hello");
        assertThat(Wait.taken(heard)).isEqualTo("news.* news.today hello");
        redis.multi();
        redis.incr("a");
        redis.hset("h", "f", "v");
        TransactionResult result = redis.exec();
        assertThat(result.<Long>get(0)).isEqualTo(2);
        assertThat(result.wasDiscarded()).isFalse();
        // All on one connection at once, reads among writes: each sees what came before it.
        List<RedisFuture<String>> values = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            connection.async().set("k", "v" + i);
            values.add(connection.async().get("k"));
        }
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i).get()).isEqualTo("v" + i);
        }
        assertThat(redis.hgetall("h")).isEqualTo(Map.of("f", "v"));
    }

    private static RedisURI uri(RedisService member) {
        return RedisURI.create("localhost", member.port());
    }

    private static void assumeInstalled(String program) {
        assumeTrue(
                Files.exists(Path.of("/usr/bin/" + program)),
                "no " + program + " is installed (Debian package redis-tools)");
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** What the page shows is what is printed. */
    @Test
    void redisCliPrintsWhatThePageShows() throws Exception {
        assumeInstalled("redis-cli");
        List<RedisService> members = group.of(3);
        Matcher blocks =
                Pattern.compile("(?s)```console\\n(.*?)```").matcher(Files.readString(Guide.file("spec/redis.md")));
        int commands = 0;
        while (blocks.find()) {
            for (String each : blocks.group(1).split("(?m)^\\$ ")) {
                if (each.isBlank()) {
                    continue;
                }
                String[] lines = each.split("\n", 2);
                Matcher command = Pattern.compile("redis-cli -p 638(\\d) (.*)").matcher(lines[0]);
                assertThat(command.matches()).as(lines[0]).isTrue();
                int port = members.get(Integer.parseInt(command.group(1)) - 1).port();
                assertThat(run("/bin/sh", "-c", "redis-cli --no-raw -p " + port + " " + command.group(2)))
                        .as(lines[0])
                        .isEqualTo(lines[1].replaceAll("\n\n$", "\n"));
                commands++;
            }
        }
        assertThat(commands).isGreaterThan(8);
    }

    @Test
    void redisBenchmarkRunsToItsEnd() throws Exception {
        assumeInstalled("redis-benchmark");
        RedisService member = group.of(2).get(0);
        String output = run(
                "redis-benchmark",
                "-p",
                "" + member.port(),
                "-n",
                "1000",
                "-c",
                "20",
                "-P",
                "4",
                "--csv",
                "-t",
                "ping,set,get,incr,lpush,rpush,lpop,rpop,hset,lrange_100,mset");
        assertThat(output.lines().filter(line -> line.matches("\"[A-Z].*\",\"[0-9.]+\",.*")))
                .as(output)
                .hasSize(13);
        try (Jedis jedis = RedisGroup.jedis(member.port(), Wait.LONGEST)) {
            assertThat(jedis.info()).contains("malformed_requests:0", "refused_batches:0", "unknown_outcomes:0");
        }
    }
}
