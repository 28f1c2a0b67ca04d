package org.flushspread.daemon;

import com.google.common.collect.Iterables;
import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;
import org.flushspread.config.Segment;
import org.flushspread.daemon.admin.FlightRecorder;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.kernel.Kernel;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.SealedHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The data and token sockets of a daemon (ring-protocol 1), read by hand in the order a turn asks for. */
final class DatagramReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramReceiver.class);

    /** Reads of one socket in a row; a flood must not keep the token and the clients waiting for ever. */
    private static final int READS_IN_A_ROW = 1024;

    private final Sockets sockets;
    private final ShellCounters counters;
    private final FlightRecorder recorder;
    private SealedChannel seal;
    private final ReceiveBuffer buffer = new ReceiveBuffer();
    private final List<UdpSocket> data = new ArrayList<>();
    /** By what they are bound to, those of {@link #data} that receive a group. */
    private final Map<IpAddress, UdpSocket> dataByAddress = new LinkedHashMap<>();

    private final List<UdpSocket> token = new ArrayList<>();
    private final List<String> listening = new ArrayList<>();

    DatagramReceiver(Sockets sockets, ShellCounters counters, FlightRecorder recorder) {
        this.recorder = recorder;
        this.sockets = sockets;
        this.counters = counters;
        seal = SealedChannel.unsealed(counters);
    }

    /** Before {@link #open}: what everything that comes in has to be sealed with. */
    void seal(SealedChannel with) {
        seal = with;
    }

    /** Opens the sockets of {@code me}; if one cannot be opened, the caller closes this. */
    void open(Configuration configuration, Daemon me, int receiveBuffer) {
        Segment segment = configuration.segments().get(me.segment());
        boolean shared = segment.daemons().size() > 1;
        LinkedHashSet<IpAddress> bound = new LinkedHashSet<>();
        for (Interface each : me.interfaces()) {
            if (each.daemon()) {
                bound.add(each.any() ? any(me.address()) : each.address());
            }
        }
        for (IpAddress each : bound) {
            dataByAddress.put(each, open(each, each, me.port(), receiveBuffer, data));
            open(each, each, me.tokenPort(), receiveBuffer, token);
        }
        if (shared) {
            boolean everything = bound.stream().anyMatch(IpAddress::isAny);
            for (IpAddress each : segment.addresses()) {
                if (!everything && bound.add(each)) {
                    dataByAddress.put(each, open(each, me.address(), me.port(), receiveBuffer, data));
                }
            }
            join(segment, me, configuration.options().ignoreMulticastJoinErrors());
        }
    }

    private static IpAddress any(IpAddress family) {
        return family.isIpv6() ? IpAddress.ANY_IPV6 : IpAddress.ANY;
    }

    /** Every data socket that receives a group joins it. */
    private void join(Segment segment, Daemon me, boolean lenient) {
        int joined = 0;
        for (IpAddress group : segment.addresses()) {
            if (!group.isMulticast()) {
                joined++;
                continue;
            }
            try {
                for (Map.Entry<IpAddress, UdpSocket> each : dataByAddress.entrySet()) {
                    if (each.getKey().isAny() || each.getKey().equals(group)) {
                        join(each.getValue(), group, me);
                    }
                }
                joined++;
            } catch (DaemonStartException e) {
                if (!lenient || joined == 0 && group.equals(Iterables.getLast(segment.addresses()))) {
                    throw e;
                }
                LOG.warn("{}; IgnoreMulticastJoinErrors is set, so this daemon goes on without", e.getMessage());
            }
        }
    }

    private UdpSocket open(IpAddress address, IpAddress link, int port, int receiveBuffer, List<UdpSocket> to) {
        String name = address.withPort(port);
        try {
            InetSocketAddress local = NetworkAddresses.address(NetworkAddresses.onLinkOf(link, address), port);
            UdpSocket socket = sockets.udp(address.isIpv6());
            to.add(socket);
            socket.allowBroadcast();
            int granted = socket.receiveBuffer(receiveBuffer);
            boolean joined = to == data && socket.coalesce();
            socket.bind(local);
            listening.add(name + "/udp");
            LOG.debug("{}/udp: receive buffer of {} bytes granted, coalescing {}", name, granted, joined);
            if (granted < receiveBuffer) {
                LOG.info(
                        "{}/udp has a receive buffer of {} bytes instead of {}: raise net.core.rmem_max to lose fewer"
                                + " datagrams in bursts",
                        name,
                        granted,
                        receiveBuffer);
            }
            return socket;
        } catch (IOException e) {
            throw StartFailures.bind(name, "UDP", e);
        }
    }

    private static void join(UdpSocket socket, IpAddress group, Daemon me) {
        try {
            if (NetworkAddresses.cardOf(me.address()) == null) {
                throw new IOException(
                        "no card of this host has that address. Is '" + me.name() + "' the name of another host (-n)?");
            }
            socket.join(group, me.address());
        } catch (IOException e) {
            throw new DaemonStartException(
                    "cannot join the multicast group " + group + " on the network card of " + me.address() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Runs {@code readable} whenever a socket has something. */
    void register(IoEventLoop loop, Runnable readable) {
        for (UdpSocket each : data) {
            each.register(loop, readable);
        }
        for (UdpSocket each : token) {
            each.register(loop, readable);
        }
    }

    /** As {@link org.flushspread.kernel.Inputs#data}. */
    void data(Kernel kernel) {
        for (int i = 0; i < data.size(); i++) {
            UdpSocket socket = data.get(i);
            for (int reads = 0; reads < READS_IN_A_ROW; reads++) {
                buffer.wantsSource = seal.wantsSource() || kernel.wantsSources();
                int length = receive(socket);
                if (length == UdpSocket.NOTHING) {
                    break;
                }
                if (length > 0) {
                    split(kernel, length);
                }
            }
        }
    }

    /** As {@link org.flushspread.kernel.Inputs#token}. */
    boolean token(Kernel kernel) {
        buffer.wantsSource = seal.wantsSource() || kernel.wantsSources();
        for (int i = 0; i < token.size(); i++) {
            int length = receive(token.get(i));
            if (length != UdpSocket.NOTHING) {
                if (length > 0) {
                    token(kernel, buffer.bytes(), length);
                }
                return true;
            }
        }
        return false;
    }

    private void token(Kernel kernel, ByteBuf bytes, int length) {
        int opened = seal.open(Channel.TOKEN, bytes, 0, length, buffer.source);
        if (opened >= 0) {
            ByteBuf token = seal.opened(bytes);
            recorder.token(token, 0, opened);
            kernel.token(token, 0, opened, source(kernel));
        }
    }

    private void packet(Kernel kernel, ByteBuf bytes, int at, int length) {
        int opened = seal.open(Channel.DATA, bytes, at, length, buffer.source);
        if (opened >= 0) {
            ByteBuf packet = seal.opened(bytes);
            int index = seal.openedAt(at);
            recorder.data(packet, index, opened);
            kernel.data(packet, index, opened, source(kernel));
        }
    }

    private @Nullable IpAddress source(Kernel kernel) {
        return kernel.wantsSources() ? buffer.source : null;
    }

    private int receive(UdpSocket socket) {
        try {
            int length = socket.receive(buffer);
            if (length == UdpSocket.EMPTY_DATAGRAM) {
                counters.emptyDatagrams++;
            }
            return length;
        } catch (IOException e) {
            counters.receiveFailures++;
            return UdpSocket.NOTHING;
        }
    }

    /**
     * Cuts a batch that UDP_GRO joined by the packets' own length fields. All packets of a batch have one length, the last may be shorter;
     * what does not fit that is handed over whole, for the kernel to refuse.
     */
    private void split(Kernel kernel, int length) {
        ByteBuf bytes = buffer.bytes();
        int first = packetLength(bytes, 0, length);
        if (first == length) {
            packet(kernel, bytes, 0, length);
            return;
        }
        counters.batchesReceived++;
        for (int at = 0; at < length; ) {
            int packet = packetLength(bytes, at, length - at);
            if (packet > first || (packet < first && at + packet < length)) {
                packet = length - at;
            }
            packet(kernel, bytes, at, packet);
            at += packet;
        }
    }

    private static int packetLength(ByteBuf bytes, int at, int available) {
        if (available < PacketHeader.LENGTH) {
            return available;
        }
        if (SealedHeader.isIn(bytes, at, available)) {
            int sealed = SealedHeader.length(bytes, at);
            return sealed < SealedHeader.LENGTH || sealed > available ? available : sealed;
        }
        int data = PacketHeader.dataLength(bytes, at, ByteOrderTag.isLittleEndian(bytes, at));
        return data < 0 || data > available - PacketHeader.LENGTH ? available : PacketHeader.LENGTH + data;
    }

    /** Addresses this daemon reads, for a person. */
    List<String> listening() {
        return listening;
    }

    /** Closes all sockets; from the event loop, or before {@link #register}. */
    void close() {
        data.forEach(UdpSocket::close);
        token.forEach(UdpSocket::close);
        buffer.close();
    }
}
