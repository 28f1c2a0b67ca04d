package org.flushspread.kernel.ring;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.flushspread.kernel.base.Message;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.ServiceType;

/** Message images with one group, whose body is text. */
final class Images {
    /** Header and group slot of {@link #of}. */
    static final int OVERHEAD = 80;

    private Images() {}

    static ByteBuf of(String body) {
        return of(ServiceType.AGREED_MESS, body);
    }

    static ByteBuf of(int type, String body) {
        byte[] text = body.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf image = Unpooled.buffer(OVERHEAD + text.length);
        image.writeZero(OVERHEAD);
        image.setIntLE(MessageHeader.TYPE, type | ByteOrderTag.LITTLE_ENDIAN);
        image.setBytes(MessageHeader.PRIVATE_GROUP, "#s#alpha".getBytes(StandardCharsets.ISO_8859_1));
        image.setIntLE(MessageHeader.NUM_GROUPS, 1);
        image.setIntLE(MessageHeader.DATA_LENGTH, text.length);
        image.setByte(MessageHeader.LENGTH, 'g');
        image.writeBytes(text);
        return image;
    }

    /** A body of {@code length} characters that begins with {@code name} and differs along its length. */
    static String body(String name, int length) {
        StringBuilder text = new StringBuilder(name);
        for (int i = 0; text.length() < length; i++) {
            text.append(' ').append(i);
        }
        text.setLength(length);
        return text.toString();
    }

    static String body(Message message) {
        byte[] text = new byte[message.dataLength()];
        message.bytes().getBytes(message.bodyIndex(), text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** The body without what {@link #body(String, int)} filled in. */
    static String name(String body) {
        return Arrays.asList(body.split(" ", 2)).get(0);
    }
}
