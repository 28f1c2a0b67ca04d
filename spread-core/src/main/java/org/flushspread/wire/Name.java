package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A group name or private group name: up to 31 bytes without NUL, ordered by unsigned bytes (groups-protocol 2.1).
 *
 * <p>On the wire a name fills a slot of 32 bytes, zero padded; what stands behind its first NUL is ignored. A slot without a NUL is cut
 * at 31 bytes. Bytes are shown as ISO-8859-1. Immutable.
 */
public final class Name implements Comparable<Name> {
    /** Bytes a name takes on the wire (MAX_GROUP_NAME). */
    public static final int SLOT = 32;
    /** Characters of a name at the most. */
    public static final int MAX_LENGTH = SLOT - 1;
    /** Characters of the private part of a private group at the most (MAX_PRIVATE_NAME). */
    public static final int MAX_PRIVATE = 10;
    /** Characters of a daemon name at the most. */
    public static final int MAX_DAEMON = 19;

    public static final Name EMPTY = new Name(new byte[0]);

    private final byte[] bytes;
    private final int hash;

    private Name(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /**
     * The name of a string.
     *
     * @throws IllegalArgumentException if it has more than 31 characters, or one outside 1..255
     */
    public static Name of(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "name '" + text + "' has " + text.length() + " characters; Spread allows at most " + MAX_LENGTH);
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || text.charAt(i) > 255) {
                throw new IllegalArgumentException(
                        "name '" + text + "' has an illegal character at position " + (i + 1));
            }
        }
        return new Name(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The private group of a client: {@code #name#daemon}. */
    public static Name privateGroup(String privateName, String daemon) {
        return of("#" + privateName + "#" + daemon);
    }

    /** Reads a slot; {@link #SLOT} bytes must be there. */
    public static Name read(ByteBuf in, int at) {
        int length = length(in, at);
        byte[] copy = new byte[length];
        in.getBytes(at, copy);
        return new Name(copy);
    }

    /** Length of the name in the slot at {@code at}, 0..31. */
    public static int length(ByteBuf in, int at) {
        int length = 0;
        while (length < MAX_LENGTH && in.getByte(at + length) != 0) {
            length++;
        }
        return length;
    }

    /** The hash that {@link #hashCode()} of the name in this slot would have, without making one. */
    public static int hash(ByteBuf in, int at, int length) {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + in.getByte(at + i);
        }
        return hash;
    }

    /** True if the slot at {@code at} holds this name, of which {@code length} is known. */
    public boolean equals(ByteBuf in, int at, int length) {
        if (length != bytes.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] != in.getByte(at + i)) {
                return false;
            }
        }
        return true;
    }

    /** Appends the slot, zero padded. */
    public void write(ByteBuf out) {
        out.writeBytes(bytes);
        out.writeZero(SLOT - bytes.length);
    }

    public int length() {
        return bytes.length;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    public byte byteAt(int index) {
        return bytes[index];
    }

    /** True for a byte that may stand in a group or private name: '$' (0x24) to '~' (0x7e). */
    public static boolean isLegal(byte each) {
        return each >= 0x24 && each <= 0x7e;
    }

    /** True if every byte may stand in a group or private name: '$' (0x24) to '~' (0x7e), and there is at least one. */
    public boolean isLegalGroup() {
        return !isEmpty() && legal(0, bytes.length);
    }

    /** True for a well-formed private group: {@code #}1..10 legal characters{@code #}1..19 legal characters (groups-protocol 1). */
    public boolean isPrivateGroup() {
        int split = split();
        return split >= 0
                && split - 1 >= 1
                && split - 1 <= MAX_PRIVATE
                && bytes.length - split - 1 >= 1
                && bytes.length - split - 1 <= MAX_DAEMON
                && legal(1, split)
                && legal(split + 1, bytes.length);
    }

    /** The part of a private group before the second '#'. Only for names that are {@link #isPrivateGroup()}. */
    public String privatePart() {
        return new String(bytes, 1, split() - 1, StandardCharsets.ISO_8859_1);
    }

    /** The daemon part of a private group. Only for names that are {@link #isPrivateGroup()}. */
    public String daemonPart() {
        int split = split();
        return new String(bytes, split + 1, bytes.length - split - 1, StandardCharsets.ISO_8859_1);
    }

    private int split() {
        if (bytes.length == 0 || bytes[0] != '#') {
            return -1;
        }
        for (int i = 2; i < bytes.length; i++) {
            if (bytes[i] == '#') {
                return i;
            }
        }
        return -1;
    }

    private boolean legal(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isLegal(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(Name other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
