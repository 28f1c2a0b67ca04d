package org.flushspread.examples.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.ByteStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.flushspread.flush.ApplyContext;
import org.flushspread.flush.Snapshotter;
import org.junit.jupiter.api.Test;

class RedisStoreTest {
    private final Log log = new Log();
    private final RedisStore store = new RedisStore();

    /** The log as the state machine sees it: a place, a time, and timers that fire before the next command. */
    private static final class Log implements ApplyContext {
        final TreeMap<String, Instant> timers = new TreeMap<>();
        long index;
        long now = 1_000_000;

        void next(RedisStore store) {
            index++;
            if (timers.values().stream().anyMatch(at -> at.toEpochMilli() <= now)) {
                String name = timers.pollFirstEntry().getKey();
                store.onTimer(name, this);
            }
        }

        @Override
        public long index() {
            return index;
        }

        @Override
        public Instant time() {
            return Instant.ofEpochMilli(now);
        }

        @Override
        public Random random() {
            return new Random(index);
        }

        @Override
        public void setTimer(String name, Instant at) {
            timers.put(name, at);
        }

        @Override
        public boolean cancelTimer(String name) {
            return timers.remove(name) != null;
        }
    }

    private static Request request(String words) {
        List<byte[]> all = new ArrayList<>();
        for (String each : words.split(" ")) {
            all.add(each.getBytes(UTF_8));
        }
        return new Request(all);
    }

    /** Through the codec, as it comes from the log. */
    private String apply(Batch.Step... steps) {
        Batch batch = Batch.CODEC.decode(ByteBuffer.wrap(Batch.CODEC.encode(new Batch(List.of(steps)))));
        log.next(store);
        StringBuilder all = new StringBuilder();
        for (byte[] each : store.apply(batch, log)) {
            all.append(new String(each, UTF_8).replace("\r\n", " "));
        }
        return all.toString().strip();
    }

    private String run(String words) {
        return apply(Batch.Step.of(request(words)));
    }

    private static byte[] saved(Snapshotter.Frozen frozen) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frozen.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void aKeyEndsByTheAgreedTimeAndIsRemovedByATimer() {
        assertThat(run("SET k v PX 100")).isEqualTo("+OK");
        assertThat(run("PTTL k")).isEqualTo(":100");
        log.now += 99;
        assertThat(run("GET k")).isEqualTo("$1 v");
        log.now += 1;
        assertThat(run("GET k")).isEqualTo("$-1");
        assertThat(store.keyspace().entries().isEmpty()).isTrue();
        assertThat(log.timers).isEmpty();
    }

    @Test
    void manyKeysThatEndAtOnceAreGoneAtOnceAndRemovedInPortions() {
        for (int i = 0; i < 2_500; i++) {
            run("SET k" + i + " v PX " + (2_500_000 - i));
        }
        assertThat(log.timers).hasSize(1);
        log.now += 2_500_000;
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            assertThat(run("EXISTS k0 k1 k2499")).isEqualTo(":0");
            sizes.add(store.keyspace().entries().size());
        }
        assertThat(sizes).containsExactly(1_500, 500, 0, 0);
        assertThat(store.keyspace().cost()).isZero();
    }

    @Test
    void aTransactionIsDoneOnlyIfNothingThatItWatchesHasChanged() {
        run("SET a 1");
        Key a = Key.of("a".getBytes(UTF_8));
        Key b = Key.of("b".getBytes(UTF_8));
        Map<Key, Long> watched = new TreeMap<>(
                Map.of(a, store.keyspace().version(a), b, store.keyspace().version(b)));
        Batch.Step transaction =
                new Batch.Step(true, watched, List.of(request("INCR a"), request("LPUSH a x"), request("GET a")));
        assertThat(apply(transaction)).startsWith("*3 :2 -WRONGTYPE").endsWith("$1 2");
        assertThat(apply(transaction)).as("a has changed").isEqualTo("*-1");
        watched.put(a, store.keyspace().version(a));
        run("SET b 1");
        assertThat(apply(transaction)).as("b is there now").isEqualTo("*-1");
        assertThat(run("GET a")).isEqualTo("$1 2");
    }

    @Test
    void aSnapshotIsTheStateOfItsPlaceAndGivesTheSameStateAgain() throws IOException {
        Random random = new Random(3);
        Snapshotter.Frozen frozen = null;
        byte[] then = null;
        for (int i = 0; i < 3_000; i++) {
            String key = "k" + random.nextInt(40);
            run(
                    switch (random.nextInt(7)) {
                        case 0 -> "SET s" + key + " v" + i + " PX " + (1 + random.nextInt(500));
                        case 1 -> "HSET h" + key + " f" + random.nextInt(5) + " " + i;
                        case 2 -> "HDEL h" + key + " f" + random.nextInt(5);
                        case 3 -> "RPUSH l" + key + " " + i;
                        case 4 -> "LPUSH l" + key + " " + i;
                        case 5 -> "RPOP l" + key + " 3";
                        default -> "DEL s" + key;
                    });
            log.now += random.nextInt(10);
            if (i == 2_000) {
                frozen = store.snapshotter().freeze();
                then = saved(frozen);
            }
        }
        assertThat(saved(frozen)).as("of the place it was taken at").isEqualTo(then);
        byte[] now = saved(store.snapshotter().freeze());
        RedisStore other = new RedisStore();
        other.load(new DataInputStream(new ByteArrayInputStream(now)));
        assertThat(saved(other.snapshotter().freeze())).isEqualTo(now);
        assertThat(other.keyspace().cost()).isEqualTo(store.keyspace().cost());
        assertThat(other.keyspace().nextDeadline()).isEqualTo(store.keyspace().nextDeadline());
        other.save(new DataOutputStream(ByteStreams.nullOutputStream()));
    }

    @Test
    void longRepliesAreNotKeptForRepetitions() {
        List<byte[]> small = List.of(Resp.OK, Resp.bulk("x"));
        List<byte[]> large = List.of(Resp.OK, Resp.bulk("x".repeat(5_000)));
        assertThat(Resp.KEPT.decode(ByteBuffer.wrap(Resp.KEPT.encode(small)))).containsExactlyElementsOf(small);
        assertThat(Resp.KEPT.encode(large)).hasSize(4);
        assertThat(Resp.KEPT.decode(ByteBuffer.wrap(Resp.KEPT.encode(large))))
                .hasSize(2)
                .allSatisfy(each -> assertThat(new String(each, UTF_8)).startsWith("-ERR the command was done"));
    }

    /** What is there all the time is found, whatever comes and goes meanwhile. */
    @Test
    void aScanFindsAllKeysThatStayAndEachOnce() {
        for (int i = 0; i < 500; i++) {
            run("SET stay" + i + " v");
        }
        List<String> found = new ArrayList<>();
        String cursor = "0";
        int round = 0;
        do {
            String[] reply = run("SCAN " + cursor + " MATCH stay* COUNT 7").split(" ");
            cursor = reply[2];
            for (int i = 5; i < reply.length; i += 2) {
                found.add(reply[i]);
            }
            run("SET come" + round + " v");
            run("DEL come" + (round - 3));
            round++;
        } while (!cursor.equals("0"));
        assertThat(found).hasSize(500).doesNotHaveDuplicates();
    }
}
