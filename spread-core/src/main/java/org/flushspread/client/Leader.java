package org.flushspread.client;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leader of a group without an election: the first member of the view, which is the same at all members of the view. Feed it every
 * event received, by {@link #accept}; what it finds changed, it tells its listener on the same thread.
 *
 * <pre>{@code
 * Leader leader = new Leader("workers", change -> System.out.println("now " + change.now()));
 * connection.onEvent(executor, event -> {
 *     leader.accept(event);
 *     ...
 * });
 * }</pre>
 *
 * <p>While the network is partitioned each side has a leader of its own. Between a failure and the next view the old leader may still
 * think it leads; who must exclude that sends SAFE messages and counts them from the view on, or uses the flush layer.
 */
public final class Leader implements Consumer<SpreadEvent> {
    private final String group;
    private final Consumer<? super Change> listener;
    private volatile @Nullable Change latest;

    /**
     * Somebody else leads, or leads from another view on.
     *
     * @param before who led so far; null at first, and after this connection was out of the group
     * @param now who leads; null when this connection has left the group
     * @param isMe true if that is this connection
     */
    public record Change(@Nullable String before, @Nullable String now, boolean isMe) {}

    /**
     * Watches a group that this connection joins, or has joined.
     *
     * @param listener told of each change, not of views that leave the leader as it was
     */
    public Leader(String group, Consumer<? super Change> listener) {
        MessageChannel.checkGroup(group);
        this.group = group;
        this.listener = listener;
    }

    /** Looks at an event of the connection; all but views of the group and the own leave are passed over. */
    @Override
    public void accept(SpreadEvent event) {
        if (event instanceof View view && view.group().equals(group)) {
            change(view.members().get(0), view.myIndex() == 0);
        } else if (event instanceof SelfLeave left && left.group().equals(group)) {
            change(null, false);
        }
    }

    /** To be called when the connection has ended: nobody leads any more, as far as this program knows. */
    public void disconnected() {
        change(null, false);
    }

    private void change(@Nullable String now, boolean isMe) {
        String before = member();
        if (now == null ? before != null : !now.equals(before)) {
            Change change = new Change(before, now, isMe);
            latest = change;
            listener.accept(change);
        }
    }

    /** Private group of the leader, or null before the first view and after leaving. Any thread may ask. */
    public @Nullable String member() {
        Change change = latest;
        return change == null ? null : change.now();
    }

    /** True if this connection leads. Any thread may ask. */
    public boolean isMe() {
        Change change = latest;
        return change != null && change.isMe();
    }
}
