package spread;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.InterruptedIOException;
import java.util.Optional;
import org.flushspread.client.MessageChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the messages of one connection to its listeners, until there is no listener any more or the connection ends. Of two threads of
 * one {@link SpreadConnection}, connected again meanwhile, the second begins when the first has ended.
 */
final class ListenerThread extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerThread.class);

    private final SpreadConnection owner;
    private final MessageChannel from;
    private @Nullable ListenerThread before;
    private final Object lock;
    private boolean waiting;
    private boolean disconnect;

    /**
     * Makes a thread, not started yet.
     *
     * @param lock that of the owner's listeners; with it held, {@link #interruptWait} and {@link SpreadConnection#goesOn} are called
     */
    ListenerThread(SpreadConnection owner, MessageChannel from, @Nullable ListenerThread before, Object lock) {
        super("spread-listener-" + from.privateGroup());
        this.owner = owner;
        this.from = from;
        this.before = before;
        this.lock = lock;
        setDaemon(true);
    }

    boolean isFor(MessageChannel channel) {
        return from == channel;
    }

    /** Ends its wait for a message, so that it looks whether it is needed. A callback at work is never interrupted. */
    void interruptWait() {
        if (waiting) {
            interrupt();
        }
    }

    /** From a callback: disconnects when all listeners have seen the message. */
    void disconnectAfterCallbacks() {
        disconnect = true;
    }

    @Override
    public void run() {
        awaitPredecessor();
        try {
            while (begin()) {
                next().ifPresent(SpreadConnection::call);
                if (disconnect) {
                    disconnect = false;
                    owner.disconnected(from);
                }
            }
        } catch (SpreadException e) {
            if (!owner.hasLeft(from)) {
                LOG.warn("{}: listeners get nothing more: {}", from.privateGroup(), e.getMessage());
            }
        } finally {
            owner.ended(this);
        }
    }

    private void awaitPredecessor() {
        ListenerThread earlier = before;
        if (earlier != null) {
            // Only the end of the earlier one's callback lets this one begin.
            Uninterruptibles.joinUninterruptibly(earlier);
        }
        before = null;
    }

    private boolean begin() {
        synchronized (lock) {
            waiting = from.isOpen() && owner.goesOn(this);
            return waiting;
        }
    }

    /** Nothing if the wait was interrupted, or there is no listener any more. */
    private Optional<SpreadConnection.Call> next() throws SpreadException {
        try {
            return owner.receiveCall(from);
        } catch (InterruptedIOException e) {
            return Optional.empty();
        } finally {
            synchronized (lock) {
                waiting = false;
                // What was meant for the wait must not reach a callback.
                Thread.interrupted();
            }
        }
    }
}
