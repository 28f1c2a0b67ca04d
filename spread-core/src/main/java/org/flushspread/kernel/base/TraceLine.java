package org.flushspread.kernel.base;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.flushspread.config.RingVersion;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;

/** Lines of event logs made to be read: what a daemon sends, receives and reports. Simulator and flight recorder print the same. */
public final class TraceLine {
    private TraceLine() {}

    /** A line with its time and its end. */
    public static String at(double seconds, String line) {
        return String.format(Locale.ROOT, "%12.6f  %s%n", seconds, line);
    }

    /** @param datagram at least its header, from the reader index on */
    public static String send(RingVersion ring, String daemon, String route, ByteBuf datagram, boolean token) {
        return "send   " + daemon + " -> " + route + " " + datagram(ring, datagram, token);
    }

    /** @param datagram at least its header, from the reader index on */
    public static String receive(RingVersion ring, String daemon, ByteBuf datagram, boolean token) {
        return "recv   " + daemon + " <- " + datagram(ring, datagram, token);
    }

    public static String report(String daemon, Object event) {
        return "report " + daemon + " " + event;
    }

    /** @param what whose connection is closed, and why */
    public static String close(String daemon, String what) {
        return "close  " + daemon + " " + what;
    }

    private static String datagram(RingVersion ring, ByteBuf bytes, boolean token) {
        if (bytes.readableBytes() < PacketHeader.LENGTH) {
            return "short datagram of " + bytes.readableBytes() + " bytes";
        }
        ByteBuf in = bytes.slice();
        boolean little = ByteOrderTag.isLittleEndian(in, 0);
        return token ? token(ring, in, little) : packet(ring, in, little);
    }

    private static String packet(RingVersion ring, ByteBuf in, boolean little) {
        int type = PacketHeader.type(in, 0, little);
        String from = ring.text(PacketHeader.procId(in, 0, little));
        if ((type & PacketType.ALIVE) != 0) {
            return "ALIVE of " + from;
        }
        if ((type & PacketType.JOIN) != 0) {
            return "JOIN of " + from;
        }
        if ((type & PacketType.REFER) != 0) {
            return "REFER of " + from + " to " + ring.text(in.getIntLE(PacketHeader.MEMBERSHIP_ID));
        }
        if ((type & PacketType.HURRY) != 0) {
            return "HURRY of " + from;
        }
        return "data " + service(type) + " of " + from + " ring "
                + MembershipId.read(in, PacketHeader.MEMBERSHIP_ID, little).text(ring::text)
                + " seq " + PacketHeader.sequence(in, 0, little) + " round " + PacketHeader.tokenRound(in, 0, little)
                + " fragment " + PacketHeader.fragmentIndex(in, 0, little) + " ("
                + PacketHeader.dataLength(in, 0, little) + " bytes)";
    }

    private static String service(int type) {
        return switch (type & PacketType.REGULAR) {
            case PacketType.RELIABLE -> "RELIABLE";
            case PacketType.FIFO -> "FIFO";
            case PacketType.AGREED -> "AGREED";
            case PacketType.SAFE -> "SAFE";
            default -> Integer.toHexString(type);
        };
    }

    private static String token(RingVersion ring, ByteBuf in, boolean little) {
        int type = TokenHeader.type(in, 0, little);
        String kind = (type & PacketType.FORM1) != 0 ? "FORM1" : (type & PacketType.FORM2) != 0 ? "FORM2" : "token";
        return kind + " "
                + MembershipId.read(in, TokenHeader.MEMBERSHIP_ID, little).text(ring::text)
                + " seq " + TokenHeader.sequence(in, 0, little) + " aru " + TokenHeader.aru(in, 0, little)
                + " by " + ring.text(TokenHeader.aruLastId(in, 0, little)) + " fc "
                + TokenHeader.flowControl(in, 0, little)
                + " arq " + ((type & PacketType.ARQ_MASK) >>> PacketType.ARQ_SHIFT)
                + " retrans " + ((type & PacketType.RETRANS_MASK) >>> PacketType.RETRANS_SHIFT)
                + " rtr " + TokenHeader.rtrLength(in, 0, little);
    }
}
