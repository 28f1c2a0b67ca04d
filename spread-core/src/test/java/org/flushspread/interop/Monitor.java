package org.flushspread.interop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/** Asks daemons for their figures, partitions them, tells them to read their configuration again (monitor-protocol). */
final class Monitor implements AutoCloseable {
    private static final int ANSWER_MILLIS = 200;

    private final DatagramSocket socket;
    private final int procId;

    Monitor(String address) {
        try {
            socket = new DatagramSocket();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        procId = Net.number(address);
    }

    /** The figures of a daemon; null if it does not answer. What comes too late is no answer to the next question: that has another port. */
    @Nullable
    StatusReply status(Node of) {
        byte[] bytes = new byte[2000];
        DatagramPacket answer = new DatagramPacket(bytes, bytes.length);
        try (DatagramSocket asking = new DatagramSocket()) {
            asking.setSoTimeout(ANSWER_MILLIS);
            ByteBuf request = Unpooled.buffer();
            MonitorPackets.writeStatus(request, MonitorOrigin.spread4(procId), asking.getLocalPort());
            send(request, of);
            while (true) {
                asking.receive(answer);
                StatusReply reply = StatusReply.read(Unpooled.wrappedBuffer(bytes), 0, answer.getLength());
                if (reply != null && reply.daemon() == Net.number(of.address)) {
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
                MonitorPackets.writePartition(request, MonitorOrigin.spread4(procId), socket.getLocalPort(), table);
                send(request, each);
            }
        }
    }

    void reload(Iterable<Node> nodes) {
        for (Node each : nodes) {
            ByteBuf request = Unpooled.buffer();
            MonitorPackets.writeReload(request, MonitorOrigin.spread4(procId), socket.getLocalPort());
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
