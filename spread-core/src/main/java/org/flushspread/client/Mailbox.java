package org.flushspread.client;

import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A session of the {@link Sp} procedures: what is an {@code int} in C. Made empty, filled by a connect call. */
public final class Mailbox {
    /** The own private group, filled by a connect call that succeeds. */
    @SuppressWarnings("checkstyle:membername")
    public String private_group = "";

    private final AtomicReference<@Nullable SpSession> current = new AtomicReference<>();

    @Nullable
    SpSession session() {
        return current.get();
    }

    void begin(SpSession session) {
        current.set(session);
    }

    /** Forgets the session, without a lock: another thread may hold this object's while it receives. */
    @Nullable
    SpSession forget() {
        return current.getAndSet(null);
    }

    /** The channel to select on, or null if there is no session or none with a channel. */
    public @Nullable SelectableChannel channel() {
        SpSession now = current.get();
        return now == null ? null : now.channel.channel();
    }

    /**
     * True if a complete message lies in memory: then SP_receive does not wait, although {@link #channel} may not be ready. {@link Events}
     * looks at this itself; a selector loop of your own has to.
     */
    public boolean isMessageWaiting() {
        SpSession now = current.get();
        return now != null && now.channel.hasBufferedMessage();
    }

    /** The connection under the session, or null if there is none; for layers that build on it. */
    public @Nullable MessageChannel messageChannel() {
        SpSession now = current.get();
        return now == null ? null : now.channel;
    }

    @Override
    public String toString() {
        return current.get() == null ? "Mailbox[]" : "Mailbox[" + private_group + "]";
    }
}
