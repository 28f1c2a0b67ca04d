package org.flushspread.flush.check;

import java.util.List;
import org.flushspread.wire.GroupId;

/**
 * A group id and the incarnation of the group it belongs to: an emptied group counts from 1 again (flush-protocol 1.3). With others excluded
 * it is another view (exclusion E6).
 */
public record ViewId(GroupId id, int incarnation, List<String> excluded) {
    private static final int COUNTED = 0xffffff;

    public ViewId(GroupId id, int incarnation) {
        this(id, incarnation, List.of());
    }

    public ViewId without(List<String> others) {
        return new ViewId(id, incarnation, others);
    }

    /** The change that it came of. */
    ViewId change() {
        return new ViewId(id, incarnation);
    }

    /** The membership of the daemons that it came of; a roll call makes another id of it (exclusion, Wire). */
    ViewId membership() {
        return new ViewId(membership(id), incarnation);
    }

    public static GroupId membership(GroupId id) {
        return new GroupId(id.membershipId(), id.index() & COUNTED);
    }

    boolean isOfRollCall() {
        return (id.index() & ~COUNTED) != 0;
    }
}
