package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;

/** Puts datagrams on the wire in the order the ring needs, bursts route by route (ring-protocol 12). */
final class PacketSender {
    /** {@code rtr_len} is a signed 16-bit number (Q14). */
    static final int MAX_TOKEN_BODY = Short.MAX_VALUE;

    private final Context context;
    private final ByteBuf scratch;
    private final ByteBuf token;

    PacketSender(Context context) {
        this.context = context;
        int maxPacket = context.settings().maxPacket();
        scratch = context.allocator().buffer(maxPacket, maxPacket);
        token = context.allocator().buffer(maxPacket, TokenHeader.LENGTH + MAX_TOKEN_BODY);
    }

    /** Packets {@code from} to {@code to}, exclusive, to every member: routed to the other segments, then to my own. */
    void toAll(RingOrder order, ByteBuf[] packets, int from, int to) {
        for (int i = 0; i < order.otherSegments.size(); i++) {
            burst(order.otherSegments.get(i), packets, from, to, PacketType.ROUTED);
        }
        if (order.mySegment != null) {
            burst(order.mySegment, packets, from, to, 0);
        }
    }

    private void burst(Route route, ByteBuf[] packets, int from, int to, int routed) {
        for (int i = from; i < to; i++) {
            send(route, packets[i], routed);
        }
    }

    /** One packet to one route; {@code routed} is ROUTED or 0. */
    void send(Route route, ByteBuf packet, int routed) {
        int service = packet.getIntLE(PacketHeader.TYPE) & PacketType.REGULAR;
        packet.setIntLE(PacketHeader.TYPE, service | routed | ByteOrderTag.LITTLE_ENDIAN);
        packet.setIntLE(PacketHeader.TRANSMITTER, context.me().id());
        packet.setIntLE(PacketHeader.CONF_HASH, context.hash());
        packet.readerIndex(0);
        context.ports().send(route, packet);
    }

    /**
     * A received packet with ROUTED cleared and me as its transmitter, otherwise as it came and in its own byte order; passed on to my
     * segment if that has other daemons (ring-protocol 6 step 8). Valid until the next call.
     */
    ByteBuf forward(RingOrder order, ByteBuf packet, int index, int length, boolean little) {
        scratch.clear();
        scratch.writeBytes(packet, index, length);
        int type = PacketHeader.type(packet, index, little) & ~PacketType.ROUTED;
        ByteOrderTag.setInt(scratch, PacketHeader.TYPE, type, little);
        if (order.mySegment != null) {
            ByteOrderTag.setInt(scratch, PacketHeader.TRANSMITTER, context.me().id(), little);
            context.ports().send(order.mySegment, scratch);
            scratch.readerIndex(0);
        }
        return scratch;
    }

    /** Asks the leader to let go of the token (3, 11.2). */
    void hurry(RingOrder order) {
        scratch.clear();
        scratch.writeIntLE(PacketType.HURRY | ByteOrderTag.LITTLE_ENDIAN);
        scratch.writeIntLE(context.me().id());
        scratch.writeIntLE(context.me().id());
        scratch.writeZero(PacketHeader.LENGTH - 12);
        scratch.setIntLE(PacketHeader.CONF_HASH, context.hash());
        context.ports().send(order.leader, scratch);
    }

    /** An empty token body to write requests to; {@link #sendToken} sends it. Valid until then. */
    ByteBuf newTokenBody() {
        token.setIndex(0, TokenHeader.LENGTH);
        return token;
    }

    /** Sends the token with the body begun by {@link #newTokenBody} to the next member. */
    void sendToken(RingOrder order, Token header, MembershipId ring, int copies) {
        header.write(token, context.me().id(), ring, context.hash());
        for (int i = 0; i < copies; i++) {
            token.readerIndex(0);
            context.ports().send(order.successor, token);
        }
    }

    void close() {
        scratch.release();
        token.release();
    }
}
