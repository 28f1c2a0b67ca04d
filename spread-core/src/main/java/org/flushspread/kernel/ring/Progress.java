package org.flushspread.kernel.ring;

import java.time.Duration;

/**
 * Measures for how long the aru has stood still although tokens turn and packets are missing somewhere (ring-protocol 8.3). Time in which
 * no token came does not count, because this daemon itself may have been stopped.
 */
final class Progress {
    /** Visits without progress after which those who hold the next packets send them unasked, and between two times. */
    private static final int VISITS_BEFORE_UNASKED = 8;

    /** After so long, or half the token timeout if that is shorter, a warning is given: before the ring is given up. */
    private static final long SAID_AFTER = Duration.ofSeconds(2).toNanos();

    private static final long SAID_AGAIN_AFTER = Duration.ofMinutes(1).toNanos();

    private final long limit;
    private final long longestGap;
    private final long saidAfter;
    private int aru;
    private int visits;
    private long visitedAt;
    private long standing;
    private long saidAt;

    /** @param tokenTimeout a ring that stands still for so long is given up */
    Progress(Duration tokenTimeout) {
        limit = tokenTimeout.toNanos();
        longestGap = Math.max(1, limit / 16);
        saidAfter = Math.min(SAID_AFTER, limit / 2);
    }

    /** A visit of the token has ended. */
    void visited(PacketTable table, long nanos) {
        if (table.aru != aru || table.aru == table.highest) {
            reset(table.aru);
        } else {
            visits++;
            standing += Math.min(nanos - visitedAt, longestGap);
        }
        visitedAt = nanos;
    }

    void reset(int now) {
        aru = now;
        visits = 0;
        standing = 0;
        saidAt = 0;
    }

    /** True if daemons that hold the next packets should send them without being asked. */
    boolean wantsUnasked() {
        return visits > 0 && visits % VISITS_BEFORE_UNASKED == 0;
    }

    /** True when a person should be told: once, and then from time to time. */
    boolean isToBeSaid() {
        if (standing < saidAfter || (saidAt != 0 && standing - saidAt < SAID_AGAIN_AFTER)) {
            return false;
        }
        saidAt = standing;
        return true;
    }

    /** True if the ring is to be given up, so that the next one recovers what there is. */
    boolean isHopeless() {
        return standing >= limit;
    }

    long standingNanos() {
        return standing;
    }
}
