package org.flushspread.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
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
    /** Not this object's own monitor: a program that locks that must hold up nobody. */
    private final Object lock = new Object();

    private State state = new State(null, false, 0, new CompletableFuture<>(), new CompletableFuture<>());

    /**
     * All of it, changed in one step.
     *
     * @param wanted the last request was a join
     * @param leaves requests to leave whose self-leaves have not come
     * @param joined of the last join
     * @param left of the leave after it
     */
    private record State(
            @Nullable View view,
            boolean wanted,
            int leaves,
            CompletableFuture<View> joined,
            CompletableFuture<Void> left) {
        boolean isOver() {
            return !wanted && leaves == 0;
        }
    }

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
    public @Nullable View view() {
        return now().view();
    }

    /**
     * Completes with the first view; exceptionally if the daemon refuses the join or the connection ends before. What depends on it runs on
     * the thread that received the view, once the view is taken, and may receive and send.
     */
    public CompletableFuture<View> joined() {
        return now().joined().copy();
    }

    /**
     * Completes when the own leave is done and nothing more comes from the group; exceptionally if the connection ends before. What depends
     * on it runs as with {@link #joined}.
     */
    public CompletableFuture<Void> left() {
        return now().left().copy();
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

    // Whatever needs memory is made before the state changes. Futures are completed by the connection, from `untold`,
    // when
    // it holds no lock.

    private State now() {
        synchronized (lock) {
            return state;
        }
    }

    private void become(State next) {
        state = next;
        lock.notifyAll();
    }

    /** Notes a join about to be sent; false if it has been asked for already. */
    boolean want() {
        synchronized (lock) {
            if (state.wanted()) {
                return false;
            }
            become(new State(state.view(), true, state.leaves(), new CompletableFuture<>(), new CompletableFuture<>()));
            return true;
        }
    }

    boolean unwant() {
        synchronized (lock) {
            if (!state.wanted()) {
                return false;
            }
            become(new State(state.view(), false, state.leaves() + 1, state.joined(), state.left()));
            return true;
        }
    }

    /** The request was not sent after all; true if nothing is to come from the group. */
    boolean undo(boolean join) {
        synchronized (lock) {
            become(new State(state.view(), !join, state.leaves() - (join ? 0 : 1), state.joined(), state.left()));
            return state.isOver();
        }
    }

    void installed(View view, Queue<Runnable> untold) {
        synchronized (lock) {
            CompletableFuture<View> joined = state.joined();
            State next = new State(view, state.wanted(), state.leaves(), joined, state.left());
            if (state.wanted() && state.leaves() == 0 && !joined.isDone()) {
                untold.add(() -> UserCode.complete(joined, view));
            }
            become(next);
        }
    }

    /** A self-leave; true if nothing more is to come from the group. */
    boolean hasLeft(Queue<Runnable> untold) {
        synchronized (lock) {
            CompletableFuture<Void> left = state.left();
            State next = new State(null, state.wanted(), Math.max(0, state.leaves() - 1), state.joined(), left);
            if (next.isOver()) {
                untold.add(() -> UserCode.complete(left));
            }
            become(next);
            return next.isOver();
        }
    }

    /** The daemon's policy does not let this connection join; true if nothing more is to come from the group. */
    boolean refused(Queue<Runnable> untold) {
        SpreadException why = new SpreadException(
                SpreadCode.REJECT_AUTH, "the daemon does not let this connection join '" + name + "'");
        synchronized (lock) {
            CompletableFuture<View> joined = state.joined();
            State next = new State(state.view(), false, state.leaves(), joined, state.left());
            untold.add(() -> UserCode.fail(joined, why));
            become(next);
            return next.isOver();
        }
    }

    /** The connection has ended: no answer will come. */
    void ended(SpreadException why) {
        State last = now();
        UserCode.fail(last.joined(), why);
        UserCode.fail(last.left(), why);
    }

    boolean isWanted() {
        return now().wanted();
    }

    boolean hasView(int members) {
        View view = now().view();
        return view != null && view.members().size() >= members;
    }

    /** Waits for news from a thread that receives. */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop looks at more than the view
    void awaitNews(int members, long millis) throws InterruptedException {
        synchronized (lock) {
            if (!hasView(members) && state.wanted()) {
                lock.wait(Math.max(1, millis));
            }
        }
    }
}
