package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.function.UnaryOperator;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the kernel sends, in its order, through one socket. Neighbours of one route and size leave as one run (UDP_SEGMENT): one
 * system call and one walk through the network stack for many datagrams. The token is a barrier.
 */
final class DatagramSender {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramSender.class);

    /** Longer runs are refused by older kernels. */
    static final int MAX_RUN = 64;
    /** The largest payload of one IPv4 datagram bounds the whole run. */
    static final int MAX_RUN_BYTES = 65_507;

    /** Bytes asked for the send buffer. */
    private static final int SEND_BUFFER = 4 << 20;

    private static final int EIO = 5;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;
    private static final int EOPNOTSUPP = 95;

    private final UdpSocket socket;
    private final IpAddress own;
    private final ShellCounters counters;
    private final int longestRun;
    private final SealedChannel seal;
    private final ByteBuf run = Unpooled.directBuffer(UdpSocket.MAX_DATAGRAM, UdpSocket.MAX_DATAGRAM)
            .writerIndex(UdpSocket.MAX_DATAGRAM);

    private final @Nullable Target[][] targets = new Target[Route.Kind.values().length][0];

    private @Nullable Target target;
    private int segment;
    private int count;
    private int bytes;

    /**
     * @param own the address of this daemon
     * @param longestRun datagrams in a run, 1..64; 1 sends each by itself
     * @param seal closes the envelope of each
     */
    DatagramSender(UdpSocket socket, IpAddress own, ShellCounters counters, int longestRun, SealedChannel seal) {
        this.own = own;
        this.seal = seal;
        this.socket = socket;
        this.counters = counters;
        this.longestRun = socket.canSegment() ? Math.max(1, Math.min(longestRun, MAX_RUN)) : 1;
    }

    /**
     * With a socket that everything leaves through: data and tokens of one daemon must keep their order.
     *
     * @param network stands between the sender and the socket
     */
    static DatagramSender open(
            Sockets sockets,
            Configuration configuration,
            Daemon me,
            ShellCounters counters,
            int longestRun,
            SealedChannel seal,
            UnaryOperator<UdpSocket> network) {
        IpAddress mine = me.address();
        try {
            UdpSocket socket = network.apply(sockets.udp(mine.isIpv6()));
            socket.allowBroadcast();
            socket.sendBuffer(SEND_BUFFER);
            socket.bind(NetworkAddresses.address(
                    configuration.ring().checksSources() ? NetworkAddresses.onLinkOf(mine, mine) : IpAddress.ANY, 0));
            if (NetworkAddresses.cardOf(mine) != null) {
                socket.multicastFrom(mine);
            }
            return new DatagramSender(socket, mine, counters, longestRun, seal);
        } catch (IOException e) {
            throw new DaemonStartException("cannot open a socket to send with: " + e.getMessage(), e);
        }
    }

    /** What the sender knows about a route. */
    private static final class Target {
        final Route route;
        final InetSocketAddress[] addresses;
        boolean refusesRuns;

        Target(Route route, InetSocketAddress[] addresses) {
            this.route = route;
            this.addresses = addresses;
        }
    }

    /** As {@link org.flushspread.kernel.base.Ports#send}. */
    void send(Route to, ByteBuf datagram) {
        Target next = target(to);
        int length = datagram.readableBytes() + seal.overhead();
        if (count > 0 && (next != target || length > segment || bytes + length > MAX_RUN_BYTES)) {
            flush();
        }
        if (longestRun == 1
                || length == 0
                || to.kind() == Route.Kind.TOKEN
                || next.refusesRuns
                || length > MAX_RUN_BYTES) {
            flush();
            single(next, datagram, length);
            return;
        }
        if (count == 0) {
            target = next;
            segment = length;
        }
        if (seal.isSealed()) {
            seal.seal(Channel.DATA, datagram, run, bytes);
        } else {
            run.setBytes(bytes, datagram, datagram.readerIndex(), length);
        }
        bytes += length;
        count++;
        if (length < segment || count == longestRun) {
            flush();
        }
    }

    /** Sends what was collected. */
    void flush() {
        Target to = target;
        if (count == 0 || to == null) {
            return;
        }
        if (count == 1) {
            transmit(to, run, 0, bytes);
        } else {
            for (InetSocketAddress address : to.addresses) {
                transmitRun(to, address);
            }
        }
        target = null;
        count = 0;
        bytes = 0;
    }

    private void transmitRun(Target to, InetSocketAddress address) {
        if (to.refusesRuns) {
            transmitSingly(address);
            return;
        }
        int error = socket.send(run, 0, bytes, segment, address);
        if (error == UdpSocket.SENT) {
            counters.runsSent++;
            counters.datagramsSent += count;
        } else if (refused(error)) {
            fallBack(to, address, error);
        } else {
            counters.sendFailures += count;
        }
    }

    /** The path to this route cannot take runs (an MTU below 1500, a card without checksums): remembers it and sends them singly. */
    private void fallBack(Target to, InetSocketAddress address, int error) {
        to.refusesRuns = true;
        counters.runFallbacks++;
        LOG.info(
                "{} refuses runs of {} x {} bytes (error {}): datagrams to it are sent one by one from now on",
                to.route,
                count,
                segment,
                error);
        transmitSingly(address);
    }

    private void transmitSingly(InetSocketAddress address) {
        for (int at = 0; at < bytes; at += segment) {
            transmit(address, run, at, Math.min(segment, bytes - at));
        }
    }

    private static boolean refused(int error) {
        return error == EMSGSIZE || error == EINVAL || error == EIO || error == EOPNOTSUPP;
    }

    private void single(Target to, ByteBuf datagram, int length) {
        if (length > UdpSocket.MAX_DATAGRAM) {
            counters.sendFailures++;
        } else if (seal.isSealed()) {
            seal.seal(to.route.kind() == Route.Kind.TOKEN ? Channel.TOKEN : Channel.DATA, datagram, run, 0);
            transmit(to, run, 0, length);
        } else if (datagram.isDirect() && datagram.nioBufferCount() == 1) {
            transmit(to, datagram, datagram.readerIndex(), length);
        } else {
            run.setBytes(0, datagram, datagram.readerIndex(), length);
            transmit(to, run, 0, length);
        }
    }

    private void transmit(Target to, ByteBuf from, int index, int length) {
        for (InetSocketAddress address : to.addresses) {
            transmit(address, from, index, length);
        }
    }

    private void transmit(InetSocketAddress to, ByteBuf from, int index, int length) {
        if (socket.send(from, index, length, 0, to) == UdpSocket.SENT) {
            counters.datagramsSent++;
        } else {
            counters.sendFailures++;
        }
    }

    private Target target(Route route) {
        Target[] known = targets[route.kind().ordinal()];
        int index = route.index();
        if (index < known.length) {
            Target found = known[index];
            if (found != null && found.route == route) {
                return found;
            }
        } else {
            known = java.util.Arrays.copyOf(known, index + 1);
            targets[route.kind().ordinal()] = known;
        }
        Target made = new Target(route, addresses(route));
        known[index] = made;
        return made;
    }

    private InetSocketAddress[] addresses(Route route) {
        InetSocketAddress[] addresses = new InetSocketAddress[route.addresses().size()];
        for (int i = 0; i < addresses.length; i++) {
            IpAddress to = route.addresses().get(i);
            try {
                addresses[i] = NetworkAddresses.address(NetworkAddresses.onLinkOf(own, to), route.port());
            } catch (SocketException | UncheckedIOException e) {
                LOG.warn("cannot tell on which network card {} is: {}", to, e.getMessage());
                addresses[i] = NetworkAddresses.address(to.withoutScope(), route.port());
            }
        }
        return addresses;
    }

    void close() {
        socket.close();
        run.release();
    }
}
