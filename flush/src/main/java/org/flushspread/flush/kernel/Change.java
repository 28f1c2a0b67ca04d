package org.flushspread.flush.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.wire.GroupId;
import org.jspecify.annotations.Nullable;

/**
 * A membership of the group: a pending change while it waits for consent, the installed view afterwards (flush-protocol 3.1). The hash
 * sets are looked into, never iterated.
 */
final class Change {
    final GroupId id;
    final @Nullable String changed;
    final long arrivedNanos;
    Cause cause;
    boolean transitional;

    private final List<String> named;
    private List<String> members;
    private final Set<String> memberSet;
    private final Set<String> gone = new HashSet<>();
    private final Set<String> excluded = new HashSet<>();
    private final Set<String> barred = new HashSet<>();
    /** By whom, and where in the order it was delivered last (exclusion E4). */
    private final Map<String, Long> consents = new HashMap<>();

    Change(GroupId id, List<String> members, Cause cause, @Nullable String changed, long arrivedNanos) {
        this.id = id;
        this.named = List.copyOf(members);
        this.members = named;
        this.memberSet = new HashSet<>(members);
        this.cause = cause;
        this.changed = changed;
        this.arrivedNanos = arrivedNanos;
    }

    /** Without the excluded. */
    List<String> members() {
        return members;
    }

    /** Names in the membership, the excluded among them. */
    int names() {
        return named.size();
    }

    boolean isMember(String who) {
        return memberSet.contains(who);
    }

    /** True if {@code who} is a member and not known to have gone. */
    boolean isLive(String who) {
        return memberSet.contains(who) && !gone.contains(who);
    }

    /** Notes that these have gone; true if one of them was live. Saying it twice is harmless (flush-protocol 10.3). */
    boolean lose(List<String> leavers) {
        boolean lost = false;
        for (int i = 0; i < leavers.size(); i++) {
            String leaver = leavers.get(i);
            lost |= memberSet.contains(leaver) && gone.add(leaver);
        }
        return lost;
    }

    /** True if one of these is a live member that has not consented: this change can never complete (flush-protocol 3.2, COLLAPSE). */
    boolean isSpoilt(List<String> leavers) {
        for (int i = 0; i < leavers.size(); i++) {
            if (isLive(leavers.get(i)) && !hasConsented(leavers.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Takes a member out: the view that comes of this does not have it (exclusion E4). */
    void exclude(String who) {
        if (memberSet.remove(who)) {
            consents.remove(who);
            excluded.add(who);
            List<String> others = new ArrayList<>(members);
            others.remove(who);
            members = List.copyOf(others);
        }
    }

    boolean isExcluded(String who) {
        return excluded.contains(who);
    }

    /** In the order of the membership. */
    List<String> excluded() {
        if (excluded.isEmpty()) {
            return List.of();
        }
        List<String> names = new ArrayList<>(named);
        names.removeIf(who -> !excluded.contains(who));
        return List.copyOf(names);
    }

    /** A member was excluded from what comes after this: it has gone, and nothing more of it counts. True if it was live. */
    boolean bar(String who) {
        barred.add(who);
        return lose(List.of(who));
    }

    boolean isBarred(String who) {
        return barred.contains(who);
    }

    boolean hasLost() {
        return !gone.isEmpty();
    }

    List<String> liveMembers() {
        if (gone.isEmpty()) {
            return members;
        }
        List<String> live = new ArrayList<>(members.size());
        for (String member : members) {
            if (!gone.contains(member)) {
                live.add(member);
            }
        }
        return List.copyOf(live);
    }

    /**
     * Only members consent (quirk Q9); false for anybody else, of whom nothing is kept.
     *
     * @param place in the order, from 1
     */
    boolean consent(String from, long place) {
        boolean member = memberSet.contains(from);
        if (member) {
            consents.put(from, place);
        }
        return member;
    }

    /** Where in the order its last consent was; 0 if there was none. */
    long consentedAt(String who) {
        return consents.getOrDefault(who, 0L);
    }

    boolean hasConsented(String who) {
        return consents.containsKey(who);
    }

    boolean allMembersConsented() {
        return consents.size() == memberSet.size();
    }

    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String member : members) {
            if (!consents.containsKey(member)) {
                missing.add(member);
            }
        }
        return missing;
    }

    int size() {
        return memberSet.size();
    }
}
