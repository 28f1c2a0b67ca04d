package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Route;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;

/** A datagram as it was sent, with readable fields. The bytes are not to be changed. */
record Datagram(Daemon from, Route to, ByteBuf buffer) {
    byte[] bytes() {
        return ByteBufUtil.getBytes(buffer);
    }

    boolean isToken() {
        return to.kind() == Route.Kind.TOKEN;
    }

    boolean isData() {
        return !isToken() && (packet().type() & PacketType.REGULAR) != 0;
    }

    boolean isHurry() {
        return !isToken() && (packet().type() & PacketType.HURRY) != 0;
    }

    Packet packet() {
        return Packet.decode(buffer);
    }

    TokenFields token() {
        return TokenFields.decode(buffer);
    }

    /** A fragment: where its header and payload lie in the datagram. */
    record Fragment(int headerAt, int payloadAt, int index, int length) {}

    /** A datagram of the data port. */
    record Packet(
            boolean little,
            int type,
            int transmitter,
            int procId,
            MembershipId ring,
            int sequence,
            int tokenRound,
            int hash,
            int dataLength,
            List<Fragment> fragments,
            ByteBuf bytes) {
        static Packet decode(ByteBuf in) {
            boolean little = ByteOrderTag.isLittleEndian(in, 0);
            List<Fragment> fragments = new ArrayList<>();
            int header = PacketHeader.FRAGMENT_INDEX;
            int payload = PacketHeader.LENGTH;
            while (header + PacketHeader.FRAGMENT_HEADER <= in.writerIndex() && payload < in.writerIndex()) {
                int length = ByteOrderTag.getShort(in, header + 2, little);
                fragments.add(new Fragment(header, payload, ByteOrderTag.getShort(in, header, little), length));
                header = payload + length;
                header += -(header - PacketHeader.LENGTH) & 3;
                payload = header + PacketHeader.FRAGMENT_HEADER;
            }
            return new Packet(
                    little,
                    PacketHeader.type(in, 0, little),
                    PacketHeader.transmitter(in, 0, little),
                    PacketHeader.procId(in, 0, little),
                    MembershipId.read(in, PacketHeader.MEMBERSHIP_ID, little),
                    PacketHeader.sequence(in, 0, little),
                    PacketHeader.tokenRound(in, 0, little),
                    PacketHeader.confHash(in, 0, little),
                    PacketHeader.dataLength(in, 0, little),
                    fragments,
                    in);
        }

        int service() {
            return type & PacketType.REGULAR;
        }

        boolean routed() {
            return (type & PacketType.ROUTED) != 0;
        }

        /** The bodies of the whole messages in it. */
        List<String> bodies() {
            List<String> bodies = new ArrayList<>();
            for (Fragment each : fragments) {
                int at = each.payloadAt() + Images.OVERHEAD;
                bodies.add(bytes.toString(at, each.length() - Images.OVERHEAD, StandardCharsets.ISO_8859_1));
            }
            return bodies;
        }
    }

    /** A retransmission request. */
    record Request(MembershipId ring, int procId, int segment, List<Integer> sequences) {}

    /** A regular token. */
    record TokenFields(
            boolean little,
            int type,
            int arq,
            int retrans,
            int transmitter,
            int procId,
            MembershipId ring,
            int sequence,
            int aru,
            int aruLastId,
            int flowControl,
            int rtrLength,
            int hash,
            List<Request> requests) {
        static TokenFields decode(ByteBuf in) {
            boolean little = ByteOrderTag.isLittleEndian(in, 0);
            int type = TokenHeader.type(in, 0, little);
            List<Request> requests = new ArrayList<>();
            int at = TokenHeader.LENGTH;
            while (at + 16 <= in.writerIndex()) {
                int count = ByteOrderTag.getShort(in, at + 14, little);
                List<Integer> sequences = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    sequences.add(ByteOrderTag.getInt(in, at + 16 + 4 * i, little));
                }
                requests.add(new Request(
                        MembershipId.read(in, at, little),
                        ByteOrderTag.getInt(in, at + 8, little),
                        ByteOrderTag.getShort(in, at + 12, little),
                        sequences));
                at += 16 + 4 * count;
            }
            return new TokenFields(
                    little,
                    type,
                    (type & PacketType.ARQ_MASK) >>> PacketType.ARQ_SHIFT,
                    (type & PacketType.RETRANS_MASK) >>> PacketType.RETRANS_SHIFT,
                    TokenHeader.transmitter(in, 0, little),
                    TokenHeader.procId(in, 0, little),
                    MembershipId.read(in, TokenHeader.MEMBERSHIP_ID, little),
                    TokenHeader.sequence(in, 0, little),
                    TokenHeader.aru(in, 0, little),
                    TokenHeader.aruLastId(in, 0, little),
                    TokenHeader.flowControl(in, 0, little),
                    TokenHeader.rtrLength(in, 0, little),
                    TokenHeader.confHash(in, 0, little),
                    requests);
        }
    }
}
