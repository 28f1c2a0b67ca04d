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
import java.net.UnknownHostException;
import java.util.function.ObjIntConsumer;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.RingVersion;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/** Asks daemons for their figures, partitions them, tells them to read their configuration again (monitor-protocol). */
final class Monitor {
    private static final int ANSWER_MILLIS = 200;

    private final InetAddress self;
    private Configuration configuration;

    /** @param address of a daemon of the configuration, or of one of its interfaces */
    Monitor(String address, Configuration configuration) {
        this.configuration = configuration;
        try {
            self = InetAddress.getByName(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MonitorOrigin origin() {
        if (configuration.ring() == RingVersion.SPREAD4) {
            return MonitorOrigin.spread4(Net.number(self.getHostAddress()));
        }
        Daemon there = configuration.byAddress(IpAddress.of(self.getAddress()));
        // A host that is none of the configuration's is not listened to: where there is no interface list, nobody
        // is asked.
        Daemon host = there == null ? configuration.daemons().get(0) : there;
        return MonitorOrigin.spread5(host.id(), host.id(), configuration.hash());
    }

    /** Daemons have another configuration from now on; in a ring of Spread 5 they hear nothing that has another hash. */
    void speakFor(Configuration next) {
        configuration = next;
    }

    /** In a ring of Spread 5 it counts where requests come from. */
    private DatagramSocket open() throws IOException {
        return configuration.ring() == RingVersion.SPREAD4
                ? new DatagramSocket()
                : new DatagramSocket(new InetSocketAddress(self, 0));
    }

    /** The figures of a daemon; null if it does not answer. What comes too late is no answer to the next question: that has another port. */
    @Nullable
    StatusReply status(Node of) {
        byte[] bytes = new byte[2000];
        DatagramPacket answer = new DatagramPacket(bytes, bytes.length);
        try (DatagramSocket asking = open()) {
            asking.setSoTimeout(ANSWER_MILLIS);
            ByteBuf request = Unpooled.buffer();
            MonitorPackets.writeStatus(request, origin(), asking.getLocalPort());
            send(asking, request, of);
            while (true) {
                asking.receive(answer);
                StatusReply reply = StatusReply.read(Unpooled.wrappedBuffer(bytes), 0, answer.getLength());
                if (reply != null && reply.daemon() == of.id()) {
                    return reply;
                }
            }
        } catch (SocketTimeoutException | UnknownHostException e) {
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
            tell(nodes, (request, port) -> MonitorPackets.writePartition(request, origin(), port, table));
        }
    }

    void reload(Iterable<Node> nodes) {
        tell(nodes, (request, port) -> MonitorPackets.writeReload(request, origin(), port));
    }

    private void tell(Iterable<Node> nodes, ObjIntConsumer<ByteBuf> writer) {
        try (DatagramSocket from = open()) {
            for (Node each : nodes) {
                ByteBuf request = Unpooled.buffer();
                writer.accept(request, from.getLocalPort());
                send(from, request, each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(DatagramSocket from, ByteBuf request, Node to) throws IOException {
        byte[] bytes = new byte[request.readableBytes()];
        request.readBytes(bytes);
        from.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(to.address), to.port));
    }
}
