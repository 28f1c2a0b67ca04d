package org.flushspread.flush.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.flushspread.flush.replica.Lineage;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Primary;
import org.flushspread.flush.store.FaultyFiles.Kept;
import org.flushspread.flush.store.FaultyFiles.Stop;
import org.junit.jupiter.api.Test;

/** A store on a file system that stops, fails, forgets and rots, at every place of a short history. */
class StoreFaultsTest {
    private static final List<Fsync> POLICIES = List.of(Fsync.ALWAYS, StoreHistory.SOMETIMES, Fsync.NEVER);

    private static int changes(Fsync fsync) {
        FaultyFiles files = new FaultyFiles();
        run(new StoreHistory(fsync), files);
        return files.changes;
    }

    private static void run(StoreHistory history, FaultyFiles files) {
        history.run(history.store(files, WhenDamaged.REFUSE));
    }

    /** Runs a history up to its n-th change. */
    private static StoreHistory stopped(FaultyFiles files, Fsync fsync, int after) {
        StoreHistory history = new StoreHistory(fsync);
        files.stopIn = after;
        assertThatThrownBy(() -> run(history, files)).isInstanceOf(Stop.class);
        return history;
    }

    private static void goOn(StoreHistory history, FaultyFiles files, Consumer<Recovered> check) {
        try (FileStore store = history.store(files, WhenDamaged.REFUSE)) {
            Recovered found = store.open("group");
            check.accept(found);
            history.goOn(store, found);
        }
        try (FileStore store = history.store(files, WhenDamaged.REFUSE)) {
            history.checkAfterKill(store.open("group"));
        }
        assertThat(files.open).isZero();
        assertThat(files.taken).isFalse();
    }

    @Test
    void whatWasGivenOutSurvivesTheEndOfTheProcessAtEveryPlace() {
        for (Fsync fsync : POLICIES) {
            for (int after = changes(fsync) - 1; after >= 0; after--) {
                FaultyFiles files = new FaultyFiles();
                StoreHistory history = stopped(files, fsync, after);
                goOn(history, files.afterKill(), history::checkAfterKill);
            }
        }
    }

    /** A member tells others what it was opened with, so that must not be lost any more. */
    @Test
    void whatAStoreWasOpenedWithIsOnTheDevice() {
        for (int after = changes(Fsync.ALWAYS) - 1; after >= 0; after--) {
            FaultyFiles files = new FaultyFiles();
            StoreHistory history = stopped(files, Fsync.ALWAYS, after);
            for (Kept kept : Kept.values()) {
                FaultyFiles left = files.afterKill();
                FileStore store = history.store(left, WhenDamaged.REFUSE);
                Recovered first = store.open("group");
                List<String> there = StoreHistory.history(first);
                try (FileStore again =
                        history.store(left.afterPowerLoss(kept, new Random(after)), WhenDamaged.REFUSE)) {
                    Recovered second = again.open("group");
                    assertThat(StoreHistory.history(second)).isEqualTo(there);
                    assertThat(second.metadata()).isEqualTo(first.metadata());
                }
            }
        }
    }

    @Test
    void metadataPutBackFromAnOlderCopyAreDamage() {
        StoreHistory history = new StoreHistory(Fsync.ALWAYS);
        FaultyFiles files = new FaultyFiles();
        FileStore store = history.store(files, WhenDamaged.REFUSE);
        store.open("group");
        store.record(Metadata.fresh(StoreHistory.ME));
        byte[] older = files.get("metadata");
        store.record(new Metadata(StoreHistory.ME, Lineage.NONE, Primary.NONE, List.of(), 7, 0, 0));
        store.close();
        files.put("metadata", older);
        assertThatThrownBy(() -> history.store(files, WhenDamaged.REFUSE).open("group"))
                .hasMessageContaining("file metadata, byte 8: it is an older one, number 1");
    }

