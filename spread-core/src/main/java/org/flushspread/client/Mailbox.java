package org.flushspread.client;

import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** A session of the {@link Sp} procedures: what is an {@code int} in C. Made empty, filled by a connect call. */
public final class Mailbox {
    /** The own private group, filled by a connect call that succeeds. */
    @SuppressWarnings("checkstyle:membername")
    public String private_group = "";

    volatile @Nullable SpSession session;

    /** The channel to select on, or null if there is no session or none with a channel. */
    public @Nullable SelectableChannel channel() {
        SpSession now = session;
        return now == null ? null : now.channel.channel();
    }

    /**
     * True if a complete message lies in memory: then SP_receive does not wait, although {@link #channel} may not be ready. {@link Events}
     * looks at this itself; a selector loop of your own has to.
     */
    public boolean isMessageWaiting() {
        SpSession now = session;
        return now != null && now.channel.hasBufferedMessage();
    }

    /** The connection under the session, or null if there is none; for layers that build on it. */
    public @Nullable MessageChannel messageChannel() {
        SpSession now = session;
        return now == null ? null : now.channel;
    }

    @Override
    public String toString() {
        return session == null ? "Mailbox[]" : "Mailbox[" + private_group + "]";
    }
}
