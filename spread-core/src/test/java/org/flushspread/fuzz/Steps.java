package org.flushspread.fuzz;

import java.util.Arrays;

/** The steps of an input: what happens, and with which bytes. */
public final class Steps {
    /** Longer stories find nothing that short ones do not. */
    private static final int MAX_STEPS = 64;

    private final byte[] input;
    private int at;
    private int count;
    private int what;
    private byte[] bytes = new byte[0];

    public Steps(byte[] input) {
        this.input = input;
    }

    /** Goes on to the next step; false at the end. */
    public boolean next() {
        if (input.length - at < 3 || count++ == MAX_STEPS) {
            return false;
        }
        what = input[at] & 0xff;
        int length = (input[at + 1] & 0xff) | (input[at + 2] & 0xff) << 8;
        at += 3;
        length = Math.min(length, input.length - at);
        bytes = Arrays.copyOfRange(input, at, at + length);
        at += length;
        return true;
    }

    public boolean is(int bit) {
        return (what & bit) != 0;
    }

    public byte[] bytes() {
        return bytes;
    }
}
