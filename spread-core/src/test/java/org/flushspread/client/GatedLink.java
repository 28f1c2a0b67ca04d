package org.flushspread.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A link to a daemon that the test can stop in either direction. */
final class GatedLink implements Link {
    private final Link link;
    /** Nothing is taken for sending any more. */
    volatile boolean full;
    /** Waits for something to read last until this is false, whatever wakes them. */
    volatile boolean deaf;
    /** A thread has waited for something to read, and perhaps does. */
    volatile boolean waiting;
    /** What the next read throws, once. */
    volatile @Nullable Error readError;
    /** How many bytes are taken before the next write throws. */
    volatile int bytesUntilMemoryRunsOut = Integer.MAX_VALUE;

    GatedLink(Link link) {
        this.link = link;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        Error error = readError;
        if (error != null) {
            readError = null;
            throw error;
        }
        return link.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        if (full) {
            return 0;
        }
        if (bytesUntilMemoryRunsOut == 0) {
            throw new OutOfMemoryError("for a test");
        }
        int limit = from.limit();
        from.limit(from.position() + Math.min(from.remaining(), bytesUntilMemoryRunsOut));
        int wrote = link.write(from);
        from.limit(limit);
        bytesUntilMemoryRunsOut -= bytesUntilMemoryRunsOut == Integer.MAX_VALUE ? 0 : wrote;
        return wrote;
    }

    @Override
    public void awaitReadable(boolean orWritable, long nanos) throws IOException {
        waiting = true;
        do {
            link.awaitReadable(orWritable && !full, deaf ? 1_000_000 : nanos);
        } while (deaf);
    }

    @Override
    public void awaitWritable(long nanos) throws IOException {
        if (full) {
            LockSupport.parkNanos(Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(10)));
        } else {
            link.awaitWritable(nanos);
        }
    }

    @Override
    public void wake() {
        link.wake();
    }

    @Override
    public void close() {
        link.close();
    }

    @Override
    public void shutdownOutput() {
        link.shutdownOutput();
    }

    @Override
    public @Nullable SelectableChannel channel() {
        return link.channel();
    }
}
