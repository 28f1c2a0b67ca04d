package org.flushspread.daemon;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that started this process how the daemon is (sd_notify(3)): a datagram to the socket that NOTIFY_SOCKET names.
 * The watchdog's sign of life comes from the daemon's own loop, so it stays away when that stands still.
 */
final class ServiceManagerSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManagerSocket.class);

    private final Channel channel;

    private ServiceManagerSocket(Channel channel) {
        this.channel = channel;
    }

    /**
     * Empty if no service manager asks, or cannot be reached, which the log tells.
     *
     * @param environment of the process
     * @param loop that sends, and shows with each sign of life that it turns
     */
    static Optional<ServiceManagerSocket> open(Map<String, String> environment, EventLoop loop) {
        String path = environment.get("NOTIFY_SOCKET");
        if (path == null || path.isEmpty()) {
            return Optional.empty();
        }
        try {
            // A leading @ stands for the zero of Linux's abstract names.
            String name = path.startsWith("@") ? '\0' + path.substring(1) : path;
            ChannelHandler nothing = new ChannelInboundHandlerAdapter();
            Channel channel = new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(nothing)
                    .connect(new DomainSocketAddress(name))
                    .syncUninterruptibly()
                    .channel();
            ServiceManagerSocket socket = new ServiceManagerSocket(channel);
            watchdog(environment).ifPresent(socket::signsOfLife);
            return Optional.of(socket);
        } catch (Exception | LinkageError e) { // syncUninterruptibly throws what failed, whatever it is

            LOG.warn(
                    "the service manager at {} cannot be told that the daemon is ready: {}",
                    path,
                    String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** How often a sign of life is expected; empty if none is, or by another process. */
    static Optional<Duration> watchdog(Map<String, String> environment) {
        String micros = environment.get("WATCHDOG_USEC");
        String process = environment.get("WATCHDOG_PID");
        if (micros == null
                || !micros.matches("[1-9]\\d{0,15}")
                || (process != null
                        && !process.equals(Long.toString(ProcessHandle.current().pid())))) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros))));
    }

    private void signsOfLife(Duration within) {
        long period = Math.max(1, within.toNanos() / 2);
        var unused =
                channel.eventLoop().scheduleAtFixedRate(() -> tell("WATCHDOG=1"), period, period, TimeUnit.NANOSECONDS);
    }

    /** Clients can connect. */
    void ready(String status) {
        tell("READY=1\nSTATUS=" + status);
    }

    /** One line about what the daemon does, for {@code systemctl status}. */
    void status(String status) {
        tell("STATUS=" + status);
    }

    /** Waits a moment until it is sent, since the process ends behind it. */
    void stopping() {
        var unused = channel.writeAndFlush(bytes("STOPPING=1")).awaitUninterruptibly(1, TimeUnit.SECONDS);
    }

    private void tell(String state) {
        channel.writeAndFlush(bytes(state)).addListener(sent -> {
            if (!sent.isSuccess()) {
                LOG.debug("not told to the service manager: {}", String.valueOf(sent.cause()));
            }
        });
    }

    private static ByteBuf bytes(String state) {
        return Unpooled.copiedBuffer(state, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        var unused = channel.close();
    }
}
