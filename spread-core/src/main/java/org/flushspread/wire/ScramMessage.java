package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * A message of the method {@link AuthMethod#SCRAM}, in either direction: its length in two bytes, in network byte order, and so many bytes of
 * text (client-protocol 2.6).
 *
 * @param text of RFC 5802, at most {@link #LONGEST} bytes in UTF-8
 */
public record ScramMessage(String text) {
    /** Bytes of a text. */
    public static final int LONGEST = 1024;

    /** Appends the message. */
    public void write(ByteBuf out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST) {
            throw new IllegalArgumentException("a message has at most " + LONGEST + " bytes, not " + bytes.length);
        }
        out.writeShort(bytes.length).writeBytes(bytes);
    }

    /** Looks for a message at the reader index. An empty one and one that is too long are refused with REJECT_AUTH. */
    public static Decoded<ScramMessage> decode(ByteBuf in) {
        if (in.readableBytes() < Short.BYTES) {
            return new Decoded.Incomplete<>();
        }
        int length = in.getUnsignedShort(in.readerIndex());
        if (length == 0 || length > LONGEST) {
            return new Decoded.Refused<>(SpreadCode.REJECT_AUTH);
        }
        if (in.readableBytes() < Short.BYTES + length) {
            return new Decoded.Incomplete<>();
        }
        String text = in.toString(in.readerIndex() + Short.BYTES, length, StandardCharsets.UTF_8);
        return new Decoded.Complete<>(new ScramMessage(text), Short.BYTES + length);
    }

    /** Not the text: proofs belong in no log. */
    @Override
    public String toString() {
        return "ScramMessage[" + text.length() + " characters]";
    }
}
