package org.flushspread.daemon.seal;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One start of another sender, heard by somebody who has the key. */
final class Start {
    final long epoch;
    final long boot;
    final ReplayWindow window = new ReplayWindow();
    /** The latest epoch in its datagrams: of a monitor, when that one was sealed, as it says. */
    long latest;

    /** The highest counter of a token that was opened. */
    long token = -1;

    private final Map<SealKey, Map<Algorithm, Keyed>> keys = new HashMap<>();

    Start(long epoch, long boot) {
        this.epoch = epoch;
        this.boot = boot;
    }

    boolean is(long otherEpoch, long otherBoot) {
        return epoch == otherEpoch && boot == otherBoot;
    }

    @Nullable
    Keyed key(SealKey of, Algorithm algorithm) {
        Map<Algorithm, Keyed> known = keys.get(of);
        return known == null ? null : known.get(algorithm);
    }

    void keep(SealKey of, Algorithm algorithm, Keyed key) {
        keys.computeIfAbsent(of, each -> new EnumMap<>(Algorithm.class)).put(algorithm, key);
    }
}
