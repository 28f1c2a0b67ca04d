package org.flushspread.flush.kernel;

/** Which data names the view it is sent in, in 14 more bytes; members of both kinds understand either (flush-protocol 4.5). */
public enum Wrapping {
    /** What could else be taken for data of another view, as the C library does. */
    WHERE_NEEDED,
    /** All data to groups, so that data of a member that is being lost counts whatever else happens meanwhile. */
    ALWAYS
}
