package org.flushspread.simulation.trace;

import java.util.ArrayList;
import java.util.List;

/** A set of messages by number, in an open table: neighbours share a word, for a sender counts its messages. */
public final class MessageSet {
    private long[] blocks = new long[8];
    /** By block: which of its 64 messages are in the set; 0 marks a free slot. */
    private long[] words = new long[8];

    private int used;

    /** False if it was there. */
    public boolean add(long message) {
        long block = message >>> 6;
        int slot = slot(block);
        long before = words[slot];
        if (before == 0) {
            if (2 * ++used > words.length) {
                grow();
                slot = slot(block);
            }
            blocks[slot] = block;
        }
        words[slot] |= 1L << message;
        return words[slot] != before;
    }

    private void grow() {
        long[] oldBlocks = blocks;
        long[] oldWords = words;
        blocks = new long[2 * oldBlocks.length];
        words = new long[2 * oldWords.length];
        for (int i = 0; i < oldWords.length; i++) {
            if (oldWords[i] != 0) {
                int slot = slot(oldBlocks[i]);
                blocks[slot] = oldBlocks[i];
                words[slot] = oldWords[i];
            }
        }
    }

    public boolean contains(long message) {
        return (words[slot(message >>> 6)] & 1L << message) != 0;
    }

    public boolean containsAll(MessageSet other) {
        for (int i = 0; i < other.words.length; i++) {
            if ((other.words[i] & ~words[slot(other.blocks[i])]) != 0) {
                return false;
            }
        }
        return true;
    }

    private int slot(long block) {
        int mask = words.length - 1;
        int slot = (int) (block * 0x9e3779b97f4a7c15L >>> 40) & mask;
        while (words[slot] != 0 && blocks[slot] != block) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** The numbers in ascending order. */
    @Override
    public String toString() {
        List<Long> messages = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            for (long word = words[i]; word != 0; word &= word - 1) {
                messages.add(blocks[i] << 6 | Long.numberOfTrailingZeros(word));
            }
        }
        messages.sort(null);
        return messages.toString();
    }
}
