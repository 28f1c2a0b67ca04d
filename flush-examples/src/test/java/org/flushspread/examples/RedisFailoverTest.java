package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.Wait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Members as processes that are killed while clients write. */
@Tag("once")
@Timeout(180)
class RedisFailoverTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int PROGRESS = 60;

    private final Daemons daemons = new Daemons();
    private final List<Program> processes = new ArrayList<>();
    /** Of each member where it serves now; clients know all of them. */
    private final List<Integer> ports = new CopyOnWriteArrayList<>(List.of(0, 0, 0));

    private final List<Writer> writers = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void close() throws InterruptedException {
        for (Writer each : writers) {
            each.end = true;
            each.join();
        }
        Program.kill(processes);
        daemons.close();
    }

    /** Appends numbers to a list; where that fails it goes on with the next number, at the next member. */
    private final class Writer extends Thread {
        final String list;
        final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
        volatile boolean end;
        private int member;

        Writer(String list, int member) {
            super(list);
            this.list = list;
            this.member = member;
        }

        @Override
        public void run() {
            for (int number = 0; !end; ) {
                try (Jedis jedis = RedisGroup.jedis(ports.get(member % ports.size()), TIMEOUT)) {
                    while (!end) {
                        jedis.rpush(list, Integer.toString(number++));
                        acknowledged.add(number - 1);
                    }
                } catch (JedisException e) {
                    member++;
                }
            }
        }
    }

    private Program start(int member) throws IOException {
        Program program = Program.java(
                directory.resolve("m" + member + "-" + processes.size()),
                ReplicatedKv.class,
                "m" + member,
                "-s",
                daemons.name(),
                "--resp",
                "0");
        processes.add(program);
        return program;
    }

    private void ready(int member, Program program) {
        program.prints("serving clients of Redis at port ");
        Matcher port = Pattern.compile("at port (\\d+)").matcher(program.output());
        Wait.until("its port", () -> port.reset(program.output()).find());
        ports.set(member, Integer.parseInt(port.group(1)));
        Wait.until("primary", () -> program.output().contains("* PRIMARY"));
    }

    @Test
    void clientsGoOnAtAnotherMemberAndNothingThatWasAcknowledgedIsLostOrDoubled() throws Exception {
        List<Program> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(start(i));
        }
        for (int i = 0; i < 3; i++) {
            ready(i, members.get(i));
        }
        for (int i = 0; i < 3; i++) {
            writers.add(new Writer("list" + i, i));
        }
        writers.forEach(Thread::start);
        for (int victim = 0; victim < 3; victim++) {
            progress();
            members.get(victim).kill();
            progress();
            members.set(victim, start(victim));
            ready(victim, members.get(victim));
        }
        progress();
        for (Writer each : writers) {
            each.end = true;
            each.join();
            for (int port : ports) {
                try (Jedis jedis = RedisGroup.jedis(port, Wait.LONGEST)) {
                    List<Integer> there = jedis.lrange(each.list, 0, -1).stream()
                            .map(Integer::valueOf)
                            .toList();
                    Set<Integer> lost = new TreeSet<>(each.acknowledged);
                    there.forEach(lost::remove);
                    assertThat(lost).as("acknowledged, and lost").isEmpty();
                    assertThat(there)
                            .as("one behind the other, nothing twice")
                            .isEqualTo(List.copyOf(new TreeSet<>(there)));
                }
            }
        }
    }

    private void progress() {
        for (Writer each : writers) {
            int before = each.acknowledged.size();
            Wait.until("writes to " + each.list, () -> each.acknowledged.size() >= before + PROGRESS);
        }
    }
}
