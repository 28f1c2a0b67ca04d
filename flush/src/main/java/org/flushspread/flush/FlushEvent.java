package org.flushspread.flush;

/** What a {@link FlushConnection} receives. All events are immutable, apart from the array of a message's body, which belongs to its receiver. */
public sealed interface FlushEvent
        permits DataMessage, View, Transition, FlushRequest, SelfLeave, Reject, FlushDelayed, Excluded {
    /** The group it is about; for private messages the own private group. */
    String group();
}
