package org.flushspread.flush.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** After a crash at any place, and whatever of the changes that were never forced is lost, the store holds what its member promised. */
@Tag("hunt")
@Timeout(300)
class EveryCrashTest {
    private static final int HISTORIES = Integer.getInteger("store.histories", 4);

    @Test
    void anySubsetOfWhatWasNotForcedMayBeLost() {
        for (Fsync fsync : new Fsync[] {Fsync.ALWAYS, StoreHistory.SOMETIMES}) {
            long crashes = 0;
            for (int script = 0; script < HISTORIES; script++) {
                EveryCrash every = new EveryCrash(fsync, script);
                every.run();
                crashes += every.crashes;
            }
            System.out.printf("%s: %d histories, %d crashes%n", fsync, HISTORIES, crashes);
            assertThat(crashes).isGreaterThan(1000L * HISTORIES);
        }
    }

    @Test
    void alsoOfSnapshotsThatTakeOverPartsOfThoseBefore() {
        EveryCrash every = new EveryCrash(Fsync.ALWAYS, "in parts", StoreHistory::runInParts);
        every.run();
        assertThat(every.crashes).isGreaterThan(1000);
    }

    @Test
    void alsoWhileTheStoreIsOpenedAfterACrash() {
        for (int script = 0; script < Math.max(1, HISTORIES / 4); script++) {
            new EveryCrash(Fsync.ALWAYS, script).runTwice();
        }
    }
}
