package org.flushspread.flush;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.ServiceType;
import org.jspecify.annotations.Nullable;

/**
 * The members a group has from here on. All of them consented to it, and those of {@code transitional} delivered the same messages in the
 * view before. A member may have died meanwhile; then a {@link Transition} and the next {@link FlushRequest} follow at once.
 *
 * @param group name of the group
 * @param id tells this view from others of the group while it has members
 * @param members private groups of all members, in the same order at each of them
 * @param myIndex where this connection stands in {@code members}, from 0
 * @param cause why it changed; the same at all members
 * @param changedMember who joined, left or was disconnected; null when the network changed
 * @param transitional members that moved here together with this connection, itself among them, in the order of the view before
 * @param joined members that were not in the view before together with this one; a member that left and came back is here too
 * @param left members of the view before that did not move along
 * @param excluded members of the group, as the daemons have it, that the view goes on without because they did not answer
 *     ({@link FlushOptions#suspectAfter}); those of the view before are in {@code left} too
 */
public record View(
        String group,
        GroupId id,
        List<String> members,
        int myIndex,
        Cause cause,
        @Nullable String changedMember,
        List<String> transitional,
        List<String> joined,
        List<String> left,
        List<String> excluded)
        implements FlushEvent {
    /** A view that excludes nobody. */
    public View(
            String group,
            GroupId id,
            List<String> members,
            int myIndex,
            Cause cause,
            @Nullable String changedMember,
            List<String> transitional,
            List<String> joined,
            List<String> left) {
        this(group, id, members, myIndex, cause, changedMember, transitional, joined, left, List.of());
    }

    /** Why a view changed. */
    public enum Cause {
        /** Somebody joined. */
        JOIN,
        /** Somebody left. */
        LEAVE,
        /** The connection of a member to its daemon ended. */
        DISCONNECT,
        /** Daemons were lost or found, or a member went while it was asked for its consent, or is excluded. */
        NETWORK
    }

    static View of(GroupEvent.View view) {
        return new View(
                view.group(),
                view.id(),
                List.copyOf(view.members()),
                view.myIndex(),
                cause(view.cause()),
                view.changed(),
                List.copyOf(view.transitional()),
                without(view.members(), view.transitional()),
                without(view.previous(), view.transitional()),
                List.copyOf(view.excluded()));
    }

    /** This connection's own name in the group. */
    public String me() {
        return members.get(myIndex);
    }

    private static Cause cause(int bit) {
        return switch (bit) {
            case ServiceType.CAUSED_BY_JOIN -> Cause.JOIN;
            case ServiceType.CAUSED_BY_LEAVE -> Cause.LEAVE;
            case ServiceType.CAUSED_BY_DISCONNECT -> Cause.DISCONNECT;
            default -> Cause.NETWORK;
        };
    }

    private static List<String> without(List<String> all, List<String> some) {
        List<String> rest = new ArrayList<>(all);
        rest.removeAll(new java.util.HashSet<>(some));
        return List.copyOf(rest);
    }
}
