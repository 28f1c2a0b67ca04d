package org.flushspread.kernel.recovery;

/** The packets of the ring that is left, as recovery looks at them. Sequence numbers are those of that ring. */
public interface OldRing {
    /** Known to be everywhere up to here. */
    int aru();

    /** This daemon has everything up to here. */
    int myAru();

    /** The highest sequence number this daemon knows of. */
    int highest();

    /** Delivered and freed up to here. */
    int lastDiscarded();

    /** True if this daemon does not miss it. */
    boolean isHeld(int sequence);

    /** True for a SAFE packet that still waits for delivery. */
    boolean isWaitingSafe(int sequence);

    /** The daemon that sent a held packet. */
    int originator(int sequence);

    /** Delivers a held packet unless that happened before, and frees its slot. */
    void deliver(int sequence);

    /** Frees a slot undelivered. */
    void discard(int sequence);
}
