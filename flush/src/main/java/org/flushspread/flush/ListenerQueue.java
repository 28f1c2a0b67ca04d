package org.flushspread.flush;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.flushspread.client.SpreadException;
import org.flushspread.client.UserCode;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * The events of one group, or those of none, on their way to a listener: in order, one at a time, and at the end {@code onClosed} once. The
 * listener runs without any lock; what it throws goes to the uncaught exception handler and costs nothing but that call.
 * A thread of its own and the tasks in an executor are two ways through the same few states, under one lock. What an event means to the
 * listener is {@link ListenerCalls}' to know.
 */
final class ListenerQueue {
    /** Events handled before others may use a thread of the executor. */
    private static final int BATCH = 16;
    /** A task of ours in an executor that was shut down has so long to begin. Less than the end of a connection waits for it. */
    private static final long LAST_TASK_NANOS = 1_000_000_000;

    private final Reception reception;
    private final String name;
    private final ListenerCalls calls;
    private final @Nullable Executor executor;
    private final Runnable batch = this::runBatch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ListenerBacklog waiting = new ListenerBacklog();
    /** Nothing more is taken: the group was left, or the connection has ended. */
    private boolean refusing;
    /** A task of ours is on its way to the executor, or there. */
    private boolean scheduled;

    private boolean running;
    private boolean seenShutDown;
    private long shutDownAt;
    private boolean finished;
    private volatile @Nullable SpreadException end;
    private volatile @Nullable Thread worker;

    /**
     * @param group null for what belongs to no group
     * @param executor null for a thread of its own
     */
    ListenerQueue(
            Reception reception,
            @Nullable FlushGroup group,
            String name,
            FlushListener listener,
            @Nullable Executor executor) {
        this.reception = reception;
        this.name = name;
        this.calls = new ListenerCalls(listener, group, this::left);
        this.executor = executor;
    }

    /** Begins, where the thread is its own; throws what the system says if there is none. */
    void start() {
        if (executor == null) {
            Thread thread = new Thread(this::run, "flush " + name);
            thread.setDaemon(true);
            thread.start();
        }
    }

    // ---- from the reception

    /** Takes an event, unless nothing is taken any more; {@link #kick} has to follow. */
    void add(FlushEvent event) {
        lock.lock();
        try {
            if (!refusing) {
                waiting.add(event);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** True if those who bring events should rather wait. */
    boolean isFull() {
        return waiting.isFull();
    }

    /** True if nothing more may be kept. */
    boolean isOverfull() {
        return waiting.isOverfull();
    }

    /** Drops what waits and takes nothing more. */
    void discard() {
        lock.lock();
        try {
            refusing = true;
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }

    /** The connection has ended; what waits is still handled. The first reason counts. */
    void end(SpreadException why) {
        lock.lock();
        try {
            refusing = true;
            if (end == null) {
                end = why;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** As if it had never been: its thread goes, the listener is not told. */
    void abandon() {
        lock.lock();
        try {
            refusing = true;
            finished = true;
            waiting.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Has the executor go on if there is something to do. To be called without a lock. */
    void kick() {
        if (executor == null) {
            return;
        }
        lock.lock();
        try {
            if (scheduled || !hasWork()) {
                return;
            }
            scheduled = true;
        } finally {
            lock.unlock();
        }
        schedule();
    }

    /** True while something depends on an executor that may have ended: a task of ours is there and does not run. */
    boolean dependsOnExecutor() {
        if (!(executor instanceof ExecutorService)) {
            return false;
        }
        lock.lock();
        try {
            return scheduled && !running && !finished;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the connection if the executor was shut down with a task of ours in it that does not begin. Whether it will ever run cannot be
     * asked: it may wait behind others, or have been thrown away by {@link ExecutorService#shutdownNow} while one of those goes on for ever.
     * A task behind it would be refused in any case.
     */
    void checkExecutor() {
        if (!(executor instanceof ExecutorService service) || !asked(service::isShutdown)) {
            return;
        }
        long now = System.nanoTime();
        boolean over = asked(service::isTerminated);
        lock.lock();
        try {
            if (!scheduled || running || finished) {
                return;
            }
            if (!seenShutDown) {
                seenShutDown = true;
                shutDownAt = now;
            }
            if (!over && now - shutDownAt < LAST_TASK_NANOS) {
                return;
            }
            running = true;
        } finally {
            lock.unlock();
        }
        goOnWithoutExecutor(null);
    }

    /** False if the executor throws instead. */
    private static boolean asked(BooleanSupplier question) {
        boolean[] answer = new boolean[1];
        UserCode.run(() -> answer[0] = question.getAsBoolean());
        return answer[0];
    }

    /** True on the thread that runs the listener. */
    boolean isHandledHere() {
        return worker == Thread.currentThread();
    }

    // ---- the thread of its own

    private void run() {
        worker = Thread.currentThread();
        while (step() || awaitWork()) {
            // one event, or a wait for one, after the other
        }
        worker = null;
    }

    private boolean awaitWork() {
        lock.lock();
        try {
            while (!hasWork()) {
                if (finished) {
                    return false;
                }
                changed.awaitUninterruptibly();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasWork() {
        return !finished && (!waiting.isEmpty() || end != null);
    }

    // ---- the threads of an executor

    private void schedule() {
        reception.elsewhere(this::execute);
    }

    private void execute() {
        Executor given = executor;
        Throwable refused = given == null ? null : UserCode.execute(given, batch);
        if (refused != null && claim()) {
            goOnWithoutExecutor(refused);
        }
    }

    /** An executor that runs the task and then throws has not refused it. */
    private boolean claim() {
        lock.lock();
        try {
            boolean ours = scheduled && !running && !finished;
            running |= ours;
            return ours;
        } finally {
            lock.unlock();
        }
    }

    private void runBatch() {
        if (!claim()) {
            return;
        }
        worker = Thread.currentThread();
        int done = 0;
        while ((done < BATCH || end != null) && step()) {
            done++;
        }
        worker = null;
        boolean more;
        lock.lock();
        try {
            running = false;
            more = hasWork();
            scheduled = more;
        } finally {
            lock.unlock();
        }
        if (more) {
            schedule();
        }
    }

    /** Whoever brings it tasks is the one to tell the listener that it is over. */
    private void goOnWithoutExecutor(@Nullable Throwable refused) {
        discard();
        SpreadException why = new SpreadException(
                SpreadCode.CONNECTION_CLOSED,
                "the executor of the listener of '" + name + "' "
                        + (refused == null ? "was shut down" : "takes no more tasks (" + refused + ")")
                        + ", so nobody could answer for this member any more and the connection was closed",
                refused);
        reception.fail(why);
        end(why);
        step();
    }

    // ---- one event

    /** Handles the next event, or the end; false if there is nothing. One thread at a time. */
    private boolean step() {
        FlushEvent event;
        SpreadException why = null;
        boolean roomMade = false;
        lock.lock();
        try {
            if (finished) {
                return false;
            }
            boolean wasFull = waiting.isFull();
            event = waiting.poll();
            if (event != null) {
                roomMade = wasFull && !waiting.isFull();
            } else if (end != null) {
                why = end;
                finished = true;
            } else {
                return false;
            }
        } finally {
            lock.unlock();
        }
        if (roomMade) {
            reception.changed();
        }
        if (event != null) {
            UserCode.accept(calls, event);
        } else if (why != null) {
            SpreadException last = why;
            UserCode.run(() -> calls.closed(name, last));
            reception.finished(this);
        }
        return true;
    }

    /** Nothing more comes from the group; that was the last call. */
    private void left() {
        abandon();
        reception.finished(this);
    }
}
