package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The authentication methods a daemon offers (client-protocol 2.4 step 2). In its place a daemon may send a refusal, one negative byte.
 *
 * @param methods in the daemon's order
 */
public record AuthList(List<String> methods) {
    /** Bytes of the text must stay below this: a longer list overruns a buffer of the C client (client-protocol 2.6). */
    public static final int LIMIT = 90;

    public AuthList {
        methods = List.copyOf(methods);
    }

    /** Appends the length byte and the text, every name followed by one space. */
    public void write(ByteBuf out) {
        int start = out.writerIndex();
        out.writeByte(0);
        for (int i = 0; i < methods.size(); i++) {
            out.writeCharSequence(methods.get(i), StandardCharsets.ISO_8859_1);
            out.writeByte(' ');
        }
        int length = out.writerIndex() - start - 1;
        if (length >= LIMIT) {
            throw new IllegalArgumentException(
                    "the list of authentication methods has " + length + " bytes; C clients can read at most 89");
        }
        out.setByte(start, length);
    }

    /** Looks for a list at the reader index. A length above 89 is refused with CONNECTION_CLOSED, as the C client does. */
    public static Decoded<AuthList> decode(ByteBuf in) {
        if (!in.isReadable()) {
            return new Decoded.Incomplete<>();
        }
        int length = in.getByte(in.readerIndex());
        if (length < 0) {
            return new Decoded.Refused<>(length);
        }
        if (length >= LIMIT) {
            return new Decoded.Refused<>(SpreadCode.CONNECTION_CLOSED);
        }
        if (in.readableBytes() < 1 + length) {
            return new Decoded.Incomplete<>();
        }
        List<String> methods = new ArrayList<>();
        int start = in.readerIndex() + 1;
        int end = start + length;
        for (int i = start; i <= end; i++) {
            if (i == end || in.getByte(i) == ' ' || in.getByte(i) == 0) {
                if (i > start) {
                    methods.add(in.toString(start, i - start, StandardCharsets.ISO_8859_1));
                }
                start = i + 1;
            }
        }
        return new Decoded.Complete<>(new AuthList(methods), 1 + length);
    }
}
