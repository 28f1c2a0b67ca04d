package org.flushspread.course.api;

import org.flushspread.flush.FlushListener;

/**
 * What a program of an exercise is: one process at one server, a member of one group. It gets the events of the group by the methods of a
 * {@link FlushListener}, as any program on the flush layer does, one at a time and on one thread.
 */
public interface Program extends FlushListener {
    /** Called once, before any event: the group has been asked to let this process in. */
    void start(Place place);
}
