package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Answers to monitors, which have no route: they leave from a socket of their own, which is opened for the first of them. What cannot be sent
 * is counted, and the monitor asks again.
 */
final class MonitorReplies {
    private final Sockets sockets;
    private final ByteBufAllocator allocator;
    private final ShellCounters counters;
    private final IpAddress mine;
    private final boolean bound;
    private final SealedChannel seal;
    private @Nullable UdpSocket socket;

    /** @param bound whether they come from the daemon's own address, or from any of this host */
    MonitorReplies(
            Sockets sockets,
            ByteBufAllocator allocator,
            ShellCounters counters,
            IpAddress mine,
            boolean bound,
            SealedChannel seal) {
        this.seal = seal;
        this.sockets = sockets;
        this.allocator = allocator;
        this.counters = counters;
        this.mine = mine;
        this.bound = bound;
    }

    /** As {@link org.flushspread.kernel.base.Ports#reply}. */
    void send(IpAddress address, int port, ByteBuf datagram) {
        try {
            UdpSocket from = socket();
            ByteBuf direct = allocator.directBuffer(datagram.readableBytes() + seal.overhead());
            if (seal.isSealed()) {
                // The channel of the port that daemons ask from, too: the answer may be for one of them.
                direct.writerIndex(seal.seal(Channel.DATA, datagram, direct, 0));
            } else {
                direct.writeBytes(datagram, datagram.readerIndex(), datagram.readableBytes());
            }
            try {
                var to = NetworkAddresses.address(NetworkAddresses.onLinkOf(mine, address), port);
                if (from.send(direct, 0, direct.readableBytes(), 0, to) != UdpSocket.SENT) {
                    counters.sendFailures++;
                }
            } finally {
                direct.release();
            }
        } catch (IOException | OutOfMemoryError e) {
            counters.sendFailures++;
        }
    }

    private UdpSocket socket() throws IOException {
        UdpSocket from = socket;
        if (from == null) {
            from = sockets.udp(mine.isIpv6());
            try {
                if (bound) {
                    from.bind(NetworkAddresses.address(NetworkAddresses.onLinkOf(mine, mine), 0));
                }
            } catch (IOException e) {
                from.close();
                throw e;
            }
            // Only now: what is not bound would send from another address, which monitors of Spread 5 do not take.
            socket = from;
        }
        return from;
    }

    void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
