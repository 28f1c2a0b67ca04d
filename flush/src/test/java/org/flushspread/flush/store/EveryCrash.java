package org.flushspread.flush.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.flushspread.flush.store.FaultyFiles.Stop;

/**
 * A short history of a store that is broken off behind each of its changes, each write in the middle too, and of the changes that were never
 * forced each subset is lost. After each of these the store is opened, checked, gone on with, and opened again.
 */
final class EveryCrash {
    /** Of more changes that were never forced, the older ones are lost together or kept together. */
    private static final int SINGLE = 6;

    private final Fsync fsync;
    private final String name;
    private final BiConsumer<StoreHistory, FileStore> life;
    /** So often a store was opened after a crash. */
    long crashes;

    /** Of a history that is drawn. */
    EveryCrash(Fsync fsync, long script) {
        this(fsync, "history " + script, (history, store) -> history.runShort(store, new Random(script)));
    }

    /** @param life of the store; the same each time */
    EveryCrash(Fsync fsync, String name, BiConsumer<StoreHistory, FileStore> life) {
        this.fsync = fsync;
        this.name = name;
        this.life = life;
    }

    /** Crashes while the history runs. */
    void run() {
        run(false);
        run(true);
    }

    /** @param behind a change, or in the middle of it */
    private void run(boolean behind) {
        for (int after = 0; ; after++) {
            FaultyFiles files = new FaultyFiles();
            files.stopsBehind = behind;
            StoreHistory history = new StoreHistory(fsync);
            if (!stops(files, after, () -> life.accept(history, store(history, files)))) {
                return;
            }
            String place = name + " of " + fsync + " stopped " + (behind ? "behind" : "in") + " change " + after;
            try {
                goOn(history, files.afterKill(), history::checkAfterKill);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(place + ", process killed: " + e.getMessage(), e);
            }
            forEachLoss(files, place, left -> goOn(history, left, history::checkAfterPowerLoss));
        }
    }

    /** A crash while the store is opened after a crash. */
    void runTwice() {
        for (int after = 0; ; after++) {
            FaultyFiles files = new FaultyFiles();
            StoreHistory history = new StoreHistory(fsync);
            if (!stops(files, after, () -> life.accept(history, store(history, files)))) {
                return;
            }
            String place = name + " of " + fsync + " stopped in change " + after;
            openAndCrash(history, () -> files.afterPowerLoss(which -> false), place + ", all of the last lost");
            openAndCrash(history, () -> files.afterPowerLoss(which -> true), place + ", nothing lost");
            openAndCrash(history, files::afterKill, place + ", process killed");
        }
    }

    private void openAndCrash(StoreHistory history, Supplier<FaultyFiles> first, String place) {
        boolean stopped = true;
        for (int second = 0; stopped; second++) {
            FaultyFiles left = first.get();
            List<String> opened = new ArrayList<>();
            stopped = stops(
                    left,
                    second,
                    () -> opened.addAll(
                            StoreHistory.history(store(history, left).open("group"))));
            forEachLoss(left, place + ", stopped in change " + second + " of its opening", again -> {
                goOn(history, again, found -> {
                    history.checkAfterPowerLoss(found);
                    // Others may know what it was opened with.
                    assertThat(StoreHistory.history(found)).hasSizeGreaterThanOrEqualTo(opened.size());
                });
            });
        }
    }

    private static boolean stops(FaultyFiles files, int after, Runnable what) {
        files.stopIn = after;
        try {
            what.run();
            return false;
        } catch (Stop e) {
            return true;
        }
    }

    private static FileStore store(StoreHistory history, FaultyFiles files) {
        return history.store(files, WhenDamaged.REFUSE);
    }

    private void forEachLoss(FaultyFiles files, String place, Consumer<FaultyFiles> check) {
        int pending = files.pending();
        int single = Math.min(pending, SINGLE);
        int bits = single + (pending > single ? 1 : 0);
        for (int subset = 0; subset < 1 << bits; subset++) {
            int chosen = subset;
            IntPredicate kept = which -> (chosen >> Math.min(pending - 1 - which, single) & 1) != 0;
            try {
                check.accept(files.afterPowerLoss(kept));
            } catch (StoreException e) {
                // With an interval it may look like damage, and is treated so (store 3.6).
                if (fsync.equals(Fsync.ALWAYS)
                        || !String.valueOf(e.getMessage()).contains("it is no torn end")) {
                    throw new AssertionError(
                            place + ", kept of the last changes " + Integer.toBinaryString(subset) + ": "
                                    + e.getMessage(),
                            e);
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        place + ", kept of the last changes " + Integer.toBinaryString(subset) + ": " + e.getMessage(),
                        e);
            }
        }
    }

    private void goOn(StoreHistory history, FaultyFiles left, Consumer<Recovered> check) {
        crashes++;
        StoreHistory next = history.another();
        try (FileStore store = store(next, left)) {
            Recovered found = store.open("group");
            check.accept(found);
            next.goOn(store, found, history);
        }
        try (FileStore store = store(next, left)) {
            next.checkAfterKill(store.open("group"));
        }
    }
}
