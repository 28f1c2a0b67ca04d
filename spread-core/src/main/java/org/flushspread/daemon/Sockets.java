package org.flushspread.daemon;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/** The two ways to reach the operating system's sockets. */
enum Sockets {
    /** Linux: native epoll, UDP_SEGMENT and UDP_GRO. */
    EPOLL {
        @Override
        IoHandlerFactory ioHandlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ServerChannel tcpServer(SocketProtocolFamily family) {
            return new EpollServerSocketChannel(family);
        }

        @Override
        void noticeDeath(ServerBootstrap bootstrap, Duration after) {
            KeepAlive times = KeepAlive.of(after);
            bootstrap
                    .childOption(EpollChannelOption.TCP_KEEPIDLE, times.idle())
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, times.interval())
                    .childOption(EpollChannelOption.TCP_KEEPCNT, KeepAlive.PROBES)
                    // Keep-alive is silent while something waits to be acknowledged: this is for that case.
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(after.toMillis()));
        }

        @Override
        ServerChannel unixServer() {
            return new EpollServerDomainSocketChannel();
        }

        @Override
        SocketAddress unixAddress(Path path) {
            return new DomainSocketAddress(path.toFile());
        }

        @Override
        UdpSocket udp(boolean ipv6) {
            return new EpollUdpSocket(ipv6);
        }
    },
    /** Everywhere: the JDK's channels. */
    NIO {
        @Override
        IoHandlerFactory ioHandlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerChannel tcpServer(SocketProtocolFamily family) {
            return new NioServerSocketChannel(SelectorProvider.provider(), family);
        }

        @Override
        void noticeDeath(ServerBootstrap bootstrap, Duration after) {
            KeepAlive times = KeepAlive.of(after);
            bootstrap
                    .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), times.idle())
                    .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), times.interval())
                    .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KeepAlive.PROBES);
        }

        @Override
        ServerChannel unixServer() {
            return new NioServerDomainSocketChannel();
        }

        @Override
        SocketAddress unixAddress(Path path) {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        UdpSocket udp(boolean ipv6) throws IOException {
            return new NioUdpSocket(ipv6);
        }
    };

    private static final String MACHINE_ID = "io.netty.machineId";

    static {
        // Netty names channels after the hardware address of a network card, and warns where there is none, as in a
        // container with lo alone. Nobody needs the names to differ between machines; this address is a local one.
        if (System.getProperty(MACHINE_ID) == null) {
            System.setProperty(MACHINE_ID, "02:00:00:00:00:01");
        }
    }

    abstract IoHandlerFactory ioHandlers();

    /** A listener; one of the IPv6 family takes IPv4 clients too, where it is bound to the unspecified address. */
    abstract ServerChannel tcpServer(SocketProtocolFamily family);

    /** Has the connections of a listener end when the far host has not answered for this long, at least one second. */
    abstract void noticeDeath(ServerBootstrap bootstrap, Duration after);

    /** Times of TCP keep-alive in seconds: half of the time it is quiet, then a few questions. */
    private record KeepAlive(int idle, int interval) {
        static final int PROBES = 3;

        static KeepAlive of(Duration after) {
            int seconds = Math.toIntExact(after.toSeconds());
            return new KeepAlive(Math.max(1, seconds / 2), Math.max(1, seconds / (2 * PROBES)));
        }
    }

    abstract ServerChannel unixServer();

    abstract SocketAddress unixAddress(Path path);

    abstract UdpSocket udp(boolean ipv6) throws IOException;

    /** The better one this machine has. */
    static Sockets best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }
}
