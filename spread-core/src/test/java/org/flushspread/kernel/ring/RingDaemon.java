package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;

/** One real ring with fake surroundings: what it sends is handed to the test, what it tells upwards is written down. */
final class RingDaemon implements RingObserver {
    final Daemon self;
    final Context context;
    final Ring ring;
    /** Bodies of messages, {@code T[members]} and {@code R[members]}, in the order of the upcalls. */
    final List<String> log = new ArrayList<>();

    final List<DaemonMembership> transitionals = new ArrayList<>();
    final List<Datagram> sent = new ArrayList<>();
    final List<Datagram.Packet> foreign = new ArrayList<>();
    final List<Reason> failures = new ArrayList<>();
    final Deque<byte[]> dataSocket = new ArrayDeque<>();
    final Deque<byte[]> tokenSocket = new ArrayDeque<>();
    /** Called during each message upcall. */
    Consumer<Message> onMessage = message -> {};

    /** Called during each regular membership upcall. */
    Runnable onRegular = () -> {};

    private final Consumer<Datagram> wire;
    private final FakePorts ports = new FakePorts() {
        @Override
        public void send(Route to, ByteBuf datagram) {
            carry(to, datagram);
        }
    };
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);

    RingDaemon(Configuration configuration, Daemon self, KernelSettings settings, Consumer<Datagram> wire) {
        this.self = self;
        this.wire = wire;
        context = new Context(configuration, self, settings, ports, allocator, 1, 0, 1);
        ring = new Ring(context, configuration.timers(), this);
    }

    void submit(int service, String body) {
        ByteBuf image = Images.of(body);
        ring.submit(service, image, 0, image.writerIndex());
    }

    void submitGroups(int service, String body) {
        ByteBuf image = Images.of(body);
        ring.submitGroups(service, image, 0, image.writerIndex());
    }

    /** The body names delivered since the last call, with the membership events in between. */
    List<String> takeLog() {
        List<String> taken = new ArrayList<>(log);
        log.clear();
        return taken;
    }

    /** What was reported since the start, or since somebody cleared the list. */
    List<Event> events() {
        return ports.events();
    }

    long refused(Reason why) {
        return context.counters().refused(why);
    }

    /** A datagram of the data port, after the checks that are not the ring's. */
    void data(byte[] bytes) {
        ByteBuf packet = Unpooled.wrappedBuffer(bytes);
        boolean little = ByteOrderTag.isLittleEndian(packet, 0);
        if (PacketHeader.transmitter(packet, 0, little) == self.id()) {
            return;
        }
        if ((PacketHeader.type(packet, 0, little) & PacketType.HURRY) != 0) {
            ring.hurry(packet, 0);
        } else {
            ring.data(packet, 0, bytes.length);
        }
    }

    void token(byte[] bytes) {
        ByteBuf token = Unpooled.wrappedBuffer(bytes);
        if ((TokenHeader.type(token, 0, true) & PacketType.FORM) == 0) {
            ring.token(token, 0, bytes.length);
        }
    }

    /** One turn, in the order of {@code Turn}. */
    void turn() {
        if (ring.tokenFirst() && !tokenSocket.isEmpty()) {
            token(tokenSocket.remove());
        }
        readData();
        while (!tokenSocket.isEmpty()) {
            token(tokenSocket.remove());
            readData();
        }
        for (DeadlineKind due = context.deadlines().takeDue(context.nanos());
                due != null;
                due = context.deadlines().takeDue(context.nanos())) {
            if (due == DeadlineKind.HURRY) {
                ring.hurryTimeout();
            } else if (due == DeadlineKind.TOKEN) {
                failures.add(Reason.TOKEN_TIMEOUT);
                ring.loseToken();
            }
        }
        ring.turnEnded();
    }

    private void readData() {
        while (!dataSocket.isEmpty()) {
            data(dataSocket.remove());
        }
    }

    private void carry(Route to, ByteBuf datagram) {
        byte[] bytes = new byte[datagram.readableBytes()];
        datagram.readBytes(bytes);
        Datagram copy = new Datagram(self, to, Unpooled.wrappedBuffer(bytes));
        sent.add(copy);
        wire.accept(copy);
    }

    /** Closes the ring; every buffer must be back. */
    long bytesLeakedAfterClose() {
        ring.close();
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    @Override
    public void message(Message message) {
        log.add(Images.body(message));
        onMessage.accept(message);
    }

    @Override
    public void transitional(DaemonMembership membership) {
        transitionals.add(membership);
        log.add("T" + names(membership));
    }

    @Override
    public void installed(DaemonMembership membership) {
        log.add("I" + names(membership));
    }

    @Override
    public void regular(DaemonMembership membership) {
        log.add("R" + names(membership));
        onRegular.run();
    }

    private static String names(DaemonMembership membership) {
        return membership.members().stream()
                .map(Daemon::name)
                .collect(Collectors.toList())
                .toString();
    }

    @Override
    public void tokenLost(Reason why) {
        failures.add(why);
        ring.loseToken();
    }

    @Override
    public void foreign(ByteBuf packet, int index, int length) {
        foreign.add(Datagram.Packet.decode(Unpooled.copiedBuffer(packet.slice(index, length))));
    }
}
