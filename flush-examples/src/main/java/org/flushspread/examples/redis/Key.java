package org.flushspread.examples.redis;

import com.google.common.hash.Hashing;
import java.util.Arrays;

/**
 * The bytes of a key, a field or a channel, behind their place: a hash, by which they are sorted. So a position among all keys is a number,
 * as a cursor of SCAN has to be, and it stays good while keys come and go, and at another member.
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
record Key(long place, byte[] bytes) implements Comparable<Key> {
    /** The place is never 0, where a scan begins and ends. */
    static Key of(byte[] bytes) {
        long hash = Hashing.farmHashFingerprint64().hashBytes(bytes).asLong();
        return new Key(Math.max(1, hash & Long.MAX_VALUE), bytes);
    }

    @Override
    public int compareTo(Key other) {
        int order = Long.compare(place, other.place);
        return order == 0 ? Arrays.compareUnsigned(bytes, other.bytes) : order;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && place == key.place && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(place);
    }
}
