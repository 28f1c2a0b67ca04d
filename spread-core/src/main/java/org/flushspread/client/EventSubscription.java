package org.flushspread.client;

import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** One subscriber of a connection's events, and the thread that feeds it. */
final class EventSubscription implements Flow.Subscription {
    private final SpreadConnection connection;
    private final Flow.Subscriber<? super SpreadEvent> subscriber;
    private final @Nullable EventTaker taker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long demand;
    private boolean illegalRequest;
    private volatile boolean cancelled;

    private EventSubscription(
            SpreadConnection connection, Flow.Subscriber<? super SpreadEvent> subscriber, @Nullable EventTaker taker) {
        this.connection = connection;
        this.subscriber = subscriber;
        this.taker = taker;
        this.cancelled = taker == null;
    }

    static void start(SpreadConnection connection, Flow.Subscriber<? super SpreadEvent> subscriber) {
        EventTaker taker;
        try {
            taker = new EventTaker(connection);
        } catch (SpreadException e) {
            EventSubscription none = new EventSubscription(connection, subscriber, null);
            if (UserCode.run(() -> subscriber.onSubscribe(none))) {
                UserCode.run(() -> subscriber.onError(e));
            }
            return;
        }
        EventSubscription subscription = new EventSubscription(connection, subscriber, taker);
        if (!UserCode.run(() -> subscriber.onSubscribe(subscription))) {
            subscription.cancel();
            return;
        }
        try {
            taker.start(() -> subscription.feed(taker));
        } catch (RuntimeException | Error e) {
            UserCode.run(() -> subscriber.onError(e));
        }
    }

    private void feed(EventTaker from) {
        Throwable why = null;
        try {
            why = feedUntilTheEnd(from);
        } catch (SpreadException e) {
            why = e;
        } catch (Throwable e) {
            // Memory has run out, perhaps. Better no connection than one that holds up its groups in silence.
            why = new SpreadException(SpreadCode.CONNECTION_CLOSED, "the thread of the subscriber failed: " + e, e);
            connection.fail("the thread of its subscriber failed", e);
        } finally {
            boolean told = cancelled;
            cancelled = true;
            from.stop();
            if (!told) {
                tellEnd(why);
            }
        }
    }

    private void tellEnd(@Nullable Throwable why) {
        if (why == null || (why instanceof SpreadException && connection.isClosedHere())) {
            UserCode.run(subscriber::onComplete);
        } else {
            UserCode.run(() -> subscriber.onError(why));
        }
    }

    private @Nullable Throwable feedUntilTheEnd(EventTaker from) {
        while (awaitDemand()) {
            SpreadEvent event = null;
            while (event == null && !cancelled) {
                event = from.take(MessageChannel.FOREVER);
            }
            SpreadEvent next = event;
            if (next != null && !UserCode.run(() -> subscriber.onNext(next))) {
                cancel();
            }
        }
        return cancelled ? null : new IllegalArgumentException("a subscriber has to ask for one event or more");
    }

    /** Waits until the subscriber wants an event; false if it has cancelled, or has asked for none. */
    private boolean awaitDemand() {
        lock.lock();
        try {
            while (demand == 0 && !cancelled && !illegalRequest) {
                changed.awaitUninterruptibly();
            }
            if (demand != Long.MAX_VALUE) {
                demand--;
            }
            return !cancelled && !illegalRequest;
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
        lock.lock();
        try {
            cancelled = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (taker != null) {
            taker.stop();
        }
    }
}
