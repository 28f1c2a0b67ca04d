package org.flushspread.flush.replica;

import java.util.List;

/**
 * A primary has more than half of the members that its history says the group is meant to have, and none that was replaced for ever before its
 * view began.
 */
final class QuorumsAreKept implements Observer {
    private final int atStart;

    /** @param atStart members of the group, as all of them were told at their start; 0 if they were told none */
    QuorumsAreKept(int atStart) {
        this.atStart = atStart;
    }

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        int meant = member.charter().members() == Charter.AS_STARTED
                ? atStart
                : member.charter().members();
        if (2 * primary.members().size() <= meant) {
            throw new Violation("QuorumsAreKept", primary + " is formed by " + member + " in a group of " + meant);
        }
        for (MemberId gone : member.retiredBefore) {
            if (primary.members().contains(gone)) {
                throw new Violation("QuorumsAreKept", primary + " has " + gone + ", which was replaced: " + member);
            }
        }
    }
}
