package org.flushspread.flush.replica;

import java.util.List;

/**
 * A primary has more than half of the members that its history says the group is meant to have, and none that was replaced for ever before its
 * view began.
 */
final class QuorumsAreKept implements Observer {
    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        if (2 * primary.members().size() <= member.meant()) {
            throw new Violation(
                    "QuorumsAreKept", primary + " is formed by " + member + " in a group of " + member.meant());
        }
        for (MemberId gone : member.retiredBefore) {
            if (primary.members().contains(gone)) {
                throw new Violation("QuorumsAreKept", primary + " has " + gone + ", which was replaced: " + member);
            }
        }
    }
}
