package org.flushspread.wire;

import org.jspecify.annotations.Nullable;

/**
 * A daemon that speaks for others while daemons look for each other (membership-protocol 2.5).
 *
 * @param procId its id
 * @param type what it speaks for
 * @param segment index of its segment in the configuration
 */
public record Representative(int procId, Type type, int segment) {
    static final int LENGTH = 8;

    /** What a representative speaks for; the numbers on the wire are the ordinals. */
    public enum Type {
        /** Nobody yet: an address worth a JOIN. */
        POTENTIAL,
        /** Daemons of its segment that have no ring. */
        SEG_REP,
        /** The ring it leads. */
        RING_REP;

        private static final Type[] TYPES = values();

        /** The type of this number, or null. */
        public static @Nullable Type of(int number) {
            return number >= 0 && number < TYPES.length ? TYPES[number] : null;
        }

        /** The number on the wire. */
        public int number() {
            return ordinal();
        }
    }
}
