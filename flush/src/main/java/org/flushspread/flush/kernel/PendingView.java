package org.flushspread.flush.kernel;

import java.util.List;
import org.flushspread.wire.GroupId;

/**
 * Diagnosis of a view that waits for consent (flush-protocol 5.5.4).
 *
 * @param id the group id the consents must name
 * @param members members of the view to come
 * @param missing those whose consent has not come, in member order
 * @param arrivedNanos when the change became known here, in the time of the caller
 * @param queued changes pending in all, this one included
 */
public record PendingView(GroupId id, List<String> members, List<String> missing, long arrivedNanos, int queued) {}
