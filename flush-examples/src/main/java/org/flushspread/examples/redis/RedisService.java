package org.flushspread.examples.redis;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.redis.FixedRedisMessagePool;
import io.netty.handler.codec.redis.RedisDecoder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.Consistency;
import org.flushspread.flush.ReplicaOptions;
import org.flushspread.flush.ReplicatedStateMachine;

/** A member of a replicated store, and a port at which clients of Redis use it. */
public final class RedisService implements AutoCloseable {
    /**
     * How it serves clients.
     *
     * @param address where it listens
     * @param reads what reads see
     * @param clients connections at the most
     * @param memory bytes of keys and values, about, from which on commands are refused that need more
     * @param patience how long a command waits for a primary component before it is refused
     */
    public record Options(InetSocketAddress address, Consistency reads, int clients, long memory, Duration patience) {}

    private static final int READ_BYTES = 64 * 1024;
    /** From so much on that its client does not read, a connection is not read from. */
    private static final WriteBufferWaterMark OUTPUT = new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

    /** What INFO counts. By the thread of the connections. */
    static final class Counters {
        int connected;
        long connections;
        long rejected;
        long commands;
        long messages;
        long malformed;
        long refused;
        long unknown;
        long slow;
    }

    final Options options;
    final RedisStore store = new RedisStore();
    final Member member;
    final Subscriptions subscriptions = new Subscriptions();
    final Counters counters = new Counters();
    private final ReplicatedStateMachine<RedisStore, Batch, List<byte[]>> replica;
    /** One thread for all connections, as in Redis: what takes longer than a moment is done elsewhere, and comes back to it. */
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final Channel port;

    private RedisService(String daemon, String group, UnaryOperator<ReplicaOptions> replicaOptions, Options options) {
        this.options = options;
        replica = ReplicatedStateMachine.join(daemon, group, store, Batch.CODEC, replicaOptions);
        EventLoop loop = loops.next();
        member = new Member(replica, loop, options.reads(), options.patience());
        // On the way that the reply to PUBLISH takes later: so it finds the messages delivered.
        store.onMessages(messages -> loop.execute(() -> {
            counters.messages += messages.size();
            subscriptions.deliver(messages);
        }));
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, OUTPUT)
                .childHandler(new Pipeline())
                .bind(options.address())
                .awaitUninterruptibly();
        port = bound.channel();
        if (!bound.isSuccess()) {
            close();
            throw new IllegalArgumentException(
                    "cannot listen at " + options.address() + ": " + bound.cause(), bound.cause());
        }
    }

    private final class Pipeline extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline()
                    .addLast(new RedisDecoder(RequestAssembler.LONGEST_LINE, FixedRedisMessagePool.INSTANCE, true))
                    .addLast(new RequestAssembler())
                    .addLast(new Connection(channel, RedisService.this));
        }
    }

    /**
     * Joins the group, then listens.
     *
     * @throws SpreadException if the daemon cannot be reached
     * @throws IllegalArgumentException if nobody can listen at the address
     */
    public static RedisService start(
            String daemon, String group, UnaryOperator<ReplicaOptions> replicaOptions, Options options) {
        return new RedisService(daemon, group, replicaOptions, options);
    }

    /** The port that it listens at. */
    public int port() {
        return ((InetSocketAddress) port.localAddress()).getPort();
    }

    /** Its member of the group. */
    public ReplicatedStateMachine<?, ?, ?> replica() {
        return replica;
    }

    /** True if there is no memory for more. */
    boolean isFull() {
        return store.keyspace().cost() > options.memory();
    }

    /** Closes the member, the port and the connections. */
    @Override
    public void close() {
        replica.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
