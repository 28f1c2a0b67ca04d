package org.flushspread.flush.replica;

/** What happened, for the record that runs were not empty. */
final class Counts {
    long seeds;
    long healthy;
    long commands;
    long completed;
    long uncertain;
    long formed;
    long loads;
    long wentOn;
    long crashes;
    long views;
    long founded;
    long reads;
    long poisoned;
    long skipped;
    long fired;
    long resized;
    long replaced;
    long done;
    long excluded;
    /** Members that became observers or were observers before, and reads at observers. */
    long changedSides;

    long observed;
    long frozen;
    /** Requests of clients that were answered, refused, uncertain. */
    long answered;

    long refused;
    long unsure;
    /** Over every effect of every replica, in order: equal before and after a change that is to change nothing. */
    final Chain effects = new Chain(0, 0);
}
