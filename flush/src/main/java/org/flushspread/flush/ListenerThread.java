package org.flushspread.flush;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.client.SpreadException;
import org.flushspread.client.SpreadInterruptedException;
import org.flushspread.client.UserCode;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** The thread that receives once there is a listener, so that members are answered whatever the application does. */
final class ListenerThread {
    /** How often somebody looks whether an executor has ended. */
    private static final long EXECUTOR_CHECK_NANOS = 500_000_000;
    /** And after how many events. */
    private static final int EVENTS_PER_CHECK = 1024;
    /** How long the receiving thread stays for tasks in executors after the end. */
    private static final long LAST_TASKS_NANOS = 2_000_000_000;

    private static final long SLICE_NANOS = 50_000_000;

    private final Reception reception;
    private final Destinations destinations;
    private final String self;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ThreadPoolExecutor elsewhere;
    private volatile boolean usesExecutors;
    /** Made beforehand: when it is needed there may be no memory for it. */
    private final SpreadException outOfMemory;

    ListenerThread(Reception reception, Destinations destinations, String self) {
        this.reception = reception;
        this.destinations = destinations;
        this.self = self;
        this.outOfMemory = new SpreadException(
                SpreadCode.CONNECTION_CLOSED,
                "there was no memory left to receive what the daemon sent, so the connection of " + self
                        + " was closed");
    }

    void start() {
        Thread receiver = new Thread(this::run, "flush " + self);
        receiver.setDaemon(true);
        receiver.start();
    }

    /** Some listener runs on an executor that may end. */
    void useExecutors() {
        usesExecutors = true;
    }

    /** Runs no code of the application, but what calls {@code onClosed} at the end. */
    private void run() {
        SpreadException why = outOfMemory;
        try {
            why = receiveForListeners();
        } catch (OutOfMemoryError e) {
            // Told by what was made beforehand.
        } catch (Throwable e) {
            why = new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "the thread that receives for the listeners of " + self + " failed, so the connection was closed: "
                            + e,
                    e);
            UserCode.uncaught(e);
        } finally {
            reception.end(why);
            awaitLastTasks();
        }
    }

    private SpreadException receiveForListeners() {
        int taken = 0;
        while (true) {
            try {
                ListenerQueue queue = reception.takeForListeners(usesExecutors ? EXECUTOR_CHECK_NANOS : Long.MAX_VALUE);
                if (queue != null) {
                    queue.kick();
                }
                if (queue == null || ++taken % EVENTS_PER_CHECK == 0) {
                    checkExecutors();
                }
                pauseWhileFull(queue);
            } catch (SpreadInterruptedException e) {
                // Nobody who means it has this thread.
                Thread.interrupted();
            } catch (SpreadException e) {
                return e;
            }
        }
    }

    /**
     * The handler sets the pace, as long as it is that of the only group: no other one waits then for what is not read. With several groups
     * reading goes on, for theirs must go on.
     *
     * @param last where the last event went
     */
    private void pauseWhileFull(@Nullable ListenerQueue last) {
        if (last != null && !last.isFull()) {
            return;
        }
        while (destinations.isOnlyGroupFull() && !destinations.isClosing() && !destinations.hasEnded()) {
            if (!destinations.awaitRoom(EXECUTOR_CHECK_NANOS)) {
                checkExecutors();
            }
        }
    }

    private void checkExecutors() {
        if (usesExecutors) {
            for (ListenerQueue queue : destinations.queues()) {
                if (queue.dependsOnExecutor()) {
                    queue.checkExecutor();
                }
            }
        }
    }

    /** Runs something that may wait: bringing a task to an executor of the application, which may keep whoever brings it. */
    void elsewhere(Runnable task) {
        boolean done = false;
        try {
            ThreadPoolExecutor threads;
            lock.lock();
            try {
                threads = elsewhere;
                if (threads == null) {
                    threads = new ThreadPoolExecutor(
                            0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);
                    elsewhere = threads;
                }
            } finally {
                lock.unlock();
            }
            done = UserCode.execute(threads, task) == null;
        } finally {
            if (!done) {
                task.run();
            }
        }
    }

    private Thread thread(Runnable body) {
        Thread thread = new Thread(body, "flush " + self + " to executors");
        thread.setDaemon(true);
        return thread;
    }

    /** Tasks of ours that an executor never runs, since it was shut down with them, are ours to run. */
    private void awaitLastTasks() {
        long end = System.nanoTime() + LAST_TASKS_NANOS;
        while (System.nanoTime() - end < 0
                && destinations.queues().stream().anyMatch(ListenerQueue::dependsOnExecutor)) {
            checkExecutors();
            LockSupport.parkNanos(SLICE_NANOS);
        }
        lock.lock();
        try {
            if (elsewhere != null) {
                elsewhere.shutdown();
            }
        } finally {
            lock.unlock();
        }
    }
}
