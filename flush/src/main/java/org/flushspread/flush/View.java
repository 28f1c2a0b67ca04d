package org.flushspread.flush;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.flushspread.flush.kernel.Cause;
import org.flushspread.flush.kernel.GroupEvent;
import org.flushspread.wire.GroupId;
import org.jspecify.annotations.Nullable;

/**
 * The members a group has from here on. All of them consented to it, and those of {@link #transitional} delivered the same messages in the
 * view before. A member may have died meanwhile; then a {@link Transition} and the next {@link FlushRequest} follow at once. Immutable; two
 * are equal if they show the same.
 */
public final class View implements FlushEvent {
    private final GroupEvent.View view;

    View(GroupEvent.View view) {
        this.view = view;
    }

    /** Name of the group. */
    @Override
    public String group() {
        return view.group();
    }

    /** Tells this view from others of the group while it has members. */
    public GroupId id() {
        return view.id();
    }

    /** Private groups of all members, in the same order at each of them. */
    public List<String> members() {
        return view.members();
    }

    /** Where this connection stands in {@link #members}, from 0. */
    public int myIndex() {
        return view.myIndex();
    }

    /** This connection's own name in the group. */
    public String me() {
        return view.members().get(view.myIndex());
    }

    /** Why it changed; the same at all members. */
    public Cause cause() {
        return view.cause();
    }

    /** Who joined, left or was disconnected; null when the network changed. */
    public @Nullable String changedMember() {
        return view.changed();
    }

    /** Members that moved here together with this connection, itself among them, in the order of the view before. */
    public List<String> transitional() {
        return view.transitional();
    }

    /** Members that were not in the view before together with this one; a member that left and came back is here too. */
    public List<String> joined() {
        return without(view.members(), view.transitional());
    }

    /** Members of the view before that did not move along. */
    public List<String> left() {
        return without(view.previous(), view.transitional());
    }

    /**
     * Members of the group, as the daemons have it, that the view goes on without because they did not answer
     * ({@link FlushOptions#suspectAfter}); those of the view before are in {@link #left} too.
     */
    public List<String> excluded() {
        return view.excluded();
    }

    private static List<String> without(List<String> all, List<String> some) {
        List<String> rest = new ArrayList<>(all);
        rest.removeAll(new HashSet<>(some));
        return List.copyOf(rest);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof View that && view.equals(that.view);
    }

    @Override
    public int hashCode() {
        return Objects.hash(view.group(), view.id());
    }

    @Override
    public String toString() {
        return "View[" + group() + " " + id() + ", " + cause() + (changedMember() == null ? "" : " " + changedMember())
                + ", " + members() + ", together with " + transitional()
                + (excluded().isEmpty() ? "" : ", without " + excluded()) + "]";
    }
}