    @Test
    void whatWasForcedSurvivesTheLossOfPowerAtEveryPlace() {
        for (Fsync fsync : List.of(Fsync.ALWAYS, StoreHistory.SOMETIMES)) {
            for (int after = changes(fsync) - 1; after >= 0; after--) {
                FaultyFiles files = new FaultyFiles();
                StoreHistory history = stopped(files, fsync, after);
                for (Kept kept : List.of(Kept.NOTHING, Kept.EVERYTHING)) {
                    StoreHistory again = stopped(new FaultyFiles(), fsync, after);
                    goOn(again, files.afterPowerLoss(kept, new Random(after)), history::checkAfterPowerLoss);
                }
            }
        }
    }

    /** What is in flight reaches the device in any order and in part, and that is not taken for damage. */
    @Test
    void anyPartOfWhatIsInFlightMayReachTheDevice() {
        Fsync fsync = Fsync.ALWAYS;
        for (int after = changes(fsync) - 1; after >= 0; after--) {
            FaultyFiles files = new FaultyFiles();
            StoreHistory history = stopped(files, fsync, after);
            for (int seed = 0; seed < 10; seed++) {
                StoreHistory again = stopped(new FaultyFiles(), fsync, after);
                FaultyFiles left = files.afterPowerLoss(Kept.ANYTHING, new Random(1000L * after + seed));
                goOn(again, left, history::checkAfterPowerLoss);
            }
        }
    }

    @Test
    void aSecondLossOfPowerWhileTheStoreIsOpenedCostsNothing() {
        for (Fsync fsync : List.of(Fsync.ALWAYS, StoreHistory.SOMETIMES)) {
            for (int after = changes(fsync) - 1; after >= 0; after--) {
                FaultyFiles files = new FaultyFiles();
                StoreHistory history = stopped(files, fsync, after);
                for (int second = 0; second < 8; second += 1 + after % 3) {
                    FaultyFiles left = files.afterPowerLoss(Kept.EVERYTHING, new Random(after));
                    left.stopIn = second;
                    try (FileStore store = history.store(left, WhenDamaged.REFUSE)) {
                        store.open("group");
                    } catch (Stop e) {
                        // as planned
                    }
                    Kept kept = second % 2 == 0 ? Kept.NOTHING : Kept.EVERYTHING;
                    StoreHistory again = stopped(new FaultyFiles(), fsync, after);
                    goOn(again, left.afterPowerLoss(kept, new Random(after)), history::checkAfterPowerLoss);
                }
            }
        }
    }

    /** Each way to damage one file. */
    private static void damageEach(Fsync fsync, int step, Consumer<FaultyFiles> check) {
        FaultyFiles files = new FaultyFiles();
        run(new StoreHistory(fsync), files);
        assertThat(files.names()).contains("metadata", "progress", "snapshot-9", "log-9", "log-12", "store");
        for (String name : files.names()) {
            byte[] whole = files.get(name);
            for (int at = 0; at < whole.length; at += step) {
                byte[] flipped = whole.clone();
                flipped[at] ^= (byte) (1 << at % 8);
                check(files, name, flipped, check);
                check(files, name, Arrays.copyOf(whole, at), check);
            }
            FaultyFiles without = files.afterKill();
            without.remove(name);
            check.accept(without);
        }
    }

    private static void check(FaultyFiles files, String name, byte[] bytes, Consumer<FaultyFiles> check) {
        FaultyFiles damaged = files.afterKill();
        damaged.put(name, bytes);
        check.accept(damaged);
    }

    @Test
    void noDamageToAFileCostsACommandThatWasGivenOut() {
        for (Fsync fsync : List.of(Fsync.ALWAYS, Fsync.NEVER)) {
            StoreHistory history = new StoreHistory(fsync);
            run(history, new FaultyFiles());
            int[] refused = new int[1];
            damageEach(fsync, 1, files -> {
                List<String> before = files.names();
                try (FileStore store = history.store(files, WhenDamaged.REFUSE)) {
                    history.checkAfterKill(store.open("group"));
                } catch (StoreException e) {
                    assertThat(e).hasMessageContaining("is damaged: ").hasMessageContaining("FORGET");
                    assertThat(files.names()).isEqualTo(before);
                    refused[0]++;
                }
                assertThat(files.taken).isFalse();
                assertThat(files.open).isZero();
            });
            assertThat(refused[0]).isGreaterThan(1000);
        }
    }

