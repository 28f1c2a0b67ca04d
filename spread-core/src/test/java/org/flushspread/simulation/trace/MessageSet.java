package org.flushspread.simulation.trace;

import java.util.ArrayList;
import java.util.List;

/** A set of messages by number: neighbours share a word, for a sender counts its messages. */
public final class MessageSet {
    /** By block of 64 messages: which of them are in the set. */
    private final LongMap words = new LongMap();

    /** False if it was there. */
    public boolean add(long message) {
        long before = words.get(message >>> 6);
        long after = before | 1L << message;
        if (after == before) {
            return false;
        }
        words.put(message >>> 6, after);
        return true;
    }

    public void addAll(MessageSet other) {
        for (long block : other.words.keys()) {
            words.put(block, words.get(block) | other.words.get(block));
        }
    }

    public boolean contains(long message) {
        return (words.get(message >>> 6) & 1L << message) != 0;
    }

    public boolean containsAll(MessageSet other) {
        for (long block : other.words.keys()) {
            if ((other.words.get(block) & ~words.get(block)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The numbers in ascending order. */
    @Override
    public String toString() {
        List<Long> messages = new ArrayList<>();
        for (long block : words.keys()) {
            for (long word = words.get(block); word != 0; word &= word - 1) {
                messages.add(block << 6 | Long.numberOfTrailingZeros(word));
            }
        }
        return messages.toString();
    }
}
