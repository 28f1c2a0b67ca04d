package org.flushspread.flush;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flushspread.client.MessageChannel;
import org.flushspread.wire.GroupId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of views that wait too long for a consent, once of each (flush-protocol 5.5.3). Used by whoever receives. */
final class OverdueViews {
    private static final Logger LOG = LoggerFactory.getLogger(FlushConnection.class);

    private final @Nullable Duration deadline;
    private final Map<String, GroupId> warned = new HashMap<>();

    /** @param deadline null if nobody is to be warned */
    OverdueViews(@Nullable Duration deadline) {
        this.deadline = deadline;
    }

    /** A warning that has not been given; null if there is none. */
    @Nullable
    FlushDelayed look(Collection<FlushGroup> groups) {
        if (deadline == null) {
            return null;
        }
        long now = System.nanoTime();
        for (FlushGroup group : groups) {
            var pending = group.pending();
            if (pending != null
                    && now - pending.arrivedNanos() >= MessageChannel.nanos(deadline)
                    && !pending.id().equals(warned.put(group.name(), pending.id()))) {
                FlushDelayed delayed = new FlushDelayed(
                        group.name(),
                        List.copyOf(pending.missing()),
                        Duration.ofNanos(now - pending.arrivedNanos()),
                        pending.queued());
                LOG.warn(
                        "group '{}' has waited for the consent of {} for {} ms, {} changes are pending",
                        delayed.group(),
                        delayed.missing(),
                        delayed.age().toMillis(),
                        delayed.queued());
                return delayed;
            }
        }
        return null;
    }

    /** A change that comes while somebody waits is looked at no later than this. */
    long untilNextLook() {
        return deadline == null ? Long.MAX_VALUE : Math.max(1_000_000, MessageChannel.nanos(deadline) / 4);
    }
}
