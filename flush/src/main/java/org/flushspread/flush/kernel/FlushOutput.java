package org.flushspread.flush.kernel;

/** Where the automaton's effects go. The order of the calls is the order for the application and on the wire. */
public interface FlushOutput {
    /** The next event for the application. */
    void event(GroupEvent event);

    /** A message of the layer itself: FLUSH_OK or FLUSH_RECV. It must follow every send that was accepted before it. */
    void send(Outgoing message);
}
