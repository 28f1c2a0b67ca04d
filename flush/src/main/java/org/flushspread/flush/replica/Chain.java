package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A running 128-bit hash over all commands applied so far, with the mixing steps of MurmurHash3 x64. Not against forgers. */
public final class Chain {
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;

    private long high;
    private long low;

    public Chain(long high, long low) {
        this.high = high;
        this.low = low;
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    void set(long newHigh, long newLow) {
        high = newHigh;
        low = newLow;
    }

    /** Adds the bytes between position and limit; their number counts too. The position stays. */
    public void add(ByteBuffer command) {
        int position = command.position();
        int length = command.remaining();
        boolean bigEndian = command.order() == ByteOrder.BIG_ENDIAN;
        int words = length >>> 3;
        for (int i = 0; i < words; i++) {
            long word = command.getLong(position + (i << 3));
            add(bigEndian ? word : Long.reverseBytes(word));
        }
        long tail = length;
        for (int i = words << 3; i < length; i++) {
            tail = (tail << 8) | (command.get(position + i) & 0xff);
        }
        add(tail);
        add(length ^ C1);
    }

    /** The command that was added last takes no effect here: a state without it is another one than a state with it. */
    public void skipped() {
        add(C2);
    }

    void add(long word) {
        high = Long.rotateLeft(high ^ Long.rotateLeft(word * C1, 31) * C2, 27) + low;
        high = high * 5 + 0x52dce729;
        low = Long.rotateLeft(low ^ Long.rotateLeft(word * C2, 33) * C1, 31) + high;
        low = low * 5 + 0x38495ab5;
    }
}
