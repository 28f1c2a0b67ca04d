package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;

/** The fragments inside a packet (ring-protocol 3). */
final class Fragments {
    private Fragments() {}

    /**
     * Walks all fragments of a received packet: every length positive and inside, indexes possible, and together exactly the body
     * (ring-protocol 16 S4, S5).
     *
     * @param mayBegin whether the last of several may be the first of a message that goes on in other packets (4.3)
     */
    static boolean areValid(ByteBuf packet, int index, int length, boolean little, boolean mayBegin) {
        int first = PacketHeader.fragmentIndex(packet, index, little);
        if (first == 0 || first >= MessageHeader.MAX_FRAGMENTS || first < -MessageHeader.MAX_FRAGMENTS) {
            return false;
        }
        int body = index + PacketHeader.LENGTH;
        int end = index + length;
        int at = body;
        int fragment = PacketHeader.fragmentLength(packet, index, little);
        boolean begins = false;
        while (fragment >= 1 && fragment <= end - at) {
            at += fragment;
            if (at == end) {
                return true;
            }
            at = aligned(at, body);
            if (begins || end - at < PacketHeader.FRAGMENT_HEADER) {
                return false;
            }
            int next = ByteOrderTag.getShort(packet, at, little);
            begins = next == 1;
            if (next != -1 && !(begins && mayBegin && first < 0)) {
                return false;
            }
            fragment = ByteOrderTag.getShort(packet, at + 2, little);
            at += PacketHeader.FRAGMENT_HEADER;
        }
        return false;
    }

    /** Where the next fragment header lies behind a payload that ends at {@code at}. */
    static int aligned(int at, int body) {
        return at + (-(at - body) & 3);
    }

    /** A stored copy: little-endian headers, the type word reduced to tag and service; payload untouched (Q19). */
    static void normalise(ByteBuf packet, int service, boolean little) {
        if (!little) {
            for (int at = PacketHeader.TRANSMITTER; at < PacketHeader.DATA_LENGTH; at += 4) {
                packet.setIntLE(at, packet.getInt(at));
            }
            packet.setShortLE(PacketHeader.DATA_LENGTH, packet.getShort(PacketHeader.DATA_LENGTH));
            swapFragmentHeader(packet, PacketHeader.FRAGMENT_INDEX);
            int at = PacketHeader.LENGTH + packet.getShortLE(PacketHeader.FRAGMENT_LENGTH);
            while (at < packet.writerIndex()) {
                at = aligned(at, PacketHeader.LENGTH);
                swapFragmentHeader(packet, at);
                at += PacketHeader.FRAGMENT_HEADER + packet.getShortLE(at + 2);
            }
        }
        packet.setIntLE(PacketHeader.TYPE, service | ByteOrderTag.LITTLE_ENDIAN);
    }

    private static void swapFragmentHeader(ByteBuf packet, int at) {
        packet.setShortLE(at, packet.getShort(at));
        packet.setShortLE(at + 2, packet.getShort(at + 2));
    }

    /** Messages that end in a packet of ours. */
    static int messagesEnding(ByteBuf packet) {
        int ending = packet.getShortLE(PacketHeader.FRAGMENT_INDEX) < 0 ? 1 : 0;
        int at = PacketHeader.LENGTH + packet.getShortLE(PacketHeader.FRAGMENT_LENGTH);
        while (at < packet.writerIndex()) {
            at = aligned(at, PacketHeader.LENGTH);
            ending += packet.getShortLE(at) < 0 ? 1 : 0;
            at += PacketHeader.FRAGMENT_HEADER + packet.getShortLE(at + 2);
        }
        return ending;
    }

    /** Where the payload of the last fragment of a packet of ours begins. */
    static int lastPayload(ByteBuf packet) {
        int payload = PacketHeader.LENGTH;
        int at = payload + packet.getShortLE(PacketHeader.FRAGMENT_LENGTH);
        while (at < packet.writerIndex()) {
            at = aligned(at, PacketHeader.LENGTH);
            payload = at + PacketHeader.FRAGMENT_HEADER;
            at = payload + packet.getShortLE(at + 2);
        }
        return payload;
    }

    /** Index of the last fragment of a packet of ours. */
    static int lastIndex(ByteBuf packet) {
        int payload = lastPayload(packet);
        return packet.getShortLE(
                payload == PacketHeader.LENGTH ? PacketHeader.FRAGMENT_INDEX : payload - PacketHeader.FRAGMENT_HEADER);
    }

    /** The packet's service, without tag and ROUTED, or 0 unless it is exactly one. */
    static int service(int type) {
        int service = type & PacketType.REGULAR;
        return Integer.bitCount(service) == 1 ? service : 0;
    }
}
