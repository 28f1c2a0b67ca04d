package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.kernel.base.Route;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that leave together: neighbours of one route and size in one buffer, the last may be shorter; sealed where the ring is.
 *
 * <p>To seal a datagram costs more than to send it. So what was sent to one segment, or daemon, and goes to another as it is keeps its
 * envelopes (security 2.1). Nobody gets an envelope twice: a route that had them, or one of another kind, which may reach the same daemons,
 * gets new ones.
 */
final class Run {
    private final SealedChannel seal;
    /** A packet that nearly has this length in its envelope is filled up to it. */
    private final int full;

    private final ByteBuf bytes = Unpooled.directBuffer(UdpSocket.MAX_DATAGRAM, UdpSocket.MAX_DATAGRAM)
            .writerIndex(UdpSocket.MAX_DATAGRAM);
    /** What the envelopes were closed around, each where its envelope begins in {@link #bytes}. */
    private final ByteBuffer plain;

    private int segment;
    private int count;
    /** Where the next one goes. */
    private int end;

    /** Envelopes of the run before that are still in {@link #bytes}. */
    private int kept;

    private int keptSegment;
    private int keptLength;
    private final List<Route> keptFor = new ArrayList<>();
    /** This run has the envelopes of the one before. */
    private boolean again;

    /** @param full length of a full packet with its envelope */
    Run(SealedChannel seal, int full) {
        this.seal = seal;
        this.full = full;
        plain = ByteBuffer.allocate(seal.isSealed() ? UdpSocket.MAX_DATAGRAM : 0);
    }

    /** What it has on the wire. */
    int lengthOf(ByteBuf datagram) {
        int sealed = datagram.readableBytes() + seal.overhead();
        return seal.isSealed() && sealed < full && sealed >= full - SealedChannel.MOST_FILLING ? full : sealed;
    }

    /** True if this one, of so many bytes on the wire, may follow what is here. */
    boolean takes(ByteBuf datagram, int wireLength) {
        return wireLength <= segment
                && end + wireLength <= DatagramSender.MAX_RUN_BYTES
                && (!again || isKept(datagram, wireLength));
    }

    /** Adds one that it {@link #takes}, or the first. */
    void add(Route to, ByteBuf datagram, int wireLength) {
        if (count == 0) {
            segment = wireLength;
            again = kept > 0 && isNewTo(to) && isKept(datagram, wireLength);
            if (!again) {
                kept = 0;
            }
        }
        if (!again) {
            put(Channel.DATA, datagram, wireLength);
        }
        end += wireLength;
        count++;
    }

    private boolean isNewTo(Route to) {
        return keptFor.get(0).kind() == to.kind() && !keptFor.contains(to);
    }

    private boolean isKept(ByteBuf datagram, int wireLength) {
        int size = datagram.readableBytes();
        return count < kept
                && wireLength == Math.min(keptSegment, keptLength - end)
                && datagram.nioBufferCount() == 1
                && plain.limit(end + size)
                                .position(end)
                                .mismatch(datagram.internalNioBuffer(datagram.readerIndex(), size))
                        < 0;
    }

    private void put(Channel channel, ByteBuf datagram, int wireLength) {
        if (!seal.isSealed()) {
            bytes.setBytes(end, datagram, datagram.readerIndex(), wireLength);
            return;
        }
        byte[] array = plain.array();
        int size = datagram.readableBytes();
        int inside = wireLength - seal.overhead();
        datagram.getBytes(datagram.readerIndex(), array, end, size);
        Arrays.fill(array, end + size, end + inside, (byte) 0);
        seal.seal(channel, array, end, inside, bytes, end);
    }

    /** A datagram by itself, while nothing else is here. */
    ByteBuf alone(Channel channel, ByteBuf datagram) {
        kept = 0;
        put(channel, datagram, datagram.readableBytes() + seal.overhead());
        return bytes;
    }

    /** Empties it. Its envelopes may serve for other routes. */
    void sent(@Nullable Route to) {
        if (!again) {
            kept = seal.isSealed() ? count : 0;
            keptSegment = segment;
            keptLength = end;
            keptFor.clear();
        }
        if (kept > 0 && to != null) {
            keptFor.add(to);
        }
        again = false;
        count = 0;
        end = 0;
    }

    ByteBuf bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    /** Of all of it. */
    int length() {
        return end;
    }

    /** Of each datagram but the last. */
    int segment() {
        return segment;
    }

    void close() {
        bytes.release();
    }
}
