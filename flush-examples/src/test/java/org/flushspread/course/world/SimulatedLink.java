package org.flushspread.course.world;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.List;
import org.flushspread.client.Link;
import org.flushspread.simulation.SimulatedClient;
import org.flushspread.wire.AcceptBlock;
import org.flushspread.wire.AuthChoice;
import org.flushspread.wire.AuthList;
import org.flushspread.wire.AuthMethod;
import org.flushspread.wire.ConnectRequest;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * The bytes between a connection and the session of a simulated client. That client has already connected, so the handshake here is a
 * repetition: the daemon's words are made up again, and what the connection says goes nowhere. Never waits.
 */
final class SimulatedLink implements Link {
    private final SimulatedClient client;
    private final ByteBuf arrived = Unpooled.buffer();
    /** Bytes of the handshake that the connection has still to say. */
    private int handshake;

    private boolean closed;

    SimulatedLink(SimulatedClient client, String name) {
        this.client = client;
        ByteBuf request = Unpooled.buffer();
        ConnectRequest.of(name, 0, true).write(request);
        handshake = request.readableBytes() + AuthChoice.LENGTH;
        new AuthList(List.of(AuthMethod.NULL)).write(arrived);
        Name privateGroup = client.privateGroup();
        new AcceptBlock(AcceptBlock.MAJOR, AcceptBlock.MINOR, AcceptBlock.PATCH, privateGroup).write(arrived, true);
    }

    /** A message of the daemon. */
    void feed(byte[] image) {
        arrived.discardSomeReadBytes();
        arrived.writeBytes(image);
    }

    @Override
    public int read(ByteBuffer into) {
        int length = Math.min(into.remaining(), arrived.readableBytes());
        if (length == 0) {
            return closed ? -1 : 0;
        }
        ByteBuffer part = into.duplicate();
        part.limit(part.position() + length);
        arrived.readBytes(part);
        into.position(part.position());
        return length;
    }

    @Override
    public int write(ByteBuffer from) {
        int length = from.remaining();
        byte[] bytes = new byte[length];
        from.get(bytes);
        int said = Math.min(handshake, length);
        handshake -= said;
        if (said < length && !closed) {
            client.write(said == 0 ? bytes : java.util.Arrays.copyOfRange(bytes, said, length));
        }
        return length;
    }

    @Override
    public void awaitReadable(boolean orWritable, long nanos) {
        throw new IllegalStateException(
                "nothing may wait in the simulated world: leave the method, the event will come");
    }

    @Override
    public void awaitWritable(long nanos) {
        throw new IllegalStateException("nothing may wait in the simulated world");
    }

    @Override
    public boolean holdsBytes() {
        return arrived.isReadable();
    }

    @Override
    public void wake() {}

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public @Nullable SelectableChannel channel() {
        return null;
    }
}
