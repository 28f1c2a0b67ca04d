package org.flushspread.flush.replica;

/**
 * Who votes: a name that people read, and 128 random bits drawn when the member's memory began. A member that forgot what it promised
 * comes back with other bits and is somebody else.
 *
 * @param name at most {@value #MAX_NAME} characters, for people only
 */
public record MemberId(String name, long high, long low) {
    /** The longest name, in characters. */
    public static final int MAX_NAME = 64;

    public MemberId {
        if (name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "member name has " + name.length() + " characters; at most " + MAX_NAME + " are allowed");
        }
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException if it is nothing of the kind
     */
    public static MemberId parse(String text) {
        int slash = text.lastIndexOf('/');
        String[] bits = text.substring(slash + 1).split("-", -1);
        try {
            if (slash >= 0 && bits.length == 2) {
                return new MemberId(
                        text.substring(0, slash),
                        Long.parseUnsignedLong(bits[0], 16),
                        Long.parseUnsignedLong(bits[1], 16));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'" + text
                + "' names no member; MemberId.text() writes one as store/9f3a5c01d2e3f405-a1b2c3d4e5f60718");
    }

    /** All of it, to be kept by people and programs; {@link #toString} is shorter. */
    public String text() {
        return name + '/' + Long.toHexString(high) + '-' + Long.toHexString(low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemberId that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low);
    }

    @Override
    public String toString() {
        return name + '/' + Long.toHexString(high ^ low);
    }
}
