package org.flushspread.daemon;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import org.flushspread.wire.Addresses;
import org.jspecify.annotations.Nullable;

/** The two ways to reach the operating system's sockets. */
enum Sockets {
    /** Linux: native epoll, UDP_SEGMENT and UDP_GRO. */
    EPOLL {
        @Override
        IoHandlerFactory ioHandlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ServerChannel tcpServer() {
            return new EpollServerSocketChannel(SocketProtocolFamily.INET);
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
        UdpSocket udp() {
            return new EpollUdpSocket();
        }
    },
    /** Everywhere: the JDK's channels. */
    NIO {
        @Override
        IoHandlerFactory ioHandlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerChannel tcpServer() {
            return new NioServerSocketChannel(SelectorProvider.provider(), SocketProtocolFamily.INET);
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
        UdpSocket udp() throws IOException {
            return new NioUdpSocket();
        }
    };

    abstract IoHandlerFactory ioHandlers();

    abstract ServerChannel tcpServer();

    abstract ServerChannel unixServer();

    abstract SocketAddress unixAddress(Path path);

    abstract UdpSocket udp() throws IOException;

    /** The better one this machine has. */
    static Sockets best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    static InetSocketAddress address(int ip, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(Addresses.octets(ip)), port);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The network card that has this address, or null (also for the addresses of 127.0.0.0/8 beyond 127.0.0.1, which none lists). */
    static @Nullable NetworkInterface cardOf(int ip) throws SocketException {
        return NetworkInterface.getByInetAddress(address(ip, 0).getAddress());
    }
}
