package org.flushspread.flush;

import java.time.Duration;
import java.util.function.Consumer;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.MessageChannel;
import org.flushspread.flush.kernel.FlushLimits;
import org.flushspread.flush.kernel.FlushService;
import org.flushspread.flush.kernel.GroupRules;
import org.flushspread.flush.kernel.Wrapping;
import org.jspecify.annotations.Nullable;

/** What a {@link FlushConnection} is made with. Immutable: each method that changes something answers new options. */
public final class FlushOptions implements Cloneable {
    /** After which a pending view is warned of if nothing else is said. */
    public static final Duration FLUSH_DEADLINE = Duration.ofSeconds(3);

    private final ConnectOptions connect;
    private @Nullable Duration flushDeadline = FLUSH_DEADLINE;
    private int maxReceivers = FlushService.SAFE_RECEIVERS;
    private FlushLimits limits = FlushLimits.DEFAULT;
    private Wrapping wrapping = Wrapping.WHERE_NEEDED;
    private boolean oursAlone;
    private @Nullable Duration suspectAfter;

    private FlushOptions(ConnectOptions connect) {
        this.connect = connect.withMembership(true);
    }

    /** Options with defaults: a warning after {@link #FLUSH_DEADLINE}, 43 receivers, wrapping where needed, members of any kind. */
    public static FlushOptions of(String daemon, String privateName) {
        return of(ConnectOptions.of(daemon, privateName));
    }

    public static FlushOptions of(ConnectOptions connect) {
        return new FlushOptions(connect);
    }

    /** The one place that copies; a change is made to the copy before anybody else sees it. */
    private FlushOptions with(Consumer<FlushOptions> change) {
        try {
            FlushOptions next = (FlushOptions) clone();
            change.accept(next);
            return next;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** How to reach the daemon; membership messages are always wanted. */
    public ConnectOptions connect() {
        return connect;
    }

    /** After which a pending view gives a {@link FlushDelayed} warning, and a line in the log; null for never. */
    public @Nullable Duration flushDeadline() {
        return flushDeadline;
    }

    /** Receivers of one subgroupcast at the most, 1 to 100. */
    public int maxReceivers() {
        return maxReceivers;
    }

    /** What is kept at the most. */
    public FlushLimits limits() {
        return limits;
    }

    /** Whether every message to a group names the view it is sent in. */
    public Wrapping wrapping() {
        return wrapping;
    }

    /** True if no member of the groups uses the C library. */
    public boolean oursAlone() {
        return oursAlone;
    }

    /** How long a member may not answer before a group goes on without it; null for ever. */
    public @Nullable Duration suspectAfter() {
        return suspectAfter;
    }

    /** @throws IllegalArgumentException if it is not longer than nothing */
    public FlushOptions withFlushDeadline(@Nullable Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException("the flush deadline must be longer than nothing");
        }
        return with(next -> next.flushDeadline = value);
    }

    /**
     * C daemons lose messages to more than 43 receivers (quirk Q15), so raise it only where every daemon is known to deliver them.
     *
     * @throws IllegalArgumentException if it is not in 1 to 100
     */
    public FlushOptions withMaxReceivers(int value) {
        if (value < 1 || value > FlushService.MAX_RECEIVERS) {
            throw new IllegalArgumentException(
                    "maxReceivers is " + value + "; Spread allows 1 to " + FlushService.MAX_RECEIVERS);
        }
        return with(next -> next.maxReceivers = value);
    }

    public FlushOptions withLimits(FlushLimits value) {
        return with(next -> next.limits = value);
    }

    /**
     * With {@link Wrapping#ALWAYS}, at 14 bytes for each message, and {@link #withOursAlone}, the promise for SAFE messages of members that are
     * being lost has no exception (flush-protocol 1.4); replicated state machines always do it. Members of other kinds understand it.
     */
    public FlushOptions withWrapping(Wrapping value) {
        return with(next -> next.wrapping = value);
    }

    /**
     * No member of the groups uses the C library; with members of both kinds both deliver the same messages only by the rule of the C
     * library. False ends {@link #suspectAfter} too.
     */
    public FlushOptions withOursAlone(boolean value) {
        return with(next -> {
            next.oursAlone = value;
            next.suspectAfter = value ? next.suspectAfter : null;
        });
    }

    /**
     * Groups go on without a member that takes longer for its consent, or is silent otherwise; null waits for ever. For groups of this
     * library's members alone, which this says too, all of which have it with about the same time, longer than any handler takes.
     *
     * @throws IllegalArgumentException if it is not longer than nothing
     */
    public FlushOptions withSuspectAfter(@Nullable Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException("members must be given more time than nothing before they are excluded");
        }
        return with(next -> {
            next.oursAlone |= value != null;
            next.suspectAfter = value;
        });
    }

    GroupRules rules() {
        return new GroupRules(limits, oursAlone, suspectAfter == null ? 0 : MessageChannel.nanos(suspectAfter));
    }
}
