package org.flushspread.client;

import java.util.List;
import org.flushspread.wire.GroupId;
import org.jspecify.annotations.Nullable;

/**
 * The members a group has from here on (client-protocol 5.2).
 *
 * @param serviceType REG_MEMB_MESS and the bit of the cause
 * @param group name of the group
 * @param id tells this membership from others of the group while it has members
 * @param members private groups of all members, in the same order at each of them
 * @param myIndex where this connection stands in {@code members}, from 0; -1 if it is not there
 * @param cause why it changed
 * @param changedMember who joined, left or was disconnected; null when the network changed
 * @param vsSets members that came together from the same previous view: who delivered the same messages before this view. One set with the
 *     changed member unless the network changed
 * @param mySetIndex which of {@code vsSets} is that of this connection's daemon
 */
public record View(
        int serviceType,
        String group,
        GroupId id,
        List<String> members,
        int myIndex,
        Cause cause,
        @Nullable String changedMember,
        List<List<String>> vsSets,
        int mySetIndex)
        implements SpreadEvent {
    /** Why a membership changed. */
    public enum Cause {
        /** Somebody joined. */
        JOIN,
        /** Somebody left. */
        LEAVE,
        /** The connection of a member to its daemon ended. */
        DISCONNECT,
        /** Daemons were lost or found. */
        NETWORK
    }

    /** The set of {@code vsSets} that this connection's daemon belongs to. */
    public List<String> mySet() {
        return vsSets.get(mySetIndex);
    }
}
