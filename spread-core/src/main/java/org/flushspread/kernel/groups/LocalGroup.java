package org.flushspread.kernel.groups;

import java.util.ArrayList;
import java.util.List;

/** The members of a group that are sessions of this daemon, in the order in which they joined. */
public final class LocalGroup {
    private final List<LocalMember> members = new ArrayList<>();

    public int size() {
        return members.size();
    }

    public LocalMember get(int i) {
        return members.get(i);
    }

    void add(LocalMember member) {
        members.add(member);
    }

    void remove(LocalMember member) {
        members.remove(member);
    }
}
