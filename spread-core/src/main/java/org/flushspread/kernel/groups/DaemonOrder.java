package org.flushspread.kernel.groups;

import java.util.Arrays;
import org.flushspread.config.Configuration;

/**
 * The order of daemons everywhere in groups: by place in the configuration; those that a reload removed come last, by unsigned address
 * (groups-protocol 2.1).
 */
final class DaemonOrder {
    private static final int UNKNOWN = Integer.MAX_VALUE;

    private final int[] ids;
    private final int[] ranks;

    DaemonOrder(Configuration configuration) {
        int size = configuration.daemons().size();
        ids = new int[size];
        ranks = new int[size];
        for (int i = 0; i < size; i++) {
            ids[i] = configuration.daemons().get(i).id();
        }
        Arrays.sort(ids);
        for (int i = 0; i < size; i++) {
            ranks[Arrays.binarySearch(ids, configuration.daemons().get(i).id())] = i;
        }
    }

    int compare(int a, int b) {
        int byPlace = Integer.compare(rank(a), rank(b));
        return byPlace != 0 ? byPlace : Integer.compareUnsigned(a, b);
    }

    private int rank(int procId) {
        int found = Arrays.binarySearch(ids, procId);
        return found < 0 ? UNKNOWN : ranks[found];
    }
}
