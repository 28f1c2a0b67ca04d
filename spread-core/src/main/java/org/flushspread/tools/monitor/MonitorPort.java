package org.flushspread.tools.monitor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.daemon.net.NetworkAddresses;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.daemon.seal.CommandSigner;
import org.flushspread.daemon.seal.Envelope;
import org.flushspread.daemon.seal.MonitorSeal;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MonitorFacts;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.MonitorQuestion;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.SealedHeader;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * The monitor's side of the monitor protocol: one UDP socket that sends requests to daemons and takes their answers. One thread sends,
 * another one may receive. Answers of anybody are taken; what is no status reply of a configured daemon is dropped.
 */
public final class MonitorPort implements AutoCloseable {
    /** Copies of a request that is not answered, as the C program sends them. */
    private static final int COPIES = 2;

    private static final int ATTEMPTS = 4;
    private static final int MAX_ANSWER = 2048;
    private static final int MAX_ANSWERS = 10_000;

    private static final MonitorQuestion PLAIN = new MonitorQuestion(MonitorQuestion.Kind.NONE, 0);
    private static final MonitorQuestion FACTS = new MonitorQuestion(MonitorQuestion.Kind.FACTS, 0);

    private volatile Configuration configuration;
    private final Daemon self;
    private final @Nullable MonitorSeal seal;
    private final @Nullable CommandSigner signer;
    private final DatagramSocket socket;
    private final List<String> unsent = new ArrayList<>();

    /**
     * An answer.
     *
     * @param from the daemon that it names
     * @param source the address that it came from
     * @param facts what only a daemon of this project says, and only if it was asked
     * @param nanos when it came
     * @param sealed whether it came in an envelope of the ring's key (security 2)
     */
    public record Answer(
            Daemon from,
            StatusReply status,
            InetAddress source,
            @Nullable MonitorFacts facts,
            long nanos,
            boolean sealed) {
        /** True if a daemon of this project answered; false also where it was not asked for more than C daemons tell. */
        public boolean isOurs() {
            return facts != null;
        }
    }

    /** For questions only. */
    public MonitorPort(Configuration configuration, Daemon self, int port, Optional<SealKeys> keys) {
        this(configuration, self, port, keys, Optional.empty());
    }

    /**
     * @param self the daemon of the configuration on whose host this runs: answers go to its address
     * @param port to listen on, 0 for any
     * @param keys of a sealed ring
     * @param commandKeys to sign commands with
     * @throws MonitorException if the port cannot be had
     */
    public MonitorPort(
            Configuration configuration,
            Daemon self,
            int port,
            Optional<SealKeys> keys,
            Optional<SealKeys> commandKeys) {
        signer = commandKeys
                .map(each -> new CommandSigner(each, System::currentTimeMillis))
                .orElse(null);
        this.configuration = configuration;
        this.self = self;
        seal = keys.map(MonitorSeal::new).orElse(null);
        try {
            socket = new DatagramSocket(
                    configuration.ring().checksSources()
                            ? NetworkAddresses.address(NetworkAddresses.onLinkOf(self.address(), self.address()), port)
                            : new InetSocketAddress(port));
        } catch (BindException e) {
            throw new MonitorException("cannot listen on UDP port " + port + ": " + e.getMessage()
                    + ". Another monitor may run; choose another port with -p, or 0 for any.");
        } catch (IOException e) {
            throw new MonitorException("cannot open a UDP socket: " + e.getMessage());
        }
    }

    /** True if it has the key of a sealed ring. */
    boolean isSealed() {
        return seal != null;
    }

    /** Another configuration of the same ring is in force. */
    void configured(Configuration now) {
        configuration = now;
    }

    /** Asks these daemons for their figures and waits for the answers; daemons that do not answer in time are missing. */
    public Map<Daemon, Answer> status(Collection<Daemon> daemons, Duration patience) {
        return ask(daemons, FACTS, patience);
    }