    /** After a loss of power the file that says what was promised may be an old one. What follows a sync knows of it too. */
    @Test
    void damageBeforeTheLastSyncIsSeenByWhatFollowsIt() {
        FaultyFiles files = new FaultyFiles();
        StoreHistory history = new StoreHistory(Fsync.ALWAYS);
        run(history, files);
        FaultyFiles left = files.afterPowerLoss(Kept.NOTHING, new Random(1));
        for (String name : left.names().stream().filter(LogScan::isSegment).toList()) {
            byte[] whole = left.get(name);
            for (int at = 0; at < whole.length; at++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 1;
                FaultyFiles damaged = left.afterKill();
                damaged.put(name, flipped);
                try (FileStore store = history.store(damaged, WhenDamaged.REFUSE)) {
                    history.checkAllButTheLastSync(store.open("group"));
                } catch (StoreException e) {
                    assertThat(e).hasMessageContaining("is damaged: file " + name + ", byte ");
                }
            }
        }
    }

    @Test
    void aMemberThatMayForgetComesBackAsAnotherAndItsFilesStay() {
        StoreHistory history = new StoreHistory(Fsync.ALWAYS);
        run(history, new FaultyFiles());
        int[] forgot = new int[1];
        damageEach(Fsync.ALWAYS, 5, files -> {
            List<String> before = files.names();
            Recovered found;
            try (FileStore store = history.store(files, WhenDamaged.FORGET)) {
                found = store.open("group");
                if (found.metadata() != null) {
                    history.checkAfterKill(found);
                    return;
                }
            }
            forgot[0]++;
            assertThat(found.forgotten()).isNotNull();
            assertThat(found.warnings()).singleElement().asString().contains("damaged-1");
            assertThat(files.all().stream().filter(name -> name.startsWith("damaged-1/")))
                    .hasSize(before.size() - (before.contains(StoreReader.MARK) ? 1 : 0));
            // Whoever stops before the new memory is written has forgotten still, and is not new.
            try (FileStore store = history.store(files, WhenDamaged.FORGET)) {
                assertThat(store.open("group").forgotten()).isNotNull();
            }
            try (FileStore store = history.store(files, WhenDamaged.REFUSE)) {
                assertThatThrownBy(() -> store.open("group")).hasMessageContaining("metadata is missing");
            }
        });
        assertThat(forgot[0]).isGreaterThan(200);
    }

    @Test
    void afterAnErrorOfTheDeviceNothingIsTriedAgainAndTheStoreIsLetGo() {
        Metadata more = Metadata.fresh(StoreHistory.ME);
        for (Fsync fsync : POLICIES) {
            for (int fails = changes(fsync) - 1; fails >= 0; fails--) {
                FaultyFiles files = new FaultyFiles();
                StoreHistory history = new StoreHistory(fsync);
                FileStore store = history.store(files, WhenDamaged.REFUSE);
                files.failIn = fails;
                assertThatThrownBy(() -> history.run(store)).hasMessageContaining("No space left on device");
                int before = files.changes;
                String refusal = files.taken ? "has failed before" : "is not open";
                assertThatThrownBy(store::sync).hasMessageContaining(refusal);
                assertThatThrownBy(() -> store.record(more)).hasMessageContaining(refusal);
                store.tick();
                store.close();
                assertThat(files.changes).isEqualTo(before);
                assertThat(files.taken).isFalse();
                assertThat(files.open).isZero();
                // A force that fails has lost what it should have written.
                goOn(
                        history,
                        files.afterKill(),
                        fsync.equals(Fsync.NEVER) ? history::checkAfterKill : history::checkAfterPowerLoss);
            }
        }
    }

    @Test
    void aStoreThatCannotBeClosedInOrderIsLetGoToo() {
        for (int fails = 0; fails < 2; fails++) {
            FaultyFiles files = new FaultyFiles();
            FileStore store = new StoreHistory(StoreHistory.SOMETIMES).store(files, WhenDamaged.REFUSE);
            store.open("group");
            store.record(Metadata.fresh(StoreHistory.ME));
            store.append(1, 1, ByteBuffer.allocate(10));
            files.failIn = fails;
            assertThatThrownBy(store::close)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("No space left on device");
            assertThat(files.taken).isFalse();
            assertThat(files.open).isZero();
        }
    }
}
