package org.flushspread.daemon;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.config.Options;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.daemon.tls.TlsHandler;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where clients connect: TCP on each client interface, with TLS on a port of its own, and the unix domain socket
 * (client-protocol 2.2, 2.3). */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on the loop ends the channel, and is seen there
final class ClientListeners {
    private static final Logger LOG = LoggerFactory.getLogger(ClientListeners.class);
    private static final int BACKLOG = 1024;
    private static final int READ_BYTES = 64 << 10;
    /** One read in a pass of the loop, so that no client keeps the others waiting. */
    private static final RecvByteBufAllocator READ_SIZES =
            new AdaptiveRecvByteBufAllocator(256, 2048, READ_BYTES).maxMessagesPerRead(1);

    private static final long RETRY_MILLIS = 100;

    private static final IpAddress LOOPBACK = IpAddress.ipv4(0x7f000001);
    private static final String ANY_IPV6 = "::";
    private static final String LOOPBACK_IPV6 = "::1";
    /** The JVM was told to know IPv4 only; native sockets would not ask it. */
    private static final boolean IPV4_ONLY = Boolean.getBoolean("java.net.preferIPv4Stack");

    private final Sockets sockets;
    private final EventLoopGroup loop;
    private final ClientConnections inputs;
    private final DaemonOptions options;
    private final ShellCounters counters;
    private final SystemLimits limits;
    private final @Nullable TlsClients tls;
    private final List<Channel> servers = new ArrayList<>();
    private final List<String> listening = new ArrayList<>();
    private @Nullable UnixSocketFile unixFile;
    private boolean accepting;

    ClientListeners(
            Sockets sockets,
            EventLoopGroup loop,
            ClientConnections inputs,
            DaemonOptions options,
            ShellCounters counters,
            SystemLimits limits,
            @Nullable TlsClients tls) {
        this.sockets = sockets;
        this.loop = loop;
        this.inputs = inputs;
        this.options = options;
        this.counters = counters;
        this.limits = limits;
        this.tls = tls;
    }

    /** Opens the listeners; nothing is accepted before {@link #accepting}. If one cannot be opened, the caller closes this. */
    void open(Configuration configuration, Daemon me, String unique) {
        boolean reuse = configuration.options().socketPortReuse() != Options.SocketPortReuse.OFF;
        open(me, new Door(me.port(), "tcp", null), reuse);
        if (tls != null) {
            open(me, new Door(tls.port(), "tls", tls), reuse);
        }
        if (options.socketDirectory().isPresent()) {
            unix(options.socketDirectory().get().resolve(Integer.toString(me.port())), unique);
        }
    }

    /**
     * A port on each interface for clients.
     *
     * @param kind as it stands behind addresses, for a person
     */
    private record Door(int port, String kind, @Nullable TlsClients tls) {}

    private void open(Daemon me, Door door, boolean reuse) {
        if (me.bindsAny()) {
            // One listener for both families: clients may resolve a name to either.
            if (tcp6(ANY_IPV6, door, reuse)) {
                listening.add(IpAddress.ANY.withPort(door.port) + "/" + door.kind);
                listening.add("[::]:" + door.port + "/" + door.kind);
            } else {
                tcp(IpAddress.ANY, door, reuse);
            }
            return;
        }
        for (Interface each : me.interfaces()) {
            if (each.client()) {
                tcp(each.address(), door, reuse);
                if (each.address().equals(LOOPBACK) && tcp6(LOOPBACK_IPV6, door, reuse)) {
                    listening.add("[::1]:" + door.port + "/" + door.kind);
                }
            }
        }
    }

    private void tcp(IpAddress address, Door door, boolean reuse) {
        String name = address.withPort(door.port);
        SocketProtocolFamily family = address.isIpv6() ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        bind(tcpBootstrap(family, reuse, door), NetworkAddresses.address(address, door.port), name, "TCP");
        listening.add(name + "/" + door.kind);
    }