    /** As {@link #status}, with a question that daemons of this project answer besides. */
    public Map<Daemon, Answer> ask(Collection<Daemon> daemons, MonitorQuestion question, Duration patience) {
        Map<Daemon, Answer> answers = new LinkedHashMap<>();
        for (int attempt = 0; attempt < ATTEMPTS && !answers.keySet().containsAll(daemons); attempt++) {
            for (Daemon each : daemons) {
                if (!answers.containsKey(each)) {
                    ask(each, question, attempt > 0);
                }
            }
            collect(answers, daemons, patience.dividedBy(ATTEMPTS));
        }
        return answers;
    }

    /** Sends a STATUS request to a daemon. */
    public void ask(Daemon to, MonitorQuestion question) {
        ask(to, question, false);
    }

    /**
     * As {@link #ask(Daemon, MonitorQuestion)}.
     *
     * @param again with the key of a sealed ring, asks without it too: a daemon that runs without it can only be heard so
     */
    void ask(Daemon to, MonitorQuestion question, boolean again) {
        ByteBuf request = request(question, 0);
        send(request, Channel.DATA, to.address(), to.port());
        if (again && seal != null) {
            send(bytes(request), to.address(), to.port());
        }
    }

    /** Sends a STATUS request to the token port of a daemon; C daemons do not answer there. */
    void askToken(Daemon to) {
        send(request(PLAIN, 0), Channel.TOKEN, to.address(), to.tokenPort());
    }

    /** Sends a STATUS request as long as the packets of the ring are; C daemons do not answer that. */
    void askInFull(Daemon to) {
        int room = seal == null ? PacketHeader.MAX_BODY : PacketHeader.MAX_BODY - Envelope.OVERHEAD;
        send(request(FACTS, room), Channel.DATA, to.address(), to.port());
    }

