package org.flushspread.flush;

import java.time.Duration;
import java.util.List;
import org.flushspread.wire.GroupId;

/**
 * A view that waits for the consent of its members.
 *
 * @param id the id it will have
 * @param members its members
 * @param missing those that have not flushed, in the order of {@code members}; this connection among them if the application has not
 * @param age how long the change has been known here
 * @param queued changes that wait, this one included
 */
public record PendingView(GroupId id, List<String> members, List<String> missing, Duration age, int queued) {
    public PendingView {
        members = List.copyOf(members);
        missing = List.copyOf(missing);
    }

    static PendingView of(org.flushspread.flush.kernel.PendingView pending, long nowNanos) {
        return new PendingView(
                pending.id(),
                pending.members(),
                pending.missing(),
                Duration.ofNanos(nowNanos - pending.arrivedNanos()),
                pending.queued());
    }
}
