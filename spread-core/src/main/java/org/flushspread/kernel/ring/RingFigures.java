package org.flushspread.kernel.ring;

import org.flushspread.kernel.base.DaemonMembership;

/**
 * The ring of one daemon at one moment (ring-protocol 6, 9).
 *
 * @param regular the last installed membership; before the first, the daemon alone with time -1
 * @param aru stable up to here
 * @param myAru this daemon has everything up to here
 * @param highest the highest sequence number known to exist
 * @param holes packets between {@code myAru} and {@code highest} that this daemon misses
 * @param tokenRounds visits of the token in this ring
 * @param sentInRotation packets that all daemons sent in the last rotation, as the token says; {@code window} is their limit
 * @param waitingMessages messages of clients that wait for the token
 * @param waitingBytes bytes of these
 */
public record RingFigures(
        DaemonMembership regular,
        int aru,
        int myAru,
        int highest,
        int holes,
        int tokenRounds,
        int sentInRotation,
        int window,
        int personalWindow,
        boolean accelerated,
        int acceleratedWindow,
        int waitingMessages,
        long waitingBytes,
        RotationFigures rotations) {}
