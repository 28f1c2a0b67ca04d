package org.flushspread.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Options;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.AuthChoice;
import org.flushspread.wire.ConnectRequest;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;

/** A whole kernel of the daemon d1, alone in its configuration, with its ring installed. */
public final class OneDaemon {
    private static final int ADDRESS = 0x7f000001;
    private static final Duration START = Duration.ofMinutes(1);

    public final FakePorts ports = new FakePorts();
    public final FailingAllocator allocator = new FailingAllocator();
    public final Kernel kernel;
    private long nanos;

    public OneDaemon() {
        this(KernelSettings.DEFAULTS, Options.DEFAULTS);
    }

    public OneDaemon(KernelSettings settings, Options options) {
        Configuration configuration = TestConfigurations.one(options);
        kernel = new Kernel(
                configuration, configuration.daemons().get(0), settings, ports, allocator, 1, nanos, 1_000_000);
        kernel.start();
        long end = START.toNanos();
        while (ports.events(Event.MembershipInstalled.class).isEmpty() && kernel.hasDeadline() && nanos < end) {
            nanos = Math.max(nanos, kernel.nextDeadline());
            turn();
        }
        assertThat(ports.events(Event.MembershipInstalled.class)).hasSize(1);
    }

    /** Ends the turn, and goes on as long as the kernel asks for another one at this instant. */
    public void turn() {
        do {
            kernel.now(nanos, 1_000_000 + (int) (nanos / 1_000_000_000L));
            kernel.deadlines();
            kernel.turnEnded();
        } while (kernel.hasDeadline() && kernel.nextDeadline() - nanos <= 0);
    }

    public Session connect() {
        return kernel.opened(ADDRESS, this);
    }

    /** A client that is through with its handshake. */
    public Session client(String name, boolean membership) {
        Session session = connect();
        send(session, written(ConnectRequest.of(name, 0, membership)::write));
        send(session, written(new AuthChoice(List.of("NULL"))::write));
        assertThat(ports.client(session).take()).isNotEmpty();
        return session;
    }

    public void send(Session session, byte[] bytes) {
        kernel.bytes(session, Unpooled.wrappedBuffer(bytes));
        turn();
    }

    public void send(Session session, String hex) {
        send(session, ByteBufUtil.decodeHexDump(hex));
    }

    public void closed(Session session) {
        kernel.closed(session);
        turn();
    }

    /** The messages a client was sent, as hex; the time in group ids, which differs from run to run, is zero. */
    public List<String> takeMessages(Session session) {
        return messages(ports.client(session).take());
    }

    /** Cuts a stream of whole messages; the time in group ids is set to zero. */
    public static List<String> messages(byte[] stream) {
        List<String> messages = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(stream);
        while (in.isReadable()) {
            int at = in.readerIndex();
            int type = MessageHeader.type(in, at, true);
            int body = MessageHeader.LENGTH + MessageHeader.numGroups(in, at, true) * Name.SLOT;
            int length = body + MessageHeader.dataLength(in, at, true) + (ServiceType.isReject(type) ? 4 : 0);
            if (ServiceType.isMembership(type) && !ServiceType.isSelfLeave(type)) {
                in.setInt(at + body + 4, 0);
            }
            messages.add(ByteBufUtil.hexDump(in, at, length));
            in.skipBytes(length);
        }
        return messages;
    }

    /** Stops the daemon; no buffer may be left. */
    public void stop() {
        kernel.stop();
        ports.release();
        assertThat(allocator.used()).as("bytes of buffers that nobody released").isZero();
    }

    private static byte[] written(java.util.function.Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.getBytes(out);
    }
}
