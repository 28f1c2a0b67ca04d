package org.flushspread.simulation.check;

import org.flushspread.wire.GroupId;
import org.flushspread.wire.Name;

/** Tells which group ids may stand for more than one view: nothing is demanded of those. */
@FunctionalInterface
public interface AmbiguousIds {
    /** Asked at the end of all traces. */
    boolean ambiguous(Name group, GroupId id);
}
