package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
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
import org.flushspread.wire.PacketHeader;
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

    /** What a header of IPv6 is longer by, and full packets are shorter (ring-protocol 4.2). */
    private static final int IPV6_LONGER = 20;

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
    private final Run run;

    private final @Nullable Target[][] targets = new Target[Route.Kind.values().length][0];

    private @Nullable Target target;

    /**
     * @param own the address of this daemon
     * @param longestRun datagrams in a run, 1..64; 1 sends each by itself
     * @param seal closes the envelope of each
     */
    DatagramSender(UdpSocket socket, IpAddress own, ShellCounters counters, int longestRun, SealedChannel seal) {
        this.own = own;
        this.seal = seal;
        run = new Run(seal, PacketHeader.MAX_PACKET - (own.isIpv6() ? IPV6_LONGER : 0));
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
        int length = run.lengthOf(datagram);
        if (run.count() > 0 && (next != target || !run.takes(datagram, length))) {
            flush();
        }
        if (longestRun == 1
                || length == 0
                || to.kind() == Route.Kind.TOKEN
                || next.refusesRuns
                || length > MAX_RUN_BYTES) {
            flush();
            single(next, datagram);
            return;
        }
        target = next;
        run.add(to, datagram, length);
        if (length < run.segment() || run.count() == longestRun) {
            flush();
        }
    }

    /** Sends what was collected. */
    void flush() {
        Target to = target;
        if (run.count() == 0 || to == null) {
            return;
        }
        if (run.count() == 1) {
            transmit(to, run.bytes(), 0, run.length());
        } else {
            for (InetSocketAddress address : to.addresses) {
                transmitRun(to, address);
            }
        }
        target = null;
        run.sent(to.route);
    }

    private void transmitRun(Target to, InetSocketAddress address) {
        if (to.refusesRuns) {
            transmitSingly(address);
            return;
        }
        int error = socket.send(run.bytes(), 0, run.length(), run.segment(), address);
        if (error == UdpSocket.SENT) {
            counters.runsSent++;
            counters.datagramsSent += run.count();
        } else if (refused(error)) {
            fallBack(to, address, error);
        } else {
            counters.sendFailures += run.count();
        }
    }

    /** The path to this route cannot take runs (an MTU below 1500, a card without checksums): remembers it and sends them singly. */
    private void fallBack(Target to, InetSocketAddress address, int error) {
        to.refusesRuns = true;
        counters.runFallbacks++;
        LOG.info(
                "{} refuses runs of {} x {} bytes (error {}): datagrams to it are sent one by one from now on",
                to.route,
                run.count(),
                run.segment(),
                error);
        transmitSingly(address);
    }

    private void transmitSingly(InetSocketAddress address) {
        for (int at = 0; at < run.length(); at += run.segment()) {
            transmit(address, run.bytes(), at, Math.min(run.segment(), run.length() - at));
        }
    }

    private static boolean refused(int error) {
        return error == EMSGSIZE || error == EINVAL || error == EIO || error == EOPNOTSUPP;
    }

    private void single(Target to, ByteBuf datagram) {
        int length = datagram.readableBytes() + seal.overhead();
        if (length > UdpSocket.MAX_DATAGRAM) {
            counters.sendFailures++;
        } else if (!seal.isSealed() && datagram.isDirect() && datagram.nioBufferCount() == 1) {
            transmit(to, datagram, datagram.readerIndex(), length);
        } else {
            Channel channel = to.route.kind() == Route.Kind.TOKEN ? Channel.TOKEN : Channel.DATA;
            transmit(to, run.alone(channel, datagram), 0, length);
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
        run.close();
    }
}
