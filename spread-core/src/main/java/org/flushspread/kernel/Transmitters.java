package org.flushspread.kernel;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;

/** Finds the daemon that a packet names as its transmitter (ring-protocol 6 step 5, spread5 2.3 step 5). Asked for every packet. */
final class Transmitters {
    /** What packets name, and a daemon's index. */
    private record Entry(int id, int index) {}

    private final int[] ids;
    private final int[] indexes;
    private int last;

    Transmitters(Configuration configuration) {
        List<Entry> entries = new ArrayList<>();
        for (Daemon daemon : configuration.daemons()) {
            for (int id : configuration.ring().ids(daemon)) {
                entries.add(new Entry(id, daemon.index()));
            }
        }
        ids = new int[entries.size()];
        indexes = new int[entries.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = entries.get(i).id();
            indexes[i] = entries.get(i).index();
        }
    }

    /** Index of the daemon that this names, or -1. Packets come in runs, so the last answer is tried first. */
    int indexOf(int id) {
        if (ids[last] == id) {
            return indexes[last];
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id) {
                last = i;
                return indexes[i];
            }
        }
        return -1;
    }
}
