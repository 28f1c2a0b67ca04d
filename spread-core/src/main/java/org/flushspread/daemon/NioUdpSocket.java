package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** A datagram socket where epoll is missing: one datagram per call in both directions. */
final class NioUdpSocket extends UdpSocket {
    private final DatagramChannel channel;
    private final KnownSources sources = new KnownSources();
    private @Nullable IoRegistration registration;

    NioUdpSocket(boolean ipv6) throws IOException {
        channel = DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        channel.configureBlocking(false);
    }

    @Override
    void bind(InetSocketAddress local) throws IOException {
        channel.bind(local);
    }

    @Override
    int localPort() {
        try {
            SocketAddress local = channel.getLocalAddress();
            return local instanceof InetSocketAddress inet ? inet.getPort() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    int receiveBuffer(int bytes) throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, bytes);
        return channel.getOption(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    void sendBuffer(int bytes) throws IOException {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, bytes);
    }

    @Override
    void allowBroadcast() throws IOException {
        channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
    }

    @Override
    void join(IpAddress group, IpAddress owner) throws IOException {
        channel.join(
                NetworkAddresses.inet(group.withoutScope()), card(group.scope().isEmpty() ? owner : group));
    }

    @Override
    void multicastFrom(IpAddress owner) throws IOException {
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, card(owner));
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
    }

    private static NetworkInterface card(IpAddress owner) throws SocketException {
        NetworkInterface card = NetworkAddresses.cardOf(owner);
        if (card == null) {
            throw new SocketException("no network card has the address " + owner);
        }
        return card;
    }

    @Override
    boolean coalesce() {
        return false;
    }

    @Override
    boolean canSegment() {
        return false;
    }

    @Override
    void register(IoEventLoop loop, Runnable readable) {
        IoRegistration done = loop.register(new Readiness(channel, readable))
                .syncUninterruptibly()
                .getNow();
        done.submit(NioIoOps.READ);
        registration = done;
    }

    @SuppressWarnings("try") // close() is declared without limits by Netty
    private static final class Readiness extends NioSelectableChannelIoHandle<DatagramChannel> {
        private final Runnable readable;

        Readiness(DatagramChannel channel, Runnable readable) {
            super(channel);
            this.readable = readable;
        }

        @Override
        protected void handle(DatagramChannel channel, SelectionKey key) {
            readable.run();
        }
    }

    @Override
    int receive(ReceiveBuffer into) throws IOException {
        ByteBuffer nio = into.nio().clear();
        SocketAddress from = channel.receive(nio);
        if (from == null) {
            return NOTHING;
        }
        into.source = into.wantsSource && from instanceof InetSocketAddress inet ? sources.of(inet.getAddress()) : null;
        return nio.position() == 0 ? EMPTY_DATAGRAM : nio.position();
    }

    @Override
    int send(ByteBuf bytes, int index, int length, int segment, InetSocketAddress to) {
        try {
            return channel.send(bytes.internalNioBuffer(index, length), to) == length ? SENT : FAILED;
        } catch (IOException e) {
            return FAILED;
        }
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.cancel();
        }
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