    /** Asks everybody in a segment at once, by its multicast or broadcast address. */
    void ask(Segment segment) {
        try {
            NetworkInterface card = NetworkAddresses.cardOf(self.address());
            if (card != null && segment.isMulticast()) {
                socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, card);
            }
        } catch (IOException e) {
            throw new MonitorException("cannot send by multicast: " + e.getMessage());
        }
        for (IpAddress each : segment.addresses()) {
            send(request(PLAIN, 0), Channel.DATA, each, segment.port());
        }
    }

    private ByteBuf request(MonitorQuestion question, int padding) {
        ByteBuf request = Unpooled.buffer();
        MonitorPackets.writeStatus(request, origin(), socket.getLocalPort());
        question.ask(request, 0);
        request.setShortLE(PacketHeader.DATA_LENGTH, padding);
        request.writeZero(padding);
        return request;
    }

    /** All answers until the time is over, also several of one daemon. */
    public List<Answer> everything(Duration patience) {
        List<Answer> all = new ArrayList<>();
        long end = System.nanoTime() + patience.toNanos();
        for (Answer each = receive(patience);
                each != null && all.size() < MAX_ANSWERS;
                each = receive(Duration.ofNanos(end - System.nanoTime()))) {
            all.add(each);
        }
        return all;
    }

    /** Until these daemons have answered, or the time is over. */
    public void collect(Map<Daemon, Answer> answers, Collection<Daemon> expected, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!answers.keySet().containsAll(expected)) {
            Answer answer = receive(Duration.ofNanos(end - System.nanoTime()));
            if (answer == null) {
                return;
            }
            answers.putIfAbsent(answer.from, answer);
        }
    }

    /** The next answer of a configured daemon, or null when the time is over or the port closed. */
    public @Nullable Answer receive(Duration patience) {
        byte[] bytes = new byte[MAX_ANSWER];
        DatagramPacket datagram = new DatagramPacket(bytes, bytes.length);
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                // What has come is taken also where this thread comes too late for it.
                long left =
                        Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis());
                socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
                datagram.setLength(bytes.length);
                Answer answer = receiveNext(datagram);
                if (answer != null) {
                    return answer;
                }
                if (end - System.nanoTime() <= 0) {
                    return null;
                }
            }
        } catch (SocketTimeoutException timeIsOver) {
            return null;
        } catch (IOException e) {
            if (socket.isClosed()) {
                return null;
            }
            throw new MonitorException("cannot receive answers: " + e.getMessage());
        }
    }

    private @Nullable Answer receiveNext(DatagramPacket datagram) throws IOException {
        try {
            socket.receive(datagram);
        } catch (PortUnreachableException nobodyThere) {
            return null;
        }
        ByteBuf came = Unpooled.wrappedBuffer(datagram.getData(), 0, datagram.getLength());
        MonitorSeal with = SealedHeader.isIn(came, 0, came.readableBytes()) ? seal : null;
        ByteBuf bytes = with == null ? came : with.open(came);
        StatusReply status = bytes == null ? null : StatusReply.read(bytes, 0, bytes.readableBytes());
        Daemon from = status == null ? null : byId(status.daemon());
        return bytes == null || status == null || from == null
                ? null
                : new Answer(
                        from,
                        status,
                        datagram.getAddress(),
                        MonitorFacts.read(bytes, 0),
                        System.nanoTime(),
                        with != null);
    }

    /** The daemon of this id in replies, or null. */
    public @Nullable Daemon byId(int id) {
        return configuration.byId(id);
    }

    /** Simulates a network partition: each daemon hears only those of its component, for a minute. */
    void partition(short[] components) {
        partition(components, configuration.daemons());
    }

    /** As {@link #partition(short[])}, told to some daemons only; {@link MonitorPackets#EXIT} stops the daemon at that place. */
    void partition(short[] components, Collection<Daemon> to) {
        ByteBuf request = Unpooled.buffer();
        MonitorPackets.writePartition(request, origin(), socket.getLocalPort(), components);
        copies(request, COPIES, to);
    }

    /**
     * Sets windows; {@link MonitorPackets#UNCHANGED} leaves one.
     *
     * @param personal one for each daemon, and behind them the window of all
     * @param accelerated as many
     */
    void flowControl(short[] personal, short[] accelerated) {
        ByteBuf request = Unpooled.buffer();
        MonitorPackets.writeFlowControl(request, origin(), socket.getLocalPort(), personal, accelerated);
        copies(request, COPIES, configuration.daemons());
    }

    /** Has all daemons read their configuration again. */
    void reload() {
        ByteBuf request = Unpooled.buffer();
        MonitorPackets.writeReload(request, origin(), socket.getLocalPort());
        copies(request, 1, configuration.daemons());
    }

    private void copies(ByteBuf request, int copies, Collection<Daemon> to) {
        for (int copy = 0; copy < copies; copy++) {
            for (Daemon each : to) {
                // each copy by itself: a daemon takes none twice, and none that is for another one
                ByteBuf signed = signer == null ? request : signer.sign(request, each.id());
                send(signed, Channel.DATA, each.address(), each.port());
            }
        }
    }

    private MonitorOrigin origin() {
        return configuration.ring().monitor(self, self.id(), configuration.hash());
    }

    private void send(ByteBuf request, Channel channel, IpAddress address, int port) {
        send(bytes(seal == null ? request : seal.seal(channel, request)), address, port);
    }

    private static byte[] bytes(ByteBuf request) {
        byte[] bytes = new byte[request.readableBytes()];
        request.getBytes(request.readerIndex(), bytes);
        return bytes;
    }

    private void send(byte[] bytes, IpAddress address, int port) {
        try {
            IpAddress to = NetworkAddresses.onLinkOf(self.address(), address);
            socket.send(new DatagramPacket(bytes, bytes.length, NetworkAddresses.address(to, port)));
        } catch (IOException | UncheckedIOException e) {
            // No route or a filter of this host: as with any loss, there is no answer.
            unsent.add(address + ": " + e.getMessage());
        }
    }

    /** What could not even be sent, and why; since the last call. */
    public List<String> takeUnsent() {
        List<String> taken = List.copyOf(unsent);
        unsent.clear();
        return taken;
    }

    @Override
    public void close() {
        socket.close();
    }
}
