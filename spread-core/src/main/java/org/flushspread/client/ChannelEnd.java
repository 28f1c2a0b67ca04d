package org.flushspread.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** How a channel ends: once, with the first reason, which the program is told when no lock is held. */
final class ChannelEnd {
    private final String daemon;
    private final MessageWriter writer;
    private final Link link;
    /** Nothing of the program runs while this is held. */
    private final ReentrantLock receiveLock;

    private final CompletableFuture<SpreadException> closed = new CompletableFuture<>();
    private volatile boolean closing;
    private volatile @Nullable SpreadException failure;
    private volatile @Nullable Consumer<SpreadException> beforeTold;

    ChannelEnd(String daemon, MessageWriter writer, Link link, ReentrantLock receiveLock) {
        this.daemon = daemon;
        this.writer = writer;
        this.link = link;
        this.receiveLock = receiveLock;
    }

    CompletableFuture<SpreadException> closed() {
        return closed.copy();
    }

    /** For what has to be put in order before the program is told. */
    void whenEnded(Consumer<SpreadException> first) {
        beforeTold = first;
    }

    boolean isOpen() {
        return !closing && failure == null;
    }

    /** True if the end was this program's wish. */
    boolean isClosing() {
        return closing;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** This program wishes the end; nothing more is sent or received. */
    void closing() {
        closing = true;
    }

    SpreadException closedByDaemon() {
        return fail(
                new SpreadException(SpreadCode.CONNECTION_CLOSED, "the daemon " + daemon + " closed the connection"));
    }

    SpreadException broken(IOException e) {
        SpreadException before = failure;
        if (before != null) {
            return again(before);
        }
        return fail(new SpreadException(
                SpreadCode.CONNECTION_CLOSED, "the connection to " + daemon + " broke: " + e.getMessage(), e));
    }

    /** The end. The first reason is the one that counts; {@link #tell} tells it, once no lock is held. */
    SpreadException fail(SpreadException why) {
        boolean first;
        synchronized (closed) {
            first = failure == null;
            if (first) {
                failure = why;
            }
        }
        if (first) {
            writer.close(why);
            link.close();
        }
        return why;
    }

    /** Runs what the program hangs on {@link #closed()}; so never under the receive lock. */
    void tell() {
        SpreadException why = failure;
        if (why != null && !closed.isDone() && !receiveLock.isHeldByCurrentThread()) {
            Consumer<SpreadException> first = beforeTold;
            if (first != null) {
                first.accept(why);
            }
            UserCode.complete(closed, why);
        }
    }

    void checkOpen() {
        SpreadException why = failure;
        if (why != null) {
            throw again(why);
        }
        if (closing) {
            throw new SpreadException(SpreadCode.CONNECTION_CLOSED, "the connection to " + daemon + " is being closed");
        }
    }

    /** With the stack of this call, not of the first. */
    static SpreadException again(SpreadException why) {
        return new SpreadException(SpreadCode.CONNECTION_CLOSED, String.valueOf(why.getMessage()), why);
    }
}
