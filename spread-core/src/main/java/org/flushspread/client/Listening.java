package org.flushspread.client;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A listener at work. Close it to receive by calls again; events it has taken by then still go to the handler.
 */
public final class Listening implements AutoCloseable {
    private static final int MAX_WAITING = 1024;

    private final SpreadConnection connection;
    private final Executor executor;
    private final Consumer<? super SpreadEvent> handler;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<SpreadEvent> waiting = new ArrayDeque<>();
    private boolean scheduled;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    private Listening(SpreadConnection connection, Executor executor, Consumer<? super SpreadEvent> handler) {
        this.connection = connection;
        this.executor = executor;
        this.handler = handler;
    }

    static Listening start(SpreadConnection connection, Executor executor, Consumer<? super SpreadEvent> handler) {
        Listening listening = new Listening(connection, executor, handler);
        listening.thread = ReceiverThread.start("spread " + connection.privateGroup(), listening::receive);
        return listening;
    }

    private void receive() {
        try {
            while (!stopped) {
                SpreadEvent event = connection.receiveForListener(MessageChannel.FOREVER);
                if (event != null) {
                    enqueue(event);
                }
            }
        } catch (SpreadInterruptedException e) {
            // closed, or told to stop by its thread's owner
        } catch (SpreadException | RejectedExecutionException e) {
            // The connection has ended, which SpreadConnection.closed() tells, or the executor has: the events go back.
        } finally {
            connection.stopListening();
        }
    }

    private void enqueue(SpreadEvent event) {
        boolean schedule;
        lock.lock();
        try {
            waiting.add(event);
            // The handler sets the pace: while so many events wait for it, none is taken from the daemon.
            while (waiting.size() >= MAX_WAITING && scheduled) {
                room.awaitUninterruptibly();
            }
            schedule = !scheduled;
            scheduled = true;
        } finally {
            lock.unlock();
        }
        if (schedule) {
            schedule();
        }
    }

    private void schedule() {
        try {
            executor.execute(this::handle);
        } catch (RejectedExecutionException e) {
            lock.lock();
            try {
                connection.putBack(waiting);
            } finally {
                lock.unlock();
            }
            throw e;
        }
    }

    private void handle() {
        SpreadEvent event;
        while ((event = next()) != null) {
            try {
                handler.accept(event);
            } catch (RuntimeException e) {
                // One bad event must not cost the others.
                Thread current = Thread.currentThread();
                current.getUncaughtExceptionHandler().uncaughtException(current, e);
            }
        }
    }

    private @Nullable SpreadEvent next() {
        lock.lock();
        try {
            SpreadEvent event = waiting.poll();
            if (event == null) {
                scheduled = false;
            }
            room.signal();
            return event;
        } finally {
            lock.unlock();
        }
    }

    /** Stops taking events. May be called by the handler. */
    @Override
    public void close() {
        stopped = true;
        Thread receiver = thread;
        if (receiver != null && receiver != Thread.currentThread()) {
            receiver.interrupt();
            joinUnlessHandler(receiver);
        }
    }

    /** After this no event is taken any more, so receive calls may begin. The handler itself cannot wait for its own thread. */
    private void joinUnlessHandler(Thread receiver) {
        try {
            receiver.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
