package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * Sessions by private group. A slot of a message is looked up without making an object of it: this is the path of every delivery. Clients
 * choose the names, so the hash has a secret multiplier.
 */
final class SessionNames {
    private static final int SMALLEST = 64;

    private @Nullable ClientSession[] table = new @Nullable ClientSession[SMALLEST];
    private final int multiplier;
    private int size;

    SessionNames(int secret) {
        multiplier = secret | 1;
    }

    /** The session whose private group is this name, or null. */
    @Nullable
    ClientSession find(Name name) {
        for (int i = place(hash(name)); ; i = next(i)) {
            ClientSession each = table[i];
            if (each == null || each.privateGroup().equals(name)) {
                return each;
            }
        }
    }

    /** The session whose private group stands in the slot at {@code index}, or null. */
    @Nullable
    ClientSession find(ByteBuf bytes, int index) {
        int length = Name.length(bytes, index);
        for (int i = place(hash(bytes, index, length)); ; i = next(i)) {
            ClientSession each = table[i];
            if (each == null || each.privateGroup().equals(bytes, index, length)) {
                return each;
            }
        }
    }

    /** Names in use. */
    int size() {
        return size;
    }

    /** Adds a session whose name is in nobody's use. */
    void add(ClientSession session) {
        if (2 * (size + 1) > table.length) {
            @Nullable ClientSession[] old = table;
            table = new @Nullable ClientSession[2 * old.length];
            for (ClientSession each : old) {
                if (each != null) {
                    put(each);
                }
            }
        }
        put(session);
        size++;
    }

    /** Removes a session that was added. */
    void remove(ClientSession session) {
        int gap = place(hash(session.privateGroup()));
        while (table[gap] != session) {
            if (table[gap] == null) {
                throw new InvariantViolation(
                        "a name is reserved until its session ends (client-protocol 6.2)", session + " has no name");
            }
            gap = next(gap);
        }
        table[gap] = null;
        size--;
        // close the gap: an entry behind it may have been pushed over this place
        for (int i = next(gap); table[i] != null; i = next(i)) {
            ClientSession each = table[i];
            if (each != null) {
                table[i] = null;
                put(each);
            }
        }
    }

    private void put(ClientSession session) {
        int i = place(hash(session.privateGroup()));
        while (table[i] != null) {
            i = next(i);
        }
        table[i] = session;
    }

    private int hash(Name name) {
        int hash = name.length();
        for (int i = 0; i < name.length(); i++) {
            hash = hash * multiplier + name.byteAt(i);
        }
        return hash;
    }

    private int hash(ByteBuf bytes, int index, int length) {
        int hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * multiplier + bytes.getByte(index + i);
        }
        return hash;
    }

    private int place(int hash) {
        return ((hash * 0x9e3779b9) >>> 16) & (table.length - 1);
    }

    private int next(int i) {
        return (i + 1) & (table.length - 1);
    }
}
