package org.flushspread.examples;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.Wait;
import org.flushspread.examples.redis.RedisService;
import org.flushspread.flush.Consistency;
import org.flushspread.flush.replica.Quorum;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** Members of one group in this JVM, each with a port for clients of Redis, and the clients that were made here. */
final class RedisGroup implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final Daemons daemons = new Daemons();
    private final List<AutoCloseable> open = new ArrayList<>();
    private int names;

    /** A client that does not ask for version 3 of the protocol: this one of Jedis never does, and complains each time. */
    static Jedis jedis(int port, Duration timeout) {
        return new Jedis(
                new HostAndPort("localhost", port),
                DefaultJedisClientConfig.builder()
                        .autoNegotiateProtocol(false)
                        .timeoutMillis((int) timeout.toMillis())
                        .build());
    }

    <T extends AutoCloseable> T closing(T it) {
        open.add(it);
        return it;
    }

    RedisService join(int of, int clients, long memory, Consistency reads) {
        String name = "s" + ++names;
        return closing(RedisService.start(
                daemons.name(),
                "redis",
                options -> options.name(name).primary(Quorum.majorityOf(of)).rejectOutsidePrimary(),
                new RedisService.Options(new InetSocketAddress("localhost", 0), reads, clients, memory, PATIENCE)));
    }

    /** As many members as that, in the primary component. */
    List<RedisService> of(int members) {
        List<RedisService> all = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            all.add(join(members, 100, 1 << 20, Consistency.LINEARIZABLE));
        }
        all.forEach(each -> each.replica().awaitPrimary(Wait.LONGEST));
        return all;
    }

    @Override
    public void close() {
        for (int i = open.size(); --i >= 0; ) {
            try {
                open.get(i).close();
            } catch (Exception e) {
                throw new AssertionError("closing " + open.get(i), e);
            }
        }
        daemons.close();
    }
}
