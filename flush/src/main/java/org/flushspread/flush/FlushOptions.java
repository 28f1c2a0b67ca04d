package org.flushspread.flush;

import java.time.Duration;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.MessageChannel;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.Wrapping;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FlushConnection} is made with. Immutable.
 *
 * @param connect how to reach the daemon; membership messages are always wanted
 * @param flushDeadline after which a pending view gives a {@link FlushDelayed} warning, and a line in the log; null for never
 * @param maxReceivers receivers of one subgroupcast at the most, 1 to 100. C daemons lose messages to more than 43 (quirk Q15), so
 *     raise it only where every daemon is known to deliver them
 * @param limits what is kept at the most
 * @param wrapping whether every message to a group names the view it is sent in. With {@link Wrapping#ALWAYS}, at 14 bytes for each, and
 *     {@code oursAlone}, the promise for SAFE messages of members that are being lost has no exception (flush-protocol 1.4);
 *     replicated state machines always do it. Members of other kinds understand it
 * @param oursAlone true if no member of the groups uses the C library. With members of both kinds both deliver the same messages only by the
 *     rule of the C library
 * @param suspectAfter how long a member may take for its consent, or be silent otherwise, before the group goes on without it; null for
 *     ever. For groups of this library's members alone, all of which have it with about the same time, longer than any handler takes
 */
public record FlushOptions(
        ConnectOptions connect,
        @Nullable Duration flushDeadline,
        int maxReceivers,
        FlushLimits limits,
        Wrapping wrapping,
        boolean oursAlone,
        @Nullable Duration suspectAfter) {
    /** After which a pending view is warned of if nothing else is said. */
    public static final Duration FLUSH_DEADLINE = Duration.ofSeconds(3);

    public FlushOptions {
        connect = connect.withMembership(true);
        if (flushDeadline != null && (flushDeadline.isNegative() || flushDeadline.isZero())) {
            throw new IllegalArgumentException("the flush deadline must be longer than nothing");
        }
        if (maxReceivers < 1 || maxReceivers > FlushService.MAX_RECEIVERS) {
            throw new IllegalArgumentException(
                    "maxReceivers is " + maxReceivers + "; Spread allows 1 to " + FlushService.MAX_RECEIVERS);
        }
        if (suspectAfter != null && (suspectAfter.isNegative() || suspectAfter.isZero())) {
            throw new IllegalArgumentException("members must be given more time than nothing before they are excluded");
        }
        if (suspectAfter != null && !oursAlone) {
            throw new IllegalArgumentException(
                    "members of the C library cannot follow an exclusion; say oursAlone too");
        }
    }

    /** Options for groups of members of any kind. */
    public FlushOptions(
            ConnectOptions connect,
            @Nullable Duration flushDeadline,
            int maxReceivers,
            FlushLimits limits,
            Wrapping wrapping) {
        this(connect, flushDeadline, maxReceivers, limits, wrapping, false, null);
    }

    /** Options with defaults: a warning after {@link #FLUSH_DEADLINE}, 43 receivers, wrapping where needed, members of any kind. */
    public static FlushOptions of(String daemon, String privateName) {
        return of(ConnectOptions.of(daemon, privateName));
    }

    public static FlushOptions of(ConnectOptions connect) {
        return new FlushOptions(
                connect, FLUSH_DEADLINE, FlushService.SAFE_RECEIVERS, FlushLimits.DEFAULT, Wrapping.WHERE_NEEDED);
    }

    public FlushOptions withFlushDeadline(@Nullable Duration value) {
        return new FlushOptions(connect, value, maxReceivers, limits, wrapping, oursAlone, suspectAfter);
    }

    public FlushOptions withMaxReceivers(int value) {
        return new FlushOptions(connect, flushDeadline, value, limits, wrapping, oursAlone, suspectAfter);
    }

    public FlushOptions withLimits(FlushLimits value) {
        return new FlushOptions(connect, flushDeadline, maxReceivers, value, wrapping, oursAlone, suspectAfter);
    }

    public FlushOptions withWrapping(Wrapping value) {
        return new FlushOptions(connect, flushDeadline, maxReceivers, limits, value, oursAlone, suspectAfter);
    }

    /** No member of the groups uses the C library. */
    public FlushOptions withOursAlone(boolean value) {
        return new FlushOptions(
                connect, flushDeadline, maxReceivers, limits, wrapping, value, value ? suspectAfter : null);
    }

    /** Groups go on without members that do not answer for so long; with it, no member of the groups uses the C library. */
    public FlushOptions withSuspectAfter(@Nullable Duration value) {
        return new FlushOptions(
                connect, flushDeadline, maxReceivers, limits, wrapping, oursAlone || value != null, value);
    }

    GroupRules rules() {
        return new GroupRules(limits, oursAlone, suspectAfter == null ? 0 : MessageChannel.nanos(suspectAfter));
    }
}
