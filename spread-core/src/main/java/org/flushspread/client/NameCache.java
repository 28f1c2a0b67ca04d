package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * The strings of names seen lately, so that a message from a known sender to a known group makes none. One slot per hash; a collision only
 * costs a new string.
 */
final class NameCache {
    private static final int SLOTS = 512;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOW_BITS = 0x0101010101010101L;

    private static final class Entry {
        final long a;
        final long b;
        final long c;
        final long d;
        final String name;
        final List<String> alone;

        Entry(long a, long b, long c, long d, String name) {
            this.a = a;
            this.b = b;
            this.c = c;
            this.d = d;
            this.name = name;
            this.alone = List.of(name);
        }
    }

    private final @Nullable Entry[] entries = new Entry[SLOTS];
    private final byte[] scratch = new byte[Name.SLOT];

    /** The name in the slot at {@code at}: up to the first NUL, 31 bytes at the most. */
    String name(ByteBuffer in, int at) {
        return entry(in, at).name;
    }

    /** The immutable list of that one name. */
    List<String> alone(ByteBuffer in, int at) {
        return entry(in, at).alone;
    }

    private Entry entry(ByteBuffer in, int at) {
        // What stands behind the NUL may be anything (client-protocol Q8): it must not make two names of one.
        ByteOrder order = in.order();
        in.order(ByteOrder.LITTLE_ENDIAN);
        long a = in.getLong(at);
        long b = 0;
        long c = 0;
        long d = 0;
        long zero = zeroByte(a);
        if (zero != 0) {
            a &= before(zero);
        } else {
            b = in.getLong(at + 8);
            zero = zeroByte(b);
            if (zero != 0) {
                b &= before(zero);
            } else {
                c = in.getLong(at + 16);
                zero = zeroByte(c);
                if (zero != 0) {
                    c &= before(zero);
                } else {
                    d = in.getLong(at + 24) & 0x00ffffffffffffffL;
                    d &= before(zeroByte(d));
                }
            }
        }
        in.order(order);
        long mixed = (a * 31 + b) * 0x9e3779b97f4a7c15L + (c * 31 + d) * 0xc2b2ae3d27d4eb4fL;
        int slot = (int) ((mixed ^ (mixed >>> 29)) >>> 20) & (SLOTS - 1);
        Entry entry = entries[slot];
        if (entry == null || entry.a != a || entry.b != b || entry.c != c || entry.d != d) {
            entry = new Entry(a, b, c, d, string(a, b, c, d));
            entries[slot] = entry;
        }
        return entry;
    }

    /** The lowest zero byte of the word, marked by its high bit; bits above it are not to be looked at. */
    private static long zeroByte(long word) {
        return (word - LOW_BITS) & ~word & HIGH_BITS;
    }

    /** All bits below the lowest marked byte. */
    private static long before(long zeroByte) {
        return (Long.lowestOneBit(zeroByte) >>> 7) - 1;
    }

    private String string(long a, long b, long c, long d) {
        ByteBuffer bytes = ByteBuffer.wrap(scratch).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(a).putLong(b).putLong(c).putLong(d);
        int length = 0;
        while (length < Name.MAX_LENGTH && scratch[length] != 0) {
            length++;
        }
        return new String(scratch, 0, length, StandardCharsets.ISO_8859_1);
    }
}
