package org.flushspread.flush;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.client.SpreadException;
import org.jspecify.annotations.Nullable;

/** The events of one group on their way to its listener: bounded, in order, one at a time. */
final class ListenerQueue {
    static final int CAPACITY = 10_000;
    private static final int EVENTS_PER_TASK = 16;

    private final FlushGroup group;
    private final FlushListener listener;
    private final @Nullable Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<FlushEvent> waiting = new ArrayDeque<>();
    private boolean scheduled;
    private boolean ended;
    private @Nullable SpreadException end;

    ListenerQueue(FlushGroup group, FlushListener listener, @Nullable Executor executor) {
        this.group = group;
        this.listener = listener;
        this.executor = executor;
    }

    /** Waits for room; the handler sets the pace. */
    void put(FlushEvent event) {
        lock.lock();
        try {
            while (waiting.size() >= CAPACITY && !ended) {
                changed.awaitUninterruptibly();
            }
            add(event);
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what was kept for receive calls, without waiting. */
    void putAll(List<FlushEvent> events) {
        lock.lock();
        try {
            events.forEach(this::add);
        } finally {
            lock.unlock();
        }
    }

    private void add(FlushEvent event) {
        if (!ended) {
            waiting.add(event);
            changed.signalAll();
            schedule();
        }
    }

    /** The connection has ended; what waits is still handled. */
    void end(SpreadException why) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                end = why;
                changed.signalAll();
                schedule();
            }
        } finally {
            lock.unlock();
        }
    }

    private void schedule() {
        if (scheduled) {
            return;
        }
        scheduled = true;
        Executor given = executor;
        if (given == null) {
            Thread thread = new Thread(this::handle, "flush " + group.name());
            thread.setDaemon(true);
            thread.start();
            return;
        }
        try {
            given.execute(this::handle);
        } catch (RejectedExecutionException e) {
            // The application has closed its executor: nobody is left to tell, and nobody may be held up.
            waiting.clear();
            ended = true;
            changed.signalAll();
        }
    }

    /** Lets the executor do something else in between: under load this queue need not become empty for a long time. */
    private void again() {
        lock.lock();
        try {
            scheduled = false;
            schedule();
        } finally {
            lock.unlock();
        }
    }

    private void handle() {
        int handled = 0;
        while (true) {
            if (executor != null && handled++ == EVENTS_PER_TASK) {
                again();
                return;
            }
            FlushEvent event;
            SpreadException why = null;
            lock.lock();
            try {
                while (executor == null && waiting.isEmpty() && !ended) {
                    changed.awaitUninterruptibly();
                }
                event = waiting.poll();
                changed.signalAll();
                if (event == null) {
                    scheduled = executor == null;
                    why = end;
                    end = null;
                    if (why == null) {
                        return;
                    }
                }
            } finally {
                lock.unlock();
            }
            if (event != null) {
                guarded(event);
            } else if (why != null) {
                closed(why);
                return;
            }
        }
    }

    private void closed(SpreadException why) {
        try {
            listener.onClosed(why);
        } catch (RuntimeException e) {
            report(e);
        }
    }

    private void guarded(FlushEvent event) {
        try {
            handle(event);
        } catch (RuntimeException e) {
            report(e);
        }
    }

    private static void report(RuntimeException e) {
        Thread current = Thread.currentThread();
        current.getUncaughtExceptionHandler().uncaughtException(current, e);
    }

    private void handle(FlushEvent event) {
        if (event instanceof View view) {
            group.received(view);
            listener.onView(view);
        } else if (event instanceof DataMessage message) {
            listener.onMessage(message);
        } else if (event instanceof FlushRequest request) {
            try {
                listener.onFlushRequest(request);
            } finally {
                consent(request);
            }
        } else if (event instanceof Transition) {
            listener.onTransition();
        } else if (event instanceof SelfLeave) {
            group.ended();
            leave();
            listener.onSelfLeave();
        } else if (event instanceof Excluded) {
            listener.onExcluded();
        } else if (event instanceof Reject reject) {
            listener.onReject(reject);
        } else if (event instanceof FlushDelayed warning) {
            listener.onFlushDelayed(warning);
        }
    }

    /** Nothing more comes from the group; its thread may go. */
    private void leave() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void consent(FlushRequest request) {
        if (request.isDeferred() || request.isAnswered()) {
            return;
        }
        try {
            request.flush();
        } catch (SpreadException e) {
            // It was answered through the group, or the group is being left, or the connection has ended: nobody waits
            // for us then.
        }
    }
}
