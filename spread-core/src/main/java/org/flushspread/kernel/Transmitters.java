package org.flushspread.kernel;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Interface;

/** Finds the daemon one of whose interfaces a packet names as its transmitter (ring-protocol 6 step 5). Asked for every packet. */
final class Transmitters {
    /** An address and a daemon's index. */
    private record Entry(int address, int index) {}

    private final int[] addresses;
    private final int[] indexes;
    private int last;

    Transmitters(Configuration configuration) {
        List<Entry> entries = new ArrayList<>();
        for (Daemon daemon : configuration.daemons()) {
            for (Interface each : daemon.interfaces()) {
                entries.add(new Entry(each.address(), daemon.index()));
            }
        }
        addresses = new int[entries.size()];
        indexes = new int[entries.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = entries.get(i).address();
            indexes[i] = entries.get(i).index();
        }
    }

    /** Index of the daemon with this address, or -1. Packets come in runs, so the last answer is tried first. */
    int indexOf(int address) {
        if (addresses[last] == address) {
            return indexes[last];
        }
        for (int i = 0; i < addresses.length; i++) {
            if (addresses[i] == address) {
                last = i;
                return indexes[i];
            }
        }
        return -1;
    }
}
