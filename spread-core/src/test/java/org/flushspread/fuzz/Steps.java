package org.flushspread.fuzz;

import java.util.Arrays;

/** The steps of an input: what happens, and with which bytes. */
final class Steps {
    /** Longer stories find nothing that short ones do not. */
    private static final int MAX_STEPS = 64;

    private final byte[] input;
    private int at;
    private int count;
    private int what;
    private byte[] bytes = new byte[0];

    Steps(byte[] input) {
        this.input = input;
    }

    /** Goes on to the next step; false at the end. */
    boolean next() {
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

    boolean is(int bit) {
        return (what & bit) != 0;
    }

    byte[] bytes() {
        return bytes;
    }
}
