package org.flushspread.flush.check;

import org.flushspread.wire.GroupId;

/** A group id and the incarnation of the group it belongs to: an emptied group counts from 1 again (flush-protocol 1.3). */
public record ViewId(GroupId id, int incarnation) {}
