package org.flushspread.flush;

import org.flushspread.flush.replica.Lineage;

/**
 * A place in the order of a group, to be taken from one member to another: {@link ReplicatedStateMachine#token} gives it, and a
 * {@link ReplicatedStateMachine#read(Token, java.util.function.Function) read} with it finds a state that is not older.
 *
 * @param history which history it is a place of
 * @param index commands up to it
 */
public record Token(Lineage history, long index) {
    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is nothing of the kind
     */
    public static Token parse(String text) {
        String[] parts = text.split("-", -1);
        try {
            if (parts.length == 3) {
                return new Token(
                        new Lineage(Long.parseUnsignedLong(parts[1], 16), Long.parseUnsignedLong(parts[2], 16)),
                        Long.parseLong(parts[0]));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text
                + "' is no place in an order; Token.toString makes one, as in 17-9f3a5c01d2e3f405-a1b2c3d4e5f60718");
    }

    @Override
    public String toString() {
        return index + "-" + Long.toHexString(history.high()) + "-" + Long.toHexString(history.low());
    }
}
