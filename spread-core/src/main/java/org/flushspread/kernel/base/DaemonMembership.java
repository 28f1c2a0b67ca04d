package org.flushspread.kernel.base;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Daemon;
import org.flushspread.wire.MembershipId;
import org.jspecify.annotations.Nullable;

/**
 * A regular or transitional membership of daemons.
 *
 * @param id its id
 * @param members at least one, in configuration order
 */
public record DaemonMembership(MembershipId id, ImmutableList<Daemon> members) {
    /** The member with this id, or null. */
    public @Nullable Daemon member(int procId) {
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).id() == procId) {
                return members.get(i);
            }
        }
        return null;
    }

    public boolean contains(int procId) {
        return member(procId) != null;
    }

    /** The first member in configuration order. */
    public Daemon leader() {
        return members.get(0);
    }

    /** The id for a person, with the address of the daemon that it names. */
    public String idText() {
        return id.text(procId -> {
            Daemon named = member(procId);
            return named == null
                    ? Integer.toUnsignedString(procId)
                    : named.address().toString();
        });
    }

    public int size() {
        return members.size();
    }

    /** The ids of the members, in configuration order. A new list. */
    public List<Integer> ids() {
        List<Integer> ids = new ArrayList<>(members.size());
        for (int i = 0; i < members.size(); i++) {
            ids.add(members.get(i).id());
        }
        return ids;
    }
}
