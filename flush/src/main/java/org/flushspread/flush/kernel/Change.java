package org.flushspread.flush.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * A membership of the group: a pending change while it waits for consent, the installed view afterwards (flush-protocol 3.1). The hash
 * sets are looked into, never iterated.
 */
final class Change {
    final GroupId id;
    final List<String> members;
    final @Nullable String changed;
    final long arrivedNanos;
    int cause;
    boolean transitional;

    private final Set<String> memberSet;
    private final Set<String> gone = new HashSet<>();
    private final Set<String> consents = new HashSet<>();

    Change(GroupId id, List<String> members, int cause, @Nullable String changed, long arrivedNanos) {
        this.id = id;
        this.members = members;
        this.memberSet = new HashSet<>(members);
        this.cause = cause;
        this.changed = changed;
        this.arrivedNanos = arrivedNanos;
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
        return live;
    }

    /** Only members consent (quirk Q9); false for anybody else, of whom nothing is kept. */
    boolean consent(String from) {
        boolean member = memberSet.contains(from);
        if (member) {
            consents.add(from);
        }
        return member;
    }

    boolean hasConsented(String who) {
        return consents.contains(who);
    }

    boolean allMembersConsented() {
        return consents.size() == memberSet.size();
    }

    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String member : members) {
            if (!consents.contains(member)) {
                missing.add(member);
            }
        }
        return missing;
    }

    int size() {
        return memberSet.size();
    }

    boolean isNetwork() {
        return cause == ServiceType.CAUSED_BY_NETWORK;
    }
}
