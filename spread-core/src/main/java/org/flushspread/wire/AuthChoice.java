package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The authentication methods a client wants to pass, in the order in which they run (client-protocol 2.4 step 3).
 *
 * @param methods at most {@link #SLOTS} when written; may be empty when read, which no daemon accepts
 */
public record AuthChoice(List<String> methods) {
    /** Methods of a choice. C daemons read past the block when the last slot is used: with them keep to 2 (client-protocol Q7). */
    public static final int SLOTS = 3;
    /** Bytes of a slot. */
    public static final int SLOT = 30;

    public static final int LENGTH = SLOTS * SLOT;

    public AuthChoice {
        methods = List.copyOf(methods);
    }

    /**
     * Appends the block of 90 bytes.
     *
     * @throws IllegalArgumentException if there are more than {@link #SLOTS} methods or a name does not fit
     */
    public void write(ByteBuf out) {
        if (methods.size() > SLOTS) {
            throw new IllegalArgumentException(
                    methods.size() + " authentication methods were chosen; Spread allows at most " + SLOTS);
        }
        int start = out.writerIndex();
        out.writeZero(LENGTH);
        for (int i = 0; i < methods.size(); i++) {
            byte[] name = methods.get(i).getBytes(StandardCharsets.ISO_8859_1);
            if (name.length >= SLOT) {
                throw new IllegalArgumentException(
                        "authentication method '" + methods.get(i) + "' is longer than " + (SLOT - 1) + " characters");
            }
            out.setBytes(start + i * SLOT, name);
        }
    }

    /** Looks for a choice at the reader index; it is never refused here. */
    public static Decoded<AuthChoice> decode(ByteBuf in) {
        if (in.readableBytes() < LENGTH) {
            return new Decoded.Incomplete<>();
        }
        List<String> methods = new ArrayList<>(SLOTS);
        for (int i = 0; i < SLOTS; i++) {
            int at = in.readerIndex() + i * SLOT;
            int length = 0;
            while (length < SLOT && in.getByte(at + length) != 0) {
                length++;
            }
            if (length == 0) {
                break;
            }
            methods.add(in.toString(at, length, StandardCharsets.ISO_8859_1));
        }
        return new Decoded.Complete<>(new AuthChoice(methods), LENGTH);
    }
}