    /** Listens for IPv6 clients, where the machine and the JVM have IPv6 and nobody else uses the port there. */
    private boolean tcp6(String address, Door door, boolean reuse) {
        try {
            if (IPV4_ONLY) {
                return false;
            }
            InetSocketAddress local = new InetSocketAddress(InetAddress.getByName(address), door.port);
            bind(tcpBootstrap(SocketProtocolFamily.INET6, reuse, door), local, "[" + address + "]:" + door.port, "TCP");
            return true;
        } catch (DaemonStartException | UnknownHostException e) {
            LOG.debug("no IPv6 clients: {}", e.getMessage());
            return false;
        }
    }

    private ServerBootstrap tcpBootstrap(SocketProtocolFamily family, boolean reuse, Door door) {
        ServerBootstrap bootstrap = bootstrap(door.tls)
                .channelFactory(() -> sockets.tcpServer(family))
                .option(ChannelOption.SO_REUSEADDR, reuse)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
        if (options.deadClientAfter().toSeconds() > 0) {
            sockets.noticeDeath(bootstrap, options.deadClientAfter());
        }
        return bootstrap;
    }

    private void unix(Path path, String unique) {
        UnixSocketFile file = new UnixSocketFile(path, unique);
        if (!file.mayTake()) {
            LOG.warn(
                    "{} belongs to another running daemon: local clients reach this one by TCP only (port@host), or choose"
                            + " another --socket-directory",
                    path);
            return;
        }
        ServerBootstrap bootstrap = bootstrap(null).channelFactory(sockets::unixServer);
        bind(bootstrap, sockets.unixAddress(file.bound()), file.bound().toString(), "unix domain socket");
        unixFile = file;
        file.publish(UnixSocketFile.FOR_ALL);
        listening.add(file.path().toString());
    }

    private ServerBootstrap bootstrap(@Nullable TlsClients behind) {
        return new ServerBootstrap()
                .group(loop)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(options.writeLowWater(), options.writeHighWater()))
                .childOption(ChannelOption.ALLOCATOR, inputs.allocator())
                .handler(new AcceptFailures())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        accepted(client, behind);
                    }
                });
    }

    private void bind(ServerBootstrap bootstrap, SocketAddress address, String name, String kind) {
        Future<?> bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw StartFailures.bind(name, kind, bound.cause());
        }
        servers.add(((io.netty.channel.ChannelFuture) bound).channel());
    }

    private void accepted(Channel client, @Nullable TlsClients behind) {
        counters.connectionsAccepted++;
        if (!limits.mayHold(inputs.size() + (tls == null ? 0 : tls.unfinished()))) {
            counters.connectionsRefused++;
            client.close();
            return;
        }
        client.config().setRecvByteBufAllocator(READ_SIZES);
        ClientAddress address = ClientAddress.of(client.remoteAddress());
        TlsHandler handler = behind == null ? null : behind.handler();
        if (handler != null) {
            client.pipeline().addLast(handler);
        }
        client.pipeline().addLast(new SocketConnection(client, inputs, address, handler).handler());
    }

    /** Accepting failed, as a rule because no descriptor is left: the listener must neither spin nor die. */
    private final class AcceptFailures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            counters.acceptFailures++;
            if (Long.bitCount(counters.acceptFailures) == 1) {
                LOG.warn(
                        "cannot accept a connection ({}), {} times so far. Raise the limit of open files (ulimit -n).",
                        cause.getMessage(),
                        counters.acceptFailures);
            }
            limits.sacrifice();
            ctx.channel().config().setAutoRead(false);
            ctx.executor()
                    .schedule(
                            () -> {
                                limits.restore();
                                ctx.channel().config().setAutoRead(accepting);
                            },
                            RETRY_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /** As {@link org.flushspread.kernel.base.Ports#accepting}. */
    void accepting(boolean on) {
        accepting = on;
        for (Channel each : servers) {
            each.config().setAutoRead(on);
        }
    }

    /** Addresses clients can connect to, for a person. */
    List<String> listening() {
        return listening;
    }

    /** Removes the file of the unix socket and closes the listeners; connections stay. */
    void close() {
        if (unixFile != null) {
            unixFile.remove();
            unixFile = null;
        }
        servers.forEach(Channel::close);
        limits.release();
    }
}
