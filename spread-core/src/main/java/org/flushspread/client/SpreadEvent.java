package org.flushspread.client;

/** What a connection receives. All events are immutable, apart from the array of a message's body, which belongs to its receiver. */
public sealed interface SpreadEvent permits DataMessage, View, Transition, SelfLeave, Reject {
    /** The type word as the C API shows it, without byte-order tag; see {@link org.flushspread.wire.ServiceType}. */
    int serviceType();
}
