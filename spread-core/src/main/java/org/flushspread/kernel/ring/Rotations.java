package org.flushspread.kernel.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * How long the token takes to come round, counted visit by visit. A ring of one does not count: its token does not travel. Where nobody
 * has anything to send the leader keeps the token, up to the hurry timer (ring-protocol 11), and the rotation takes that long.
 */
final class Rotations {
    /** The recent value moves by one part in this many. */
    private static final int SMOOTHING = 16;

    private final long[] counts = new long[RotationFigures.BOUNDS.size() + 1];
    private long sum;
    private long last;
    private long recent;
    private long lastVisit;
    private boolean visited;

    /** The token is here. */
    void visited(long nanos) {
        if (visited) {
            count(nanos - lastVisit);
        }
        visited = true;
        lastVisit = nanos;
    }

    private void count(long rotation) {
        int bucket = 0;
        while (bucket < RotationFigures.BOUNDS.size() && rotation > RotationFigures.BOUNDS.get(bucket)) {
            bucket++;
        }
        counts[bucket]++;
        sum += rotation;
        recent = recent == 0 ? rotation : recent + (rotation - recent) / SMOOTHING;
        last = rotation;
    }

    /** The next visit does not end a rotation: another ring begins. */
    void interrupted() {
        visited = false;
    }

    RotationFigures figures() {
        List<Long> copy = new ArrayList<>(counts.length);
        for (long each : counts) {
            copy.add(each);
        }
        return new RotationFigures(List.copyOf(copy), sum, last, recent);
    }
}
