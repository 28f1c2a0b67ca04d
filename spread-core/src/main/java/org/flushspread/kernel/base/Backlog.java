package org.flushspread.kernel.base;

/** What one sender has waiting for the ring, in bytes of packets. Counted by the ring's queue, looked at by those who read clients. */
public final class Backlog {
    private long bytes;
    private int messages;

    public long bytes() {
        return bytes;
    }

    /** Those that are not sequenced whole. */
    public int messages() {
        return messages;
    }

    /** A message was queued. */
    public void queued(int length) {
        bytes += length;
        messages++;
    }

    /** A message was sequenced whole, or given up. */
    public void left(int length) {
        bytes -= length;
        messages--;
    }
}
