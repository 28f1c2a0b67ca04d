package org.flushspread.flush.check;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.flushspread.flush.kernel.DaemonFrame;
import org.flushspread.flush.kernel.FlushDispatcher;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushOutput;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.Outgoing;
import org.flushspread.flush.kernel.Wrapping;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.simulation.trace.ClientEvent;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/** The flush layer that ships, on the bytes of one session with a daemon of the deterministic world. */
public final class RingSession {
    private static final byte[] NOTHING = new byte[0];

    private final SimulatedClient client;
    private final FlushDispatcher layer;
    private final String name;
    private boolean over;

    /** As a member of a replicated state machine has it. */
    public RingSession(SimulatedClient client, FlushOutput output, long patienceNanos) {
        this(
                client,
                output,
                (self, out) -> new FlushDispatcher(
                        self, out, GroupRules.excluding(FlushLimits.DEFAULT, patienceNanos), Wrapping.ALWAYS));
    }

    /** With a layer of its own. */
    public RingSession(SimulatedClient client, FlushOutput output, Simulation.Layers layers) {
        this.client = client;
        this.name = client.privateGroup().toString();
        this.layer = layers.create(name, output);
    }

    public String name() {
        return name;
    }

    public FlushDispatcher layer() {
        return layer;
    }

    /** A whole message of the daemon. */
    public void feed(byte[] message, long nowNanos) {
        DaemonFrame.feed(message, layer, nowNanos);
        if (layer.failure() != null) {
            throw new AssertionError(name + " gave up: " + layer.failure());
        }
    }

    /** Time has passed. */
    public void tick(long nowNanos) {
        if (!over) {
            layer.tick(nowNanos);
        }
    }

    /** What the layer itself wants to say. */
    public void write(Outgoing message) {
        write(message, NOTHING);
    }

    public void write(Outgoing message, byte[] body) {
        if (!over) {
            client.write(DaemonFrame.bytes(name, message, body));
        }
    }

    /** Says good-bye; what was written before comes first. */
    public void disconnect() {
        if (!over) {
            over = true;
            client.disconnect();
        }
    }

    /** The process dies. */
    public void crash() {
        if (!over) {
            over = true;
            client.crash();
        }
    }

    /** The daemon closed it. */
    public void closed() {
        over = true;
    }

    public boolean isOver() {
        return over;
    }

    /** Too much waits to be written: an application would block. */
    public boolean isBlocked() {
        return client.unsent() > 50;
    }

    /** The process reads nothing for so long. */
    public void stall(long nanos) {
        client.stall(nanos);
    }

    /** What a regular membership says; null for other messages. */
    public static ClientEvent.@Nullable View membership(byte[] message) {
        ByteBuf in = Unpooled.wrappedBuffer(message);
        int type = ByteOrderTag.clear(MessageHeader.type(in, 0, ByteOrderTag.isLittleEndian(in, 0)));
        return ServiceType.isRegularMembership(type) ? (ClientEvent.View) ClientEvent.received(in, 0, 0) : null;
    }
}
