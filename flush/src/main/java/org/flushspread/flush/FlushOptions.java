package org.flushspread.flush;

import java.time.Duration;
import org.flushspread.client.ConnectOptions;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.Wrapping;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FlushConnection} is made with. Immutable.
 *
 * @param connect how to reach the daemon; membership messages are always wanted
 * @param flushDeadline after which a pending view gives a {@link FlushDelayed} warning; null for never
 * @param maxReceivers receivers of one subgroupcast at the most, 1 to 100. C daemons lose messages to more than 43 (quirk Q15), so
 *     raise it only where every daemon is known to deliver them
 * @param limits what is kept at the most
 * @param wrapping whether every message to a group names the view it is sent in. With {@link Wrapping#ALWAYS}, at 14 bytes for each,
 *     the promise for SAFE messages of members that are being lost has no exception (flush-protocol, "What is promised"); replicated
 *     state machines always do it. Members of other kinds understand it
 */
public record FlushOptions(
        ConnectOptions connect,
        @Nullable Duration flushDeadline,
        int maxReceivers,
        FlushLimits limits,
        Wrapping wrapping) {
    public FlushOptions {
        connect = connect.withMembership(true);
        if (flushDeadline != null && (flushDeadline.isNegative() || flushDeadline.isZero())) {
            throw new IllegalArgumentException("the flush deadline must be longer than nothing");
        }
        if (maxReceivers < 1 || maxReceivers > FlushService.MAX_RECEIVERS) {
            throw new IllegalArgumentException(
                    "maxReceivers is " + maxReceivers + "; Spread allows 1 to " + FlushService.MAX_RECEIVERS);
        }
    }

    /** Options with defaults: no deadline, 43 receivers, wrapping where needed. */
    public static FlushOptions of(String daemon, String privateName) {
        return of(ConnectOptions.of(daemon, privateName));
    }

    public static FlushOptions of(ConnectOptions connect) {
        return new FlushOptions(connect, null, FlushService.SAFE_RECEIVERS, FlushLimits.DEFAULT, Wrapping.WHERE_NEEDED);
    }

    public FlushOptions withFlushDeadline(@Nullable Duration value) {
        return new FlushOptions(connect, value, maxReceivers, limits, wrapping);
    }

    public FlushOptions withMaxReceivers(int value) {
        return new FlushOptions(connect, flushDeadline, value, limits, wrapping);
    }

    public FlushOptions withLimits(FlushLimits value) {
        return new FlushOptions(connect, flushDeadline, maxReceivers, value, wrapping);
    }

    public FlushOptions withWrapping(Wrapping value) {
        return new FlushOptions(connect, flushDeadline, maxReceivers, limits, value);
    }
}
