package org.flushspread.interop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.RingVersion;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/** Asks daemons for their figures, partitions them, tells them to read their configuration again (monitor-protocol). */
final class Monitor implements AutoCloseable {
    private static final int ANSWER_MILLIS = 200;

    private final DatagramSocket socket;
    private final MonitorOrigin origin;
    /** Where requests come from; null for any. */
    private final @Nullable InetAddress local;

    /** @param address of a daemon of the configuration, or of one of its interfaces */
    Monitor(String address, Configuration configuration) {
        try {
            InetAddress self = InetAddress.getByName(address);
            Daemon there = configuration.byAddress(IpAddress.of(self.getAddress()));
            // A host that is none of the configuration's is not listened to: where there is no interface list, nobody
            // is asked.
            Daemon host = there == null ? configuration.daemons().get(0) : there;
            boolean five = configuration.ring() == RingVersion.SPREAD5;
            origin = five
                    ? MonitorOrigin.spread5(host.id(), host.id(), configuration.hash())
                    : MonitorOrigin.spread4(Net.number(address));
            local = five ? self : null;
            socket = open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatagramSocket open() throws IOException {
        return local == null ? new DatagramSocket() : new DatagramSocket(new InetSocketAddress(local, 0));
    }

    /** The figures of a daemon; null if it does not answer. What comes too late is no answer to the next question: that has another port. */
    @Nullable
    StatusReply status(Node of) {
        byte[] bytes = new byte[2000];
        DatagramPacket answer = new DatagramPacket(bytes, bytes.length);
        try (DatagramSocket asking = open()) {
            asking.setSoTimeout(ANSWER_MILLIS);
            ByteBuf request = Unpooled.buffer();
            MonitorPackets.writeStatus(request, origin, asking.getLocalPort());
            send(request, of);
            while (true) {
                asking.receive(answer);
                StatusReply reply = StatusReply.read(Unpooled.wrappedBuffer(bytes), 0, answer.getLength());
                if (reply != null && reply.daemon() == of.id()) {
                    return reply;
                }
            }
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void partition(Iterable<Node> nodes, int... components) {
        short[] table = new short[components.length];
        for (int i = 0; i < table.length; i++) {
            table[i] = (short) components[i];
        }
        for (int copy = 0; copy < 2; copy++) {
            for (Node each : nodes) {
                ByteBuf request = Unpooled.buffer();
                MonitorPackets.writePartition(request, origin, socket.getLocalPort(), table);
                send(request, each);
            }
        }
    }

    void reload(Iterable<Node> nodes) {
        for (Node each : nodes) {
            ByteBuf request = Unpooled.buffer();
            MonitorPackets.writeReload(request, origin, socket.getLocalPort());
            send(request, each);
        }
    }

    private void send(ByteBuf request, Node to) {
        byte[] bytes = new byte[request.readableBytes()];
        request.readBytes(bytes);
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(to.address), to.port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
