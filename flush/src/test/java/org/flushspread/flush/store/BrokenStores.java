package org.flushspread.flush.store;

import org.jspecify.annotations.Nullable;

/** Histories of a store that is broken on purpose, with a crash at each place, which say what failed instead of throwing. */
public final class BrokenStores {
    private BrokenStores() {}

    public static @Nullable String run(long seed) {
        try {
            EveryCrash every = new EveryCrash(seed % 2 == 0 ? Fsync.ALWAYS : StoreHistory.SOMETIMES, seed);
            every.run();
            if (seed % 4 == 2) {
                every.runTwice();
            }
            return null;
        } catch (AssertionError e) {
            return "WhatWasForcedSurvives\t" + e.getMessage();
        }
    }
}
