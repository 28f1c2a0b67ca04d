package org.flushspread.flush.store;

import java.util.List;
import java.util.Random;

/**
 * The disk of a simulated member, with the store that ships on it. What was not forced is lost, torn or reordered when power goes; it may fill
 * up or fail to force at any time, and a bit may flip while nobody looks. Whoever comes back to a damaged store has forgotten.
 */
public final class SimulatedDisk {
    private static final long SEGMENT_BYTES = 400;

    private FaultyFiles files = new FaultyFiles();
    private FileStore store = store();

    /** From now on it says that it has written what it has not. */
    public void lie() {
        files.lies = true;
    }

    private FileStore store() {
        return new FileStore(files, Fsync.ALWAYS, WhenDamaged.FORGET, SEGMENT_BYTES, () -> 0);
    }

    /** For a new process. */
    public Store start() {
        mend();
        store = store();
        return store;
    }

    /** One of the next changes is refused: there is no space, or what was to be forced is gone. */
    public void failSoon(Random random) {
        files.failIn = random.nextInt(20);
    }

    /** Nothing fails any more. */
    public void mend() {
        files.failIn = -1;
    }

    /** The process dies: killed, or with the power; perhaps while it writes. */
    public void crash(Random random) {
        if (random.nextBoolean()) {
            files.stopIn = random.nextInt(5);
            files.stopsBehind = random.nextBoolean();
            try {
                store.sync();
            } catch (FaultyFiles.Stop | StoreException e) {
                // as planned, or it has failed before
            }
        }
        if (files.lies) {
            // In order, so that what is left looks whole.
            int kept = random.nextInt(files.pending() + 1);
            files = files.afterPowerLoss(which -> which < kept);
        } else {
            files = random.nextInt(4) == 0
                    ? files.afterKill()
                    : files.afterPowerLoss(FaultyFiles.Kept.ANYTHING, random);
        }
    }

    /** The process is killed, which loses nothing, and then a bit flips: what was promised is known, and will be missed. */
    public void rot(Random random) {
        files = files.afterKill();
        // The name of who has forgotten would be drawn if the metadata could not be read.
        List<String> names = files.names().stream()
                .filter(name -> !name.equals(Head.NAME) && files.get(name).length > 0)
                .toList();
        if (!names.isEmpty()) {
            String name = names.get(random.nextInt(names.size()));
            byte[] bytes = files.get(name);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            files.put(name, bytes);
        }
    }
}
