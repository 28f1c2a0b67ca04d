package org.flushspread.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A listener at work. Close it to receive by calls again. If the handler is at work by then it still gets the events that were taken; if
 * the executor has not begun with them, which it may never do, they wait for receive calls.
 */
public final class Listening implements AutoCloseable {
    /** Events taken from the daemon and not handled yet, after which no further one is taken. */
    static final int MAX_WAITING = 1024;
    /** Bytes of them, likewise. */
    static final long MAX_WAITING_BYTES = 16L << 20;
    /** How often it looks whether its executor still runs what it was given. */
    private static final long LOOK_NANOS = 100_000_000;

    private final SpreadConnection connection;
    private final Executor executor;
    private final Consumer<? super SpreadEvent> handler;
    private final EventTaker taker;
    private final CompletableFuture<SpreadException> ended = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final EventQueue waiting = new EventQueue();
    /** Handed to the executor and not finished: the handler has events to come. */
    private @Nullable Runnable task;
    /** That task has begun. */
    private boolean running;

    private Listening(
            SpreadConnection connection, Executor executor, Consumer<? super SpreadEvent> handler, EventTaker taker) {
        this.connection = connection;
        this.executor = executor;
        this.handler = handler;
        this.taker = taker;
    }

    static Listening start(SpreadConnection connection, Executor executor, Consumer<? super SpreadEvent> handler) {
        EventTaker taker = new EventTaker(connection);
        Listening listening = new Listening(connection, executor, handler, taker);
        taker.start(listening::receive);
        return listening;
    }

    /**
     * Completes when it takes no more events, with the reason: closed by this program, the executor has ended, the connection has ended.
     */
    public CompletableFuture<SpreadException> ended() {
        return ended.copy();
    }

    private void receive() {
        SpreadException why = null;
        try {
            while (why == null && !taker.isStopped()) {
                SpreadEvent event = taker.take(hasIdleTask() ? LOOK_NANOS : MessageChannel.FOREVER, this::keep);
                why = event == null ? lookAtExecutor() : handOver();
            }
            why = why == null ? lookAtExecutor() : why;
        } catch (SpreadException e) {
            why = e;
        } catch (Throwable e) {
            // Memory has run out, perhaps. Better no connection than one that holds up its groups in silence.
            why = new SpreadException(SpreadCode.CONNECTION_CLOSED, "the thread of the listener failed: " + e, e);
            connection.fail("the thread of its listener failed", e);
        } finally {
            taker.stop();
            if (why == null) {
                giveBack();
            }
            UserCode.complete(ended, why == null ? closed() : why);
        }
    }

    private SpreadException closed() {
        return new SpreadException(
                SpreadCode.ILLEGAL_STATE,
                "the listener of " + connection.privateGroup() + " was closed by this program");
    }

    private void keep(SpreadEvent event) {
        lock.lock();
        try {
            waiting.add(event);
        } finally {
            lock.unlock();
        }
    }

    /** What the executor has not begun goes back to the connection; false if it has begun. */
    private boolean giveBack() {
        lock.lock();
        try {
            if (running) {
                return false;
            }
            task = null;
            connection.putBack(waiting);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the handler have what waits. The handler sets the pace: while too much waits for it, nothing is taken from the daemon. */
    private @Nullable SpreadException handOver() {
        Runnable fresh = null;
        lock.lock();
        try {
            if (task == null && !waiting.isEmpty()) {
                fresh = task = new Handling();
            }
        } finally {
            lock.unlock();
        }
        if (fresh != null) {
            Throwable refused = UserCode.execute(executor, fresh);
            if (refused != null) {
                return takeBack(refused);
            }
        }
        SpreadException gone = null;
        while (gone == null && isFull()) {
            gone = lookAtExecutor();
        }
        return gone;
    }

    @SuppressWarnings("WaitNotInLoop") // the caller's loop looks at the executor too
    private boolean isFull() {
        lock.lock();
        try {
            if (waiting.isFull(MAX_WAITING, MAX_WAITING_BYTES) && task != null && !taker.isStopped()) {
                changed.awaitNanos(LOOK_NANOS);
            }
            return waiting.isFull(MAX_WAITING, MAX_WAITING_BYTES) && task != null && !taker.isStopped();
        } catch (InterruptedException e) {
            // Nobody has a reason to interrupt this thread; the wait goes on.
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The reason to end if the executor was shut down with our task in it: that may never run. */
    private @Nullable SpreadException lookAtExecutor() {
        return hasIdleTask() && isShutDown() ? takeBack(null) : null;
    }

    private boolean hasIdleTask() {
        lock.lock();
        try {
            return task != null && !running;
        } finally {
            lock.unlock();
        }
    }

    private boolean isShutDown() {
        boolean[] answer = new boolean[1];
        if (executor instanceof ExecutorService service) {
            UserCode.run(() -> answer[0] = service.isShutdown());
        }
        return answer[0];
    }

    /** Events that the handler has not begun go back to the connection; null if it has begun after all. */
    private @Nullable SpreadException takeBack(@Nullable Throwable refused) {
        boolean shutDown = refused == null || isShutDown();
        if (!giveBack()) {
            return null;
        }
        return new SpreadException(
                SpreadCode.ILLEGAL_STATE,
                "the executor of the listener of " + connection.privateGroup()
                        + (shutDown ? " was shut down" : " refused a task: " + refused)
                        + "; events that were not handled wait for receive calls",
                refused);
    }

    private final class Handling implements Runnable {
        @Override
        public void run() {
            if (begin()) {
                SpreadEvent event;
                while ((event = next()) != null) {
                    UserCode.accept(handler, event);
                }
            }
        }

        /** False if this was taken back, or an executor runs it twice. */
        private boolean begin() {
            lock.lock();
            try {
                if (task != this || running) {
                    return false;
                }
                running = true;
                return true;
            } finally {
                lock.unlock();
            }
        }

        private @Nullable SpreadEvent next() {
            lock.lock();
            try {
                SpreadEvent event = waiting.poll();
                if (event == null) {
                    running = false;
                    task = null;
                }
                changed.signal();
                return event;
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Stops taking events. May be called by the handler. Events that the executor has not begun with wait for receive calls.
     *
     * @throws SpreadException ({@link SpreadCode#WOULD_BLOCK}) if its thread does not come back from the link to the daemon within two
     *     seconds; the message says where it is. It takes no event any more all the same, and receive calls may begin when it is back
     */
    @Override
    public void close() {
        Thread stuck = taker.stop();
        giveBack();
        if (stuck != null) {
            StackTraceElement[] stack = stuck.getStackTrace();
            throw new SpreadException(
                    SpreadCode.WOULD_BLOCK,
                    "the listener of " + connection.privateGroup() + " is stopped, but its thread is still in "
                            + (stack.length == 0 ? "a place it does not show" : stack[0])
                            + "; receive calls may begin when it comes back from there");
        }
    }
}
