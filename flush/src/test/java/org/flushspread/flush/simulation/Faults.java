package org.flushspread.flush.simulation;

/** What goes wrong in a {@link ReplicaSimulation}. */
public enum Faults {
    /** Nothing. Members begin together, and a group of some begins late. */
    NONE(false, false),
    /** Members crash, lose their connections and come back. */
    CRASHES(true, false),
    /** The network parts and heals. */
    PARTITIONS(false, true),
    /** All that a group must live with, failing disks, members that hang and clocks that jump too. */
    ALL(true, true);

    final boolean dying;
    final boolean parting;

    Faults(boolean dying, boolean parting) {
        this.dying = dying;
        this.parting = parting;
    }
}
