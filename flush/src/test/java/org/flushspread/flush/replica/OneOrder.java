package org.flushspread.flush.replica;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Results are given out along one order: a place holds one command, and all members of a primary begin with the same commands. */
final class OneOrder implements Observer {
    private final Map<String, Long> places = new HashMap<>();
    private final Map<String, List<Long>> beginnings = new HashMap<>();

    private final boolean acknowledgedStay;

    /** @param acknowledgedStay false if what was acknowledged may be undone, and its place taken by another command */
    OneOrder(boolean acknowledgedStay) {
        this.acknowledgedStay = acknowledgedStay;
    }

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        if (!acknowledgedStay) {
            return;
        }
        Long other = places.putIfAbsent(primary.lineage() + "@" + place, command);
        if (other != null && other != command) {
            throw new Violation(
                    "OneOrder", "place " + place + " was given to " + other + " and, by " + member + ", to " + command);
        }
    }

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        List<Long> now = List.copyOf(history);
        List<Long> other = beginnings.putIfAbsent(primary.toString(), now);
        if (other != null && !other.equals(now)) {
            throw new Violation(
                    "OneOrder", member + " begins " + primary + " with " + history + ", another member with " + other);
        }
    }
}
