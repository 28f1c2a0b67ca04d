package org.flushspread.client;

import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One subscriber of a connection's events, and the thread that feeds it. */
final class EventSubscription implements Flow.Subscription {
    private final SpreadConnection connection;
    private final Flow.Subscriber<? super SpreadEvent> subscriber;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long demand;
    private boolean illegalRequest;
    private volatile boolean cancelled;
    private volatile @Nullable Thread thread;

    private EventSubscription(SpreadConnection connection, Flow.Subscriber<? super SpreadEvent> subscriber) {
        this.connection = connection;
        this.subscriber = subscriber;
    }

    static void start(SpreadConnection connection, Flow.Subscriber<? super SpreadEvent> subscriber) {
        EventSubscription subscription = new EventSubscription(connection, subscriber);
        SpreadException taken = null;
        try {
            connection.startListening();
        } catch (SpreadException e) {
            taken = e;
            subscription.cancelled = true;
        }
        subscriber.onSubscribe(subscription);
        if (taken != null) {
            subscriber.onError(taken);
        } else {
            subscription.thread = ReceiverThread.start("spread " + connection.privateGroup(), subscription::feed);
        }
    }

    private void feed() {
        try {
            while (awaitDemand()) {
                SpreadEvent event = connection.receiveForListener(MessageChannel.FOREVER);
                if (event != null) {
                    subscriber.onNext(event);
                }
            }
        } catch (SpreadInterruptedException e) {
            if (!cancelled) {
                subscriber.onError(e);
            }
        } catch (SpreadException e) {
            if (!cancelled) {
                if (connection.isClosedHere()) {
                    subscriber.onComplete();
                } else {
                    subscriber.onError(e);
                }
            }
        } finally {
            connection.stopListening();
        }
    }

    private boolean awaitDemand() {
        lock.lock();
        try {
            while (demand == 0 && !cancelled && !illegalRequest) {
                changed.awaitUninterruptibly();
            }
            if (illegalRequest && !cancelled) {
                cancelled = true;
                subscriber.onError(new IllegalArgumentException("a subscriber has to ask for one event or more"));
            }
            if (demand != Long.MAX_VALUE) {
                demand--;
            }
            return !cancelled;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void request(long n) {
        lock.lock();
        try {
            if (n <= 0) {
                illegalRequest = true;
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
        Thread feeding = thread;
        if (feeding != null && feeding != Thread.currentThread()) {
            feeding.interrupt();
        }
    }
}
