package org.flushspread.flush.replica;

import java.util.ArrayList;
import java.util.List;

/**
 * What a history itself says of who may decide in it (replica-protocol R22): part of the state, changed by entries of the log.
 *
 * @param members how many members the group is meant to have; {@link #AS_STARTED} if that was never changed, and the members' settings count
 * @param retired members that are lost for ever and take no part any more, the latest last
 */
public record Charter(int members, List<MemberId> retired) {
    /** The settings of the members count. */
    public static final int AS_STARTED = -1;

    /** Members that are remembered as retired; of more, the first is forgotten. */
    public static final int MOST_RETIRED = 16;

    /** Nothing was ever changed. */
    public static final Charter NONE = new Charter(AS_STARTED, List.of());

    public Charter {
        retired = List.copyOf(retired);
    }

    Charter of(int size) {
        return new Charter(size, retired);
    }

    Charter retiring(MemberId lost) {
        List<MemberId> all = new ArrayList<>(retired);
        all.remove(lost);
        all.add(lost);
        return new Charter(members, all.subList(Math.max(0, all.size() - MOST_RETIRED), all.size()));
    }
}
