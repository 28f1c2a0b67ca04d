package org.flushspread.daemon.seal;

/** What port a datagram is for; the cipher authenticates it, so nothing that was sealed for one can come by another. */
public enum Channel {
    /** Answers to monitors too, for daemons ask as monitors do. */
    DATA,
    TOKEN
}
