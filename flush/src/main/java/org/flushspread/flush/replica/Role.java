package org.flushspread.flush.replica;

/** What a member may do, as last decided; while a view change is decided upon, the role before it stands. */
public enum Role {
    /** Member of the formed primary component: commands are accepted. */
    PRIMARY,
    /** Not in contact with a primary component: its state can be read and may be old. */
    MINORITY,
    /** In contact with a primary component, or with those who may form one, but its state is still on the way. */
    CATCHING_UP
}
