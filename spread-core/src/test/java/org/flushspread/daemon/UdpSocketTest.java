package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.Wait;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams through the sockets of the system: runs, batches, empty datagrams. */
class UdpSocketTest {
    private static final IpAddress LOOPBACK = IpAddress.ipv4(0x7f000001);

    private static final int PACKET = 1472;

    @Test
    void twoRunsAreReadWholeAndInOrder() throws IOException {
        assumeTrue(Sockets.best() == Sockets.EPOLL, "needs epoll");
        try (UdpSocket from = bound(Sockets.EPOLL);
                UdpSocket to = bound(Sockets.EPOLL);
                ReceiveBuffer buffer = new ReceiveBuffer()) {
            assumeTrue(from.canSegment() && to.coalesce(), "this kernel knows neither UDP_SEGMENT nor UDP_GRO");
            ByteBuf run = Unpooled.directBuffer(20 * PACKET);
            try {
                for (int packet = 0; packet < 20; packet++) {
                    for (int i = 0; i < PACKET; i++) {
                        run.writeByte(packet);
                    }
                }
                assertThat(from.send(run, 0, 20 * PACKET, PACKET, address(to))).isEqualTo(UdpSocket.SENT);
                // The last of a run may be shorter.
                assertThat(from.send(run, 0, 9 * PACKET + 100, PACKET, address(to)))
                        .isEqualTo(UdpSocket.SENT);
            } finally {
                run.release();
            }
            List<Integer> seen = new ArrayList<>();
            int total = 0;
            while (total < 29 * PACKET + 100) {
                int length = next(to, buffer);
                for (int at = 0; at < length; at += PACKET) {
                    seen.add((int) buffer.bytes().getByte(at));
                }
                total += length;
            }
            List<Integer> expected = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                expected.add(i % 20);
            }
            assertThat(seen).isEqualTo(expected);
            assertThat(to.receive(buffer)).isEqualTo(UdpSocket.NOTHING);
        }
    }

    @Test
    void datagramsBehindARunAreNotCut() throws IOException {
        assumeTrue(Sockets.best() == Sockets.EPOLL, "needs epoll");
        try (UdpSocket from = bound(Sockets.EPOLL);
                UdpSocket to = bound(Sockets.EPOLL);
                ReceiveBuffer buffer = new ReceiveBuffer()) {
            assumeTrue(from.canSegment(), "this kernel does not know UDP_SEGMENT");
            ByteBuf bytes = Unpooled.directBuffer(10 * PACKET).writeZero(10 * PACKET);
            try {
                // Without UDP_GRO each datagram is read by itself.
                int[] wanted = {PACKET, PACKET, 40, PACKET, 5 * PACKET, 7, PACKET, 100};
                assertThat(from.send(bytes, 0, 2 * PACKET, PACKET, address(to))).isEqualTo(UdpSocket.SENT);
                for (int i = 2; i < 6; i++) {
                    assertThat(from.send(bytes, 0, wanted[i], 0, address(to))).isEqualTo(UdpSocket.SENT);
                }
                assertThat(from.send(bytes, 0, PACKET + 100, PACKET, address(to)))
                        .isEqualTo(UdpSocket.SENT);
                for (int each : wanted) {
                    assertThat(next(to, buffer)).isEqualTo(each);
                }
            } finally {
                bytes.release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Sockets.class)
    void anEmptyDatagramIsNotMistakenForAnEmptySocket(Sockets sockets) throws IOException {
        assumeTrue(sockets == Sockets.NIO || Sockets.best() == Sockets.EPOLL, "needs epoll");
        try (UdpSocket to = bound(sockets);
                ReceiveBuffer buffer = new ReceiveBuffer();
                java.net.DatagramSocket sender = new java.net.DatagramSocket()) {
            sender.send(new java.net.DatagramPacket(new byte[0], 0, address(to)));
            sender.send(new java.net.DatagramPacket(new byte[] {7}, 1, address(to)));
            assertThat(next(to, buffer)).isEqualTo(UdpSocket.EMPTY_DATAGRAM);
            assertThat(next(to, buffer)).isEqualTo(1);
            assertThat(buffer.bytes().getByte(0)).isEqualTo((byte) 7);
        }
    }

    @ParameterizedTest
    @EnumSource(Sockets.class)
    void aLargestTokenPasses(Sockets sockets) throws IOException {
        assumeTrue(sockets == Sockets.NIO || Sockets.best() == Sockets.EPOLL, "needs epoll");
        try (UdpSocket from = bound(sockets);
                UdpSocket to = bound(sockets);
                ReceiveBuffer buffer = new ReceiveBuffer()) {
            from.sendBuffer(4 << 20);
            to.receiveBuffer(1 << 20);
            ByteBuf token = Unpooled.directBuffer(DatagramSender.MAX_RUN_BYTES).writeZero(DatagramSender.MAX_RUN_BYTES);
            try {
                assertThat(from.send(token, 0, token.readableBytes(), 0, address(to)))
                        .isEqualTo(UdpSocket.SENT);
            } finally {
                token.release();
            }
            assertThat(next(to, buffer)).isEqualTo(DatagramSender.MAX_RUN_BYTES);
        }
    }

    @ParameterizedTest
    @EnumSource(Sockets.class)
    void multicastsReachTheGroupOnThisHost(Sockets sockets) throws IOException {
        assumeTrue(sockets == Sockets.NIO || Sockets.best() == Sockets.EPOLL, "needs epoll");
        IpAddress loopback = LOOPBACK;
        IpAddress group = IpAddress.ipv4(0xefff0a01);
        try (UdpSocket from = bound(sockets);
                UdpSocket to = sockets.udp(false);
                ReceiveBuffer buffer = new ReceiveBuffer()) {
            to.bind(NetworkAddresses.address(group, 0));
            to.join(group, loopback);
            from.multicastFrom(loopback);
            ByteBuf bytes = Unpooled.directBuffer(3).writeMedium(5);
            try {
                assertThat(from.send(bytes, 0, 3, 0, NetworkAddresses.address(group, to.localPort())))
                        .isEqualTo(UdpSocket.SENT);
            } finally {
                bytes.release();
            }
            assertThat(next(to, buffer)).isEqualTo(3);
        }
    }

    /** The next datagram; on a busy machine the system delivers it only after the call that sent it. */
    private static int next(UdpSocket from, ReceiveBuffer into) {
        int[] length = {UdpSocket.NOTHING};
        Wait.until("a datagram", () -> {
            try {
                length[0] = from.receive(into);
                return length[0] != UdpSocket.NOTHING;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        return length[0];
    }

    private static UdpSocket bound(Sockets sockets) throws IOException {
        UdpSocket socket = sockets.udp(false);
        socket.bind(NetworkAddresses.address(LOOPBACK, 0));
        return socket;
    }

    private static InetSocketAddress address(UdpSocket socket) {
        return NetworkAddresses.address(LOOPBACK, socket.localPort());
    }
}
