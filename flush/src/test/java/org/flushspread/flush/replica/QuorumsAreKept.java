package org.flushspread.flush.replica;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A primary has more than half of the members that its history says the group is meant to have, and none that was replaced for ever before its
 * view began. That is so as soon as a member of a primary has seen it; what a member has applied in its transition, in no primary, may be of
 * a branch that ends.
 */
final class QuorumsAreKept implements Observer {
    private final Map<Lineage, Set<MemberId>> replaced = new HashMap<>();
    /** What was replaced when the view of a member began. */
    private final Map<Member, Map<Lineage, Set<MemberId>>> before = new HashMap<>();

    @Override
    public void applied(Member member, long command, Version after, List<Long> history) {
        see(member);
    }

    @Override
    public void completed(Member member, long command, long place, Primary primary) {
        see(member);
    }

    private void see(Member member) {
        if (member.isPrimary()) {
            replaced.computeIfAbsent(member.replica.lastPrimary().lineage(), each -> new HashSet<>())
                    .addAll(member.charter().retired());
        }
    }

    @Override
    public void viewBegins(Member member) {
        Map<Lineage, Set<MemberId>> now = new HashMap<>();
        replaced.forEach((lineage, gone) -> now.put(lineage, Set.copyOf(gone)));
        before.put(member, now);
    }

    @Override
    public void formed(Member member, Primary primary, List<Long> history) {
        if (2 * primary.members().size() <= member.meant()) {
            throw new Violation(
                    "QuorumsAreKept", primary + " is formed by " + member + " in a group of " + member.meant());
        }
        for (MemberId gone : before.getOrDefault(member, Map.of()).getOrDefault(primary.lineage(), Set.of())) {
            if (primary.members().contains(gone)) {
                throw new Violation("QuorumsAreKept", primary + " has " + gone + ", which was replaced: " + member);
            }
        }
    }
}
