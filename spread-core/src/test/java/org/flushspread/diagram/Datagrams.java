package org.flushspread.diagram;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;

/** What a datagram between daemons is, in a word or two. */
public final class Datagrams {
    private Datagrams() {}

    /** @param token whether it goes to the token port */
    public static Mark.Kind kind(byte[] bytes, boolean token) {
        int type = type(bytes, token);
        if (token) {
            return (type & PacketType.FORM) != 0 ? Mark.Kind.FORM : Mark.Kind.TOKEN;
        }
        return (type & (PacketType.MEMBERSHIP | PacketType.HURRY)) != 0 || (type & PacketType.REGULAR) == 0
                ? Mark.Kind.CONTROL
                : Mark.Kind.DATA;
    }

    private static int type(byte[] bytes, boolean token) {
        if (bytes.length < PacketHeader.LENGTH) {
            return 0;
        }
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        boolean little = ByteOrderTag.isLittleEndian(in, 0);
        return token ? TokenHeader.type(in, 0, little) : PacketHeader.type(in, 0, little);
    }

    static String text(byte[] bytes, boolean token) {
        if (bytes.length < PacketHeader.LENGTH) {
            return "damaged datagram";
        }
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        boolean little = ByteOrderTag.isLittleEndian(in, 0);
        int type = type(bytes, token);
        if (token) {
            String kind = (type & PacketType.FORM1) != 0 ? "FORM1" : (type & PacketType.FORM2) != 0 ? "FORM2" : "token";
            return kind + " seq " + TokenHeader.sequence(in, 0, little) + " aru " + TokenHeader.aru(in, 0, little);
        }
        String membership = membership(type);
        return membership.isEmpty()
                ? service(type) + " packet " + PacketHeader.sequence(in, 0, little) + ", "
                        + PacketHeader.dataLength(in, 0, little) + " bytes"
                : membership;
    }

    private static String membership(int type) {
        if ((type & PacketType.ALIVE) != 0) {
            return "ALIVE";
        }
        if ((type & PacketType.JOIN) != 0) {
            return "JOIN";
        }
        if ((type & PacketType.REFER) != 0) {
            return "REFER";
        }
        return (type & PacketType.HURRY) != 0 ? "HURRY" : "";
    }

    private static String service(int type) {
        return switch (type & PacketType.REGULAR) {
            case PacketType.UNRELIABLE -> "UNRELIABLE";
            case PacketType.RELIABLE -> "RELIABLE";
            case PacketType.FIFO -> "FIFO";
            case PacketType.AGREED -> "AGREED";
            case PacketType.SAFE -> "SAFE";
            default -> "0x" + Integer.toHexString(type);
        };
    }
}
