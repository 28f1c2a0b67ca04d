package org.flushspread.daemon.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.daemon.seal.MonitorSeal;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.SealedHeader;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every daemon of the configuration for its status by the monitor protocol (monitor-protocol 3), which C daemons speak too. It asks
 * only while somebody wants to know. Of the server's thread.
 */
final class RingSurvey implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RingSurvey.class);
    /** Daemons are asked no more often: each may be asked by all the others, and answers 20 a second. */
    private static final long INTERVAL = Duration.ofMillis(900).toNanos();
    /** Who has not answered for so long does not answer: three questions went unheard. */
    private static final long SILENCE = Duration.ofMillis(3500).toNanos();
    /** Who wants to know asks at least so often; after a pause the survey begins anew. */
    private static final long PAUSE = Duration.ofSeconds(12).toNanos();

    private static final int MOST_REPLIES_IN_A_ROW = 512;
    private static final int LONGEST = 2048;

    private final Selector selector;
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final ByteBuffer in = ByteBuffer.allocate(LONGEST);
    private @Nullable DatagramChannel channel;
    /** The keys of {@link #seal}. */
    private Optional<SealKeys> keys = Optional.empty();

    private @Nullable MonitorSeal seal;
    private long begun;
    private long askedAt;
    private boolean running;

    /**
     * The last reply of a daemon.
     *
     * @param at monotonic nanoseconds
     * @param sealed whether it came in an envelope of the ring's key
     */
    record Answer(StatusReply reply, long at, boolean sealed) {
        boolean isFresh(long now) {
            return now - at < SILENCE;
        }

        boolean isSealedAndFresh(long now) {
            return sealed && isFresh(now);
        }
    }

    RingSurvey(Selector selector) {
        this.selector = selector;
    }

    /**
     * Somebody wants to know: asks all daemons, unless that was a moment ago.
     *
     * @param sealedWith the keys of a sealed ring. Daemons that do not answer are asked without one too, to see who lacks it
     */
    void ask(Configuration configuration, Daemon me, Optional<SealKeys> sealedWith, long now) {
        if (!sealedWith.equals(keys)) {
            keys = sealedWith;
            seal = keys.map(MonitorSeal::new).orElse(null);
        }
        if (running && now - askedAt < INTERVAL) {
            return;
        }
        if (!running || now - askedAt > PAUSE) {
            answers.clear();
            begun = now;
        }
        running = true;
        askedAt = now;
        try {
            DatagramChannel from = open(me);
            int port = ((InetSocketAddress) from.getLocalAddress()).getPort();
            ByteBuf request = Unpooled.buffer();
            MonitorPackets.writeStatus(request, configuration.ring().monitor(me, me.id(), configuration.hash()), port);
            for (Daemon each : configuration.daemons()) {
                SocketAddress to =
                        NetworkAddresses.address(NetworkAddresses.onLinkOf(me.address(), each.address()), each.port());
                Answer last = answers.get(each.id());
                if (seal != null) {
                    send(from, seal.seal(Channel.DATA, request), to);
                }
                boolean silent = now - begun > SILENCE && (last == null || !last.isSealedAndFresh(now));
                if (seal == null || silent) {
                    send(from, request, to);
                }
            }
        } catch (IOException e) {
            LOG.debug("cannot ask the daemons: {}", e.getMessage());
        }
    }

    private static void send(DatagramChannel from, ByteBuf request, SocketAddress to) {
        try {
            from.send(request.nioBuffer(), to);
        } catch (IOException unreachable) {
            LOG.trace("cannot ask {}: {}", to, unreachable.getMessage());
        }
    }

    private DatagramChannel open(Daemon me) throws IOException {
        DatagramChannel known = channel;
        if (known != null) {
            return known;
        }
        DatagramChannel made = DatagramChannel.open(
                me.address().isIpv6() ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        try {
            made.configureBlocking(false);
            made.bind(NetworkAddresses.address(NetworkAddresses.onLinkOf(me.address(), me.address()), 0));
            made.register(selector, SelectionKey.OP_READ, this);
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
        channel = made;
        return made;
    }

    /** Replies have come. What is none, or of a daemon that nobody knows, is dropped. */
    void readable(Configuration configuration, long now) {
        DatagramChannel from = channel;
        if (from == null) {
            return;
        }
        try {
            for (int i = 0; i < MOST_REPLIES_IN_A_ROW && from.receive(in.clear()) != null; i++) {
                in.flip();
                ByteBuf came = Unpooled.wrappedBuffer(in);
                MonitorSeal with = SealedHeader.isIn(came, 0, came.readableBytes()) ? seal : null;
                ByteBuf bytes = with == null ? came : with.open(came);
                StatusReply reply = bytes == null ? null : StatusReply.read(bytes, 0, bytes.readableBytes());
                if (reply != null && configuration.byId(reply.daemon()) != null) {
                    take(reply, now, with != null);
                }
            }
        } catch (IOException e) {
            LOG.trace("no reply: {}", e.getMessage());
        }
    }

    /** In a sealed ring nothing proves an answer without an envelope: it takes the place of none that has one. */
    private void take(StatusReply reply, long now, boolean sealed) {
        Answer before = answers.get(reply.daemon());
        if (sealed || before == null || !before.isSealedAndFresh(now)) {
            answers.put(reply.daemon(), new Answer(reply, now, sealed));
        }
    }

    @Nullable
    Answer answer(Daemon daemon) {
        return answers.get(daemon.id());
    }

    /** For how long the daemons have been asked. */
    Duration age(long now) {
        return running ? Duration.ofNanos(now - begun) : Duration.ZERO;
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("closing the survey: {}", e.getMessage());
            }
        }
    }
}
