package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What a client sends for the method {@link AuthMethod#PWORD}, in one write (client-protocol 2.6). The daemon answers with one byte:
 * {@link #ACCEPTED} or {@link #REFUSED}.
 *
 * @param user at most 31 bytes count
 * @param password at most 8 bytes count, as in crypt(3)
 */
public record PasswordBlock(String user, String password) {
    public static final int USER = 32;
    public static final int PASSWORD = 8;
    public static final int LENGTH = USER + PASSWORD;

    public static final int ACCEPTED = 1;
    public static final int REFUSED = 0;

    /** Appends the block of 40 bytes; what is too long is cut. */
    public void write(ByteBuf out) {
        field(out, user, USER - 1, USER);
        field(out, password, PASSWORD, PASSWORD);
    }

    /** Reads the block at {@code at}; {@link #LENGTH} bytes must be there. */
    public static PasswordBlock read(ByteBuf in, int at) {
        return new PasswordBlock(text(in, at, USER), text(in, at + USER, PASSWORD));
    }

    @Override
    public String toString() {
        return "PasswordBlock[user=" + user + "]";
    }

    private static void field(ByteBuf out, String text, int most, int width) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, most);
        out.writeBytes(bytes, 0, length);
        out.writeZero(width - length);
    }

    private static String text(ByteBuf in, int at, int width) {
        int length = 0;
        while (length < width && in.getByte(at + length) != 0) {
            length++;
        }
        return in.toString(at, length, StandardCharsets.UTF_8);
    }
}
