package org.flushspread.flush.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.flushspread.fuzz.Steps;

/** A directory whose files are not as they were left. */
public final class StoreFuzz {
    private static final FaultyFiles WHOLE = whole();

    private StoreFuzz() {}

    private static FaultyFiles whole() {
        FaultyFiles files = new FaultyFiles();
        try (FileStore store = new FileStore(files, Fsync.ALWAYS, WhenDamaged.REFUSE, 400, () -> 0)) {
            store.open("g");
            store.record(Metadata.fresh(new MemberId("#a#d", 1, 1)));
            commands(store, 1, 20);
            store.snapshot(new Version(1, 20, 7, 8), "the state".getBytes(StandardCharsets.UTF_8), null);
            commands(store, 21, 40);
        }
        return files;
    }

    private static void commands(FileStore store, long from, long to) {
        for (long index = from; index <= to; index++) {
            store.append(1, index, ByteBuffer.wrap(new byte[(int) index]));
        }
        store.sync();
    }

    /**
     * Bits of a step, which changes the file that the first byte chooses: 1 it ends where the next two bytes say, 2 the rest of the bytes
     * stands there, 4 it is gone, 8 another one has its bytes.
     */
    public static void store(byte[] input) {
        for (WhenDamaged policy : WhenDamaged.values()) {
            FaultyFiles files = WHOLE.afterKill();
            List<String> names = files.names();
            for (Steps steps = new Steps(input); steps.next(); ) {
                change(files, names, steps);
            }
            FileStore store = new FileStore(files, Fsync.ALWAYS, policy, 400, () -> 0);
            try (store) {
                Recovered found = store.open("g");
                for (byte[] each : found.commands()) {
                    assertThat(each.length).isLessThanOrEqualTo(40);
                }
            } catch (StoreException e) {
                assertThat(e).hasMessageContaining("store");
            }
            assertThat(files.open).as("files left open").isZero();
            assertThat(files.largestRead).isLessThan(1 << 20);
        }
    }

    private static void change(FaultyFiles files, List<String> names, Steps steps) {
        byte[] bytes = steps.bytes();
        if (bytes.length < 3) {
            return;
        }
        String name = names.get(Math.floorMod(bytes[0], names.size()));
        byte[] old = files.all().contains(name) ? files.get(name) : new byte[0];
        int at = (bytes[1] & 0xff | (bytes[2] & 0xff) << 8) % (old.length + 1);
        byte[] now = steps.is(1) ? Arrays.copyOf(old, at) : old;
        if (steps.is(2)) {
            now = Arrays.copyOf(now, Math.max(now.length, at + bytes.length - 3));
            System.arraycopy(bytes, 3, now, at, bytes.length - 3);
        }
        if (steps.is(4)) {
            files.remove(name);
        } else if (steps.is(8)) {
            files.put(names.get(Math.floorMod(bytes[0] + 1, names.size())), now);
        } else {
            files.put(name, now);
        }
    }
}
