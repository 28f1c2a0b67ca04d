package org.flushspread.simulation.evs;

/** An era that ended with the next regular membership, in which the daemon lives on. */
record Ended(DaemonLife life, Era era) {}
