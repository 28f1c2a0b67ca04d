package org.flushspread.flush;

/** How old a state may be that is read. */
public enum Consistency {
    /** As it is at this member, perhaps old, perhaps with commands that are taken back. Waits for nobody. */
    LOCAL,
    /**
     * With everything that this member has confirmed to anybody, and with nothing that is taken back: who reads at one member never goes
     * back in time. Other members may be ahead. Waits only where the member cannot be sure of what it has.
     */
    SEQUENTIAL,
    /**
     * With everything whose result, or whose effect, anybody has seen before the read was asked for. Costs one message for all reads that wait,
     * and nothing in the log or on the disk; needs a primary component.
     */
    LINEARIZABLE
}
