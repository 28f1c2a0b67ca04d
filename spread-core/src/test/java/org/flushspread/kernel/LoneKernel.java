package org.flushspread.kernel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.PacketHeader;

/** A whole kernel, on fake ports and in virtual time, that nobody answers but the test. */
public final class LoneKernel {
    public static final int A = 0x0a0f0001;
    public static final int B = 0x0a0f0002;
    public static final int C = 0x0a0f0003;
    private static final int EPOCH = 1000;

    private final int epoch;
    public final FakePorts ports = new FakePorts();
    public final Kernel kernel;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private long now;

    public LoneKernel(Configuration configuration, String me) {
        this(configuration, me, EPOCH);
    }

    /** @param epoch seconds of the wall clock, which stands still */
    public LoneKernel(Configuration configuration, String me, int epoch) {
        this.epoch = epoch;
        kernel = new Kernel(
                configuration,
                requireNonNull(configuration.byName(me)),
                KernelSettings.DEFAULTS,
                ports,
                allocator,
                1,
                now,
                epoch);
    }

    /** One segment 10.15.0.255:15000 of these daemons, with more lines. */
    public static Configuration configuration(String daemons, String... lines) {
        return Configuration.parse(
                "Spread_Segment 10.15.0.255:15000 { " + daemons + " }\n" + String.join("\n", lines) + "\n",
                "spread.conf",
                HostResolver.LOCALHOST_ONLY);
    }

    public static final String ABC = "a 10.15.0.1\nb 10.15.0.2\nc 10.15.0.3";

    public void start() {
        kernel.now(now, epoch);
        kernel.start();
        kernel.turnEnded();
    }

    /** Lets time pass, deadline by deadline. */
    public void run(Duration time) {
        long end = now + time.toNanos();
        while (kernel.hasDeadline() && kernel.nextDeadline() - end <= 0) {
            now = Math.max(now, kernel.nextDeadline());
            turn();
        }
        now = end;
        turn();
    }

    /** Lets time pass up to the next deadline at which something is sent; false if that would take longer. */
    public boolean runUntilSent(Duration longest) {
        long end = now + longest.toNanos();
        while (ports.sent().isEmpty() && kernel.hasDeadline() && kernel.nextDeadline() - end <= 0) {
            now = Math.max(now, kernel.nextDeadline());
            turn();
        }
        return !ports.sent().isEmpty();
    }

    private void turn() {
        kernel.now(now, epoch);
        kernel.deadlines();
        kernel.turnEnded();
    }

    /** A datagram on the data port. Takes over the reference. */
    public void data(ByteBuf datagram) {
        kernel.data(datagram, 0, datagram.readableBytes());
        datagram.release();
        kernel.turnEnded();
    }

    /** As {@link #data(ByteBuf)}, from this address. */
    public void data(ByteBuf datagram, IpAddress source) {
        kernel.data(datagram, 0, datagram.readableBytes(), source);
        datagram.release();
        kernel.turnEnded();
    }

    /** As {@link #token(ByteBuf)}, from this address. */
    public void token(ByteBuf datagram, IpAddress source) {
        kernel.token(datagram, 0, datagram.readableBytes(), source);
        datagram.release();
        kernel.turnEnded();
    }

    /** A datagram on the token port. Takes over the reference. */
    public void token(ByteBuf datagram) {
        kernel.token(datagram, 0, datagram.readableBytes());
        datagram.release();
        kernel.turnEnded();
    }

    public static ByteBuf buffer() {
        return ByteBufAllocator.DEFAULT.buffer();
    }

    /** A packet header and {@code body} zeros. */
    public static ByteBuf packet(int type, int transmitter, int hash, int body) {
        ByteBuf out = buffer().writeZero(PacketHeader.LENGTH + body);
        out.setIntLE(PacketHeader.TYPE, type | ByteOrderTag.LITTLE_ENDIAN);
        out.setIntLE(PacketHeader.TRANSMITTER, transmitter);
        out.setIntLE(PacketHeader.PROC_ID, transmitter);
        out.setIntLE(PacketHeader.CONF_HASH, hash);
        out.setShortLE(PacketHeader.DATA_LENGTH, body);
        return out;
    }

    public long refused(Reason why) {
        return kernel.counters().refused(why);
    }

    public List<String> installed() {
        return ports.events(Event.MembershipInstalled.class).stream()
                .map(each -> each.membership().members().stream()
                        .map(org.flushspread.config.Daemon::name)
                        .collect(java.util.stream.Collectors.joining()))
                .toList();
    }

    /** Stops the daemon; no buffer may be left. */
    public void stop() {
        kernel.stop();
        ports.release();
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .as("bytes of buffers that nobody released")
                .isZero();
    }
}
