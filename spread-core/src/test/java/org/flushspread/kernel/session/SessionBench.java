package org.flushspread.kernel.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.flushspread.config.Configuration;
import org.flushspread.config.Options;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.FakeOutbound;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.TestConfigurations;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.AuthChoice;
import org.flushspread.wire.ConnectRequest;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** The sessions of a daemon d1 at 127.0.0.1, with a ring that orders when told to and a world that only writes down. */
final class SessionBench {
    private static final int ME = 0x7f000001;

    final FakePorts ports = new FakePorts();
    final FakeOutbound ring = new FakeOutbound();
    final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    final Context context;
    final Sessions sessions;
    /** Every message in the order of the ring, as hex. */
    final List<String> ordered = new ArrayList<>();

    private final Message message = new Message();
    private long nanos;

    SessionBench() {
        this(KernelSettings.DEFAULTS, Options.DEFAULTS, AccessPolicy.PERMIT);
    }

    SessionBench(KernelSettings settings, Options options, AccessPolicy policy) {
        this(settings, TestConfigurations.one(options), policy);
    }

    /** With the policy of the access file. */
    SessionBench(Options options) {
        Configuration configuration = TestConfigurations.one(options);
        context = new Context(
                configuration, configuration.daemons().get(0), KernelSettings.DEFAULTS, ports, allocator, 1, nanos, 1);
        sessions = new Sessions(context, ring);
    }

    /** A daemon of a ring of this version. */
    SessionBench(RingVersion ring) {
        this(KernelSettings.DEFAULTS, TestConfigurations.one(ring), AccessPolicy.PERMIT);
    }

    private SessionBench(KernelSettings settings, Configuration configuration, AccessPolicy policy) {
        context = new Context(configuration, configuration.daemons().get(0), settings, ports, allocator, 1, nanos, 1);
        sessions = new Sessions(context, ring, policy);
    }

    static KernelSettings settings(int maxSessions, int maxHandshakes, int waterMark, long maxSessionBytes) {
        return settings(maxSessions, maxHandshakes, waterMark, maxSessionBytes, 256L << 20);
    }

    static KernelSettings settings(
            int maxSessions, int maxHandshakes, int waterMark, long maxSessionBytes, long maxClientBytes) {
        return KernelSettings.DEFAULTS
                .withMaxSessions(maxSessions)
                .withMaxHandshakes(maxHandshakes)
                .withWaterMark(waterMark)
                .withMaxSessionBytes(maxSessionBytes)
                .withMaxClientBytes(maxClientBytes);
    }

    /** Of the sessions that connect from now on. */
    Duration patience = Duration.ZERO;

    /** Of the sessions that connect from now on. */
    @Nullable
    CertifiedUser certified;

    Session connect() {
        return sessions.opened(ME, this, patience, certified);
    }

    void send(Session session, String hex) {
        send(session, ByteBufUtil.decodeHexDump(hex));
    }

    void send(Session session, byte[] bytes) {
        ByteBuf lent = Unpooled.wrappedBuffer(bytes.clone());
        sessions.bytes(session, lent);
        assertThat(lent.refCnt()).isEqualTo(1);
    }

    /** A client that is through with its handshake; what it was sent is taken. */
    Session client(String name) {
        return client(name, true);
    }

    Session client(String name, boolean membership) {
        Session session = connect();
        send(session, request(name, membership));
        send(session, choice("NULL"));
        sessions.turnEnded();
        assertThat(ports.client(session).closed()).isNull();
        assertThat(ports.client(session).take()).isNotEmpty();
        return session;
    }

    /** Orders everything that waits, and ends the turn. */
    void order() {
        do {
            for (FakeOutbound.Submitted each = ring.next(); each != null; each = ring.next()) {
                ordered.add(each.hex());
                deliver(each.image(), ME);
            }
        } while (sessions.readHeld());
        sessions.turnEnded();
    }

    /** The oldest message that waits for the ring; there must be one. */
    FakeOutbound.Submitted submitted() {
        return Objects.requireNonNull(ring.next(), "nothing was submitted");
    }

    void deliver(byte[] image, int originator) {
        ByteBuf bytes = Unpooled.copiedBuffer(image);
        message.set(bytes, 0, image.length, originator);
        if ((message.type() & ServiceType.KILL_MESS) != 0) {
            sessions.killed(Name.read(bytes, message.senderIndex()));
        } else if ((message.type() & ServiceType.CONTROL_MESS) == 0) {
            sessions.deliver(message);
        }
        bytes.release();
    }

    void pass(Duration time) {
        nanos += time.toNanos();
        context.now(nanos, 1);
        DeadlineKind due = context.deadlines().takeDue(nanos);
        if (due == DeadlineKind.HANDSHAKE) {
            sessions.handshakeTimeout();
        } else if (due == DeadlineKind.STALLED_CLIENT) {
            sessions.stalledTimeout();
        }
        sessions.turnEnded();
    }

    String takeHex(Session session) {
        sessions.turnEnded();
        return ports.client(session).takeHex();
    }

    @Nullable
    Reason closed(Session session) {
        return ports.client(session).closed();
    }

    /** Puts other options in force, as a reload does. */
    void reload(Options options) {
        Configuration now = TestConfigurations.one(options);
        context.configure(now, now.daemons().get(0), now.hash());
    }

    /** Stops everything; no buffer may be left. */
    void stop() {
        sessions.stop(Reason.DAEMON_STOPPING, true);
        ports.release();
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .as("bytes of buffers that nobody released")
                .isZero();
    }

    static byte[] request(String name, boolean membership) {
        return bytes(ConnectRequest.of(name, 0, membership)::write);
    }

    static byte[] choice(String... methods) {
        return bytes(new AuthChoice(List.of(methods))::write);
    }

    /** A little-endian message with mess_type 0. */
    static byte[] message(int type, String sender, List<String> groups, byte[] body) {
        return bytes(out -> {
            MessageHeader.write(out, type, Name.of(sender), groups.size(), MessageHeader.hint((short) 0), body.length);
            groups.forEach(each -> Name.of(each).write(out));
            out.writeBytes(body);
        });
    }

    static byte[] bytes(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return ByteBufUtil.getBytes(out);
    }

    static String hex(byte[] bytes) {
        return ByteBufUtil.hexDump(bytes);
    }

    static JsonNode vector(String file) {
        try {
            return new ObjectMapper()
                    .readTree(Path.of("../spec/vectors/client", file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ByteBufAllocator allocator() {
        return allocator;
    }
}
