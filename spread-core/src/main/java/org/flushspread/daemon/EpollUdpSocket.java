package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.DatagramSocketAddress;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** A datagram socket on Linux, registered with the event loop's epoll set without a channel around it. */
final class EpollUdpSocket extends UdpSocket {
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_TTL = 33;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_MULTICAST_ALL = 49;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int IPV6_MULTICAST_LOOP = 19;
    private static final int IPV6_JOIN_GROUP = 20;
    private static final int IPV6_MULTICAST_ALL = 29;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int UDP_GRO = 104;
    /** Bytes of the kernel's ip_mreqn. */
    private static final int MREQN = 12;

    private static final int TRIES_WHEN_FULL = 3;

    private final boolean ipv6;
    private final Descriptor socket;
    private final KnownSources sources = new KnownSources();
    private final boolean canSegment;
    private int segment;
    private @Nullable IoRegistration registration;

    static {
        // Loads the native library; these sockets do not go through a Netty channel, which would do it.
        Epoll.ensureAvailability();
    }

    EpollUdpSocket(boolean ipv6) {
        this.ipv6 = ipv6;
        socket = new Descriptor(ipv6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
        canSegment = trySegment(0);
    }

    /** Opens a socket of a family; the public factory follows the JVM's IPv6 preference. */
    private static final class Descriptor extends Socket {
        Descriptor(SocketProtocolFamily family) {
            super(newSocketDgram0(family));
        }
    }

    @Override
    void bind(InetSocketAddress local) throws IOException {
        socket.bind(local);
    }

    @Override
    int localPort() {
        return socket.localAddress().getPort();
    }

    @Override
    int receiveBuffer(int bytes) throws IOException {
        try {
            option(SOL_SOCKET, SO_RCVBUFFORCE, bytes);
        } catch (IOException notPrivileged) {
            set(() -> socket.setReceiveBufferSize(bytes));
        }
        // Linux reports twice what it grants: the other half is its own bookkeeping.
        return socket.getReceiveBufferSize() / 2;
    }

    @Override
    void sendBuffer(int bytes) throws IOException {
        try {
            option(SOL_SOCKET, SO_SNDBUFFORCE, bytes);
        } catch (IOException notPrivileged) {
            set(() -> socket.setSendBufferSize(bytes));
        }
    }

    @Override
    void allowBroadcast() throws IOException {
        set(() -> socket.setBroadcast(true));
    }

    @Override
    void join(IpAddress group, IpAddress owner) throws IOException {
        if (ipv6) {
            option(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
            option(IPPROTO_IPV6, IPV6_JOIN_GROUP, mreq(group, group.scope().isEmpty() ? owner : group));
            return;
        }
        // Without this a socket on 0.0.0.0 also receives every group that another program of the host has joined.
        option(IPPROTO_IP, IP_MULTICAST_ALL, 0);
        option(IPPROTO_IP, IP_ADD_MEMBERSHIP, mreqn(group, owner));
    }

    @Override
    void multicastFrom(IpAddress owner) throws IOException {
        if (ipv6) {
            option(IPPROTO_IPV6, IPV6_MULTICAST_IF, index(owner));
            option(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1);
            option(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
            return;
        }
        option(IPPROTO_IP, IP_MULTICAST_IF, mreqn(IpAddress.ANY, owner));
        option(IPPROTO_IP, IP_MULTICAST_TTL, 1);
        option(IPPROTO_IP, IP_MULTICAST_LOOP, 1);
    }

    /** A call that sets an option of the socket. */
    private interface Setting {
        void make() throws IOException;
    }

    /** What Netty's native code throws where the system refuses is no IOException; callers expect one. */
    private static void set(Setting setting) throws IOException {
        try {
            setting.make();
        } catch (ChannelException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void option(int level, int name, int value) throws IOException {
        set(() -> socket.setIntOpt(level, name, value));
    }

    private void option(int level, int name, ByteBuffer value) throws IOException {
        set(() -> socket.setRawOpt(level, name, value));
    }

    private static ByteBuffer mreqn(IpAddress group, IpAddress owner) throws SocketException {
        ByteBuffer mreqn = ByteBuffer.allocateDirect(MREQN);
        mreqn.put(group.octets()).put(owner.octets());
        mreqn.order(ByteOrder.nativeOrder()).putInt(index(owner));
        mreqn.flip();
        return mreqn;
    }

    /** The kernel's ipv6_mreq. */
    private static ByteBuffer mreq(IpAddress group, IpAddress card) throws SocketException {
        ByteBuffer mreq = ByteBuffer.allocateDirect(IpAddress.IPV6_LENGTH + Integer.BYTES);
        mreq.put(group.octets());
        mreq.order(ByteOrder.nativeOrder()).putInt(index(card));
        mreq.flip();
        return mreq;
    }

    private static int index(IpAddress owner) throws SocketException {
        NetworkInterface card = NetworkAddresses.cardOf(owner);
        return card == null ? 0 : card.getIndex();
    }

    @Override
    boolean coalesce() {
        try {
            option(SOL_UDP, UDP_GRO, 1);
            return true;
        } catch (IOException unknownToThisKernel) {
            return false;
        }
    }

    @Override
    boolean canSegment() {
        return canSegment;
    }

    @Override
    void register(IoEventLoop loop, Runnable readable) {
        IoRegistration done = loop.register(new Readiness(socket, readable))
                .syncUninterruptibly()
                .getNow();
        done.submit(EpollIoOps.EPOLLIN);
        registration = done;
    }

    private record Readiness(FileDescriptor fd, Runnable readable) implements EpollIoHandle {
        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            readable.run();
        }

        @Override
        public void close() {}
    }

    @Override
    int receive(ReceiveBuffer into) throws IOException {
        if (into.wantsSource) {
            DatagramSocketAddress from = socket.recvFrom(into.nio(), 0, MAX_DATAGRAM);
            if (from == null) {
                return NOTHING;
            }
            into.source = sources.of(from.getAddress());
            return from.receivedAmount() == 0 ? EMPTY_DATAGRAM : from.receivedAmount();
        }
        into.source = null;
        return socket.read(into.nio(), 0, MAX_DATAGRAM);
    }

    @Override
    int send(ByteBuf bytes, int index, int length, int segmentSize, InetSocketAddress to) {
        // One datagram that is not longer than the segments of the last run needs no other option, which would be a
        // call of its own.
        boolean asItIs = segmentSize == 0 && length <= segment;
        if (!asItIs && segment != segmentSize && !trySegment(segmentSize)) {
            return FAILED;
        }
        int result = send(bytes.internalNioBuffer(index, length), to);
        if (result == SENT || !asItIs || !trySegment(0)) {
            return result;
        }
        // There may be paths that take no runs (an MTU below a segment).
        return send(bytes.internalNioBuffer(index, length), to);
    }

    private int send(ByteBuffer nio, InetSocketAddress to) {
        try {
            // Zero bytes taken means that the socket's buffer is full; it drains at the speed of the network card.
            for (int i = 0; i < TRIES_WHEN_FULL; i++) {
                if (socket.sendTo(nio, nio.position(), nio.limit(), to.getAddress(), to.getPort()) > 0) {
                    return SENT;
                }
                Thread.onSpinWait();
            }
            return FAILED;
        } catch (Errors.NativeIoException e) {
            return -e.expectedErr();
        } catch (IOException e) {
            return FAILED;
        }
    }

    private boolean trySegment(int size) {
        try {
            option(SOL_UDP, UDP_SEGMENT, size);
            segment = size;
            return true;
        } catch (IOException unknownToThisKernel) {
            return false;
        }
    }

    @Override
    public void close() {
        if (registration != null) {
            registration.cancel();
        }
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
