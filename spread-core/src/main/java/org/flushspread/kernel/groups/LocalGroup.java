package org.flushspread.kernel.groups;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group that are sessions of this daemon, in the order in which they joined. It changes only when a request or a
 * membership is delivered, never while messages are handed to sessions, so it may be walked by index.
 */
public final class LocalGroup {
    private final Name name;
    private final List<LocalMember> members = new ArrayList<>(2);
    private int watchers;

    LocalGroup(Name name) {
        this.name = name;
    }

    public int size() {
        return members.size();
    }

    public LocalMember get(int i) {
        return members.get(i);
    }

    Name name() {
        return name;
    }

    /** True if a member wants membership messages. */
    boolean isWatched() {
        return watchers > 0;
    }

    void add(LocalMember member) {
        members.add(member);
        if (member.wantsMembership()) {
            watchers++;
        }
    }

    /** The session that joined under this name, taken out, or null if none did. */
    @Nullable
    LocalMember remove(Name privateGroup) {
        for (int i = 0; i < members.size(); i++) {
            LocalMember member = members.get(i);
            if (member.privateGroup().equals(privateGroup)) {
                members.remove(i);
                if (member.wantsMembership()) {
                    watchers--;
                }
                return member;
            }
        }
        return null;
    }
}
