package org.flushspread.kernel;

import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.ServiceCount;
import org.flushspread.kernel.groups.GroupFigures;
import org.flushspread.kernel.ring.RingFigures;
import org.flushspread.kernel.session.QueueFigures;
import org.flushspread.kernel.session.SessionFigures;

/**
 * A kernel at one moment: made on its thread, then free to be read by any other. Nothing of it changes afterwards.
 *
 * @param nanos the monotonic time of the moment
 * @param membershipState 1 to 6 (monitor-protocol 3)
 * @param groupsState 1 to 4 (monitor-protocol 3)
 * @param stateNanos nanoseconds in each membership state since the start, state 1 first
 * @param services what was ordered, by service
 * @param groupCount groups there are
 * @param groups the first of them, in name order
 * @param sessionCount clients there are
 * @param sessions the first of them
 * @param queues what waits for all of them together
 */
public record KernelSnapshot(
        long nanos,
        Configuration configuration,
        Daemon me,
        int membershipState,
        int groupsState,
        List<Long> stateNanos,
        RingFigures ring,
        List<ServiceCount> services,
        int groupCount,
        List<GroupFigures> groups,
        int sessionCount,
        List<SessionFigures> sessions,
        QueueFigures queues) {
    /**
     * How much a snapshot may list; its cost on the kernel's thread is bounded by that.
     *
     * @param groups of these the first
     * @param members of all groups together
     * @param sessions of these any
     */
    public record Limits(int groups, int members, int sessions) {}
}
