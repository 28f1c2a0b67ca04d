package org.flushspread.kernel.base;

/** What the ring may deliver ahead of or in order, besides what is stable (ring-protocol 13.1). */
public enum DeliveryThreshold {
    /** Everything, single-packet RELIABLE messages early too. */
    EVERYTHING,
    /** In order only: while groups exchange their state nothing may overtake (groups-protocol 7). */
    AGREED,
    /** Nothing: from token loss until the next regular membership. */
    NOTHING
}
