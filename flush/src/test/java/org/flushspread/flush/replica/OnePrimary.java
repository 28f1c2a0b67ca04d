package org.flushspread.flush.replica;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * At most one primary is formed per number and history, and each one holds a majority of the one formed before it (or half of it with its
 * first member), so that no two can exist side by side unless one of them can acknowledge nothing.
 */
final class OnePrimary implements Observer {
    private final Map<Lineage, TreeMap<Long, Primary>> formed = new HashMap<>();

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        TreeMap<Long, Primary> line = formed.computeIfAbsent(primary.lineage(), lineage -> new TreeMap<>());
        Primary other = line.putIfAbsent(primary.number(), primary);
        if (other != null && !other.equals(primary)) {
            throw new Violation("OnePrimary", primary + " and " + other + " have the same number");
        }
        Map.Entry<Long, Primary> before = line.lowerEntry(primary.number());
        if (before != null) {
            check(before.getValue(), primary);
        }
        Map.Entry<Long, Primary> after = line.higherEntry(primary.number());
        if (after != null) {
            check(primary, after.getValue());
        }
    }

    Primary newest(Lineage lineage) {
        TreeMap<Long, Primary> line = formed.get(lineage);
        return line == null ? Primary.NONE : line.lastEntry().getValue();
    }

    private static void check(Primary before, Primary after) {
        if (!majority(before, after.members())) {
            throw new Violation("OnePrimary", after + " does not hold a majority of " + before);
        }
    }

    static boolean majority(Primary of, List<MemberId> members) {
        int count = 0;
        for (MemberId member : of.members()) {
            count += members.contains(member) ? 1 : 0;
        }
        int size = of.members().size();
        return 2 * count > size
                || (2 * count == size && members.contains(of.members().get(0)));
    }
}
