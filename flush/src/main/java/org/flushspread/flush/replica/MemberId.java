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
