package org.flushspread.kernel.monitor;

import org.flushspread.kernel.base.DaemonMembership;

/** The figures of a status reply that are not in {@code Counters} (monitor-protocol 3). */
public interface StatusSource {
    /** State of the daemon membership, 1 to 6. */
    int membershipState();

    /** State of groups, 1 to 4. */
    int groupsState();

    /** The last regular membership. */
    DaemonMembership regular();

    int aru();

    int myAru();

    int highestSequence();

    /** Of the present ring. */
    int tokenRounds();

    int window();

    int personalWindow();

    boolean accelerated();

    int acceleratedWindow();

    /** Connected clients. */
    int sessions();

    /** Groups known. */
    int groups();
}
