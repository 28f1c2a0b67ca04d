package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A group this connection has asked to join. Views and futures move on as the connection receives: by {@link #awaitView}, by a receive call
 * of any thread, or by a listener.
 */
public final class Group {
    private final SpreadConnection connection;
    private final String name;
    private @Nullable View view;
    private boolean wanted;
    private int leavesOutstanding;
    private CompletableFuture<View> joined = new CompletableFuture<>();
    private CompletableFuture<Void> left = new CompletableFuture<>();

    Group(SpreadConnection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    public String name() {
        return name;
    }

    public SpreadConnection connection() {
        return connection;
    }

    /** The latest view received, or null before the first one and after leaving. */
    public synchronized @Nullable View view() {
        return view;
    }

    /** Completes with the first view; exceptionally if the daemon refuses the join. */
    public synchronized CompletableFuture<View> joined() {
        return joined.copy();
    }

    /** Completes when the own leave is done and nothing more comes from the group. */
    public synchronized CompletableFuture<Void> left() {
        return left.copy();
    }

    /**
     * Waits for a view of at least so many members. If no other thread receives, this call does; events it meets are kept for the next
     * receive calls, up to {@link SpreadConnection#MAX_BACKLOG}.
     *
     * @return that view
     * @throws SpreadException {@link SpreadCode#WOULD_BLOCK} if the time is over, {@link SpreadCode#ILLEGAL_STATE} on a connection without membership messages,
     *     {@link SpreadCode#REJECT_AUTH} if the daemon refuses the join, and those of {@link SpreadConnection#receive()}
     */
    public View awaitView(int members, Duration timeout) {
        return connection.awaitView(this, members, Deadline.in(timeout));
    }

    /**
     * Waits until the own join has arrived; otherwise as {@link #awaitView}.
     *
     * @return the first view, or a later one if it has arrived
     */
    public View awaitJoined(Duration timeout) {
        return awaitView(1, timeout);
    }

    /** Sends to the group; see {@link SpreadConnection#multicast(Service, String, byte[])}. */
    public void multicast(Service service, byte[] body) {
        connection.multicast(service, name, body);
    }

    /** Sends to the group, body in pieces. */
    public void multicast(Service service, ByteBuffer... body) {
        connection.multicast(service, name, body);
    }

    /** Sends a text as UTF-8. */
    public void multicast(Service service, String text) {
        connection.multicast(service, name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Asks to leave; a {@link SelfLeave} event is the end. Does nothing if it was asked before. */
    public void leave() {
        connection.leave(this);
    }

    @Override
    public String toString() {
        return "Group[" + name + "]";
    }

    // ------------------------------------------------------------------------ kept up to date by the connection

    /** Notes a join about to be sent; false if it has been asked for already. */
    synchronized boolean want() {
        if (wanted) {
            return false;
        }
        wanted = true;
        joined = new CompletableFuture<>();
        left = new CompletableFuture<>();
        return true;
    }

    synchronized boolean unwant() {
        if (!wanted) {
            return false;
        }
        wanted = false;
        leavesOutstanding++;
        return true;
    }

    /** The request was not sent after all. */
    synchronized void undo(boolean join) {
        wanted = !join;
        leavesOutstanding -= join ? 0 : 1;
    }

    void installed(View now) {
        CompletableFuture<View> done;
        synchronized (this) {
            view = now;
            done = wanted && leavesOutstanding == 0 ? joined : new CompletableFuture<>();
            notifyAll();
        }
        done.complete(now);
    }

    /** A self-leave; true if nothing more is to come from the group. */
    boolean hasLeft() {
        CompletableFuture<Void> done;
        boolean over;
        synchronized (this) {
            view = null;
            leavesOutstanding = Math.max(0, leavesOutstanding - 1);
            over = !wanted && leavesOutstanding == 0;
            done = over ? left : new CompletableFuture<>();
            notifyAll();
        }
        done.complete(null);
        return over;
    }

    /** The daemon's policy does not let this connection join. */
    void refused() {
        CompletableFuture<View> done;
        synchronized (this) {
            wanted = false;
            done = joined;
            notifyAll();
        }
        done.completeExceptionally(new SpreadException(
                SpreadCode.REJECT_AUTH, "the daemon does not let this connection join '" + name + "'"));
    }

    synchronized boolean isWanted() {
        return wanted;
    }

    synchronized boolean hasView(int members) {
        return view != null && view.members().size() >= members;
    }

    /** Waits for news from a thread that receives. */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop looks at more than the view
    synchronized void awaitNews(int members, long millis) throws InterruptedException {
        if (!hasView(members) && wanted) {
            wait(Math.max(1, millis));
        }
    }
}
