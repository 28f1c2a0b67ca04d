package org.flushspread.flush;

import java.time.Duration;
import java.util.List;

/**
 * A warning: a view has waited for longer than {@link FlushOptions#flushDeadline}. Nothing is lost, but members that flushed cannot send until
 * the missing ones flush, leave or end. Comes once per pending view.
 *
 * @param group name of the group
 * @param missing members of the view to come that have not flushed; this connection among them if the application has not
 * @param age how long the change has been known here
 * @param queued changes that wait, this one included
 */
public record FlushDelayed(String group, List<String> missing, Duration age, int queued) implements FlushEvent {}
