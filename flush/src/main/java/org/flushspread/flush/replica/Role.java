package org.flushspread.flush.replica;

/** What a member may do (replica-protocol R7). */
public enum Role {
    /** Member of the formed primary component: commands are accepted. */
    PRIMARY,
    /**
     * Not in a formed primary component: not in contact with one, or the view has changed and it is not decided yet who may form the next.
     * The state can be read and may be old.
     */
    MINORITY,
    /** In contact with a primary component, or with those who may form one, but its state is still on the way. */
    CATCHING_UP,
    /** An observer that has the state of a formed primary component, and gets its commands (R36). Commands are refused. */
    OBSERVER;

    /** True for a member of a formed primary component, and for an observer that follows one: the state is that of the primary. */
    public boolean hasPrimary() {
        return this == PRIMARY || this == OBSERVER;
    }
}
