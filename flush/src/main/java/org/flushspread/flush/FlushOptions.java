package org.flushspread.flush;

import java.time.Duration;
import org.flushspread.client.ConnectOptions;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushService;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FlushConnection} is made with. Immutable.
 *
 * @param connect how to reach the daemon; membership messages are always wanted
 * @param flushDeadline after which a pending view gives a {@link FlushDelayed} warning; null for never
 * @param maxReceivers receivers of one subgroupcast at the most, 1 to 100. C daemons lose messages to more than 43 (quirk Q15), so
 *     raise it only where every daemon is known to deliver them
 * @param limits what is kept at the most
 */
public record FlushOptions(
        ConnectOptions connect, @Nullable Duration flushDeadline, int maxReceivers, FlushLimits limits) {
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

    /** Options with defaults: no deadline, 43 receivers. */
    public static FlushOptions of(String daemon, String privateName) {
        return of(ConnectOptions.of(daemon, privateName));
    }

    public static FlushOptions of(ConnectOptions connect) {
        return new FlushOptions(connect, null, FlushService.SAFE_RECEIVERS, FlushLimits.DEFAULT);
    }

    public FlushOptions withFlushDeadline(@Nullable Duration value) {
        return new FlushOptions(connect, value, maxReceivers, limits);
    }

    public FlushOptions withMaxReceivers(int value) {
        return new FlushOptions(connect, flushDeadline, value, limits);
    }

    public FlushOptions withLimits(FlushLimits value) {
        return new FlushOptions(connect, flushDeadline, maxReceivers, value);
    }
}
