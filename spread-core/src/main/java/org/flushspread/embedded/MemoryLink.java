package org.flushspread.embedded;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.client.Link;
import org.flushspread.daemon.MemoryConnection;
import org.flushspread.daemon.SpreadDaemon;
import org.jspecify.annotations.Nullable;

/** Bytes between a client and a daemon in one JVM: buffers change hands, no system call. */
final class MemoryLink implements Link {
    private static final int LARGEST_PIECE = 64 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable MemoryConnection connection;
    /** What {@link #wake} asked of the thread that waits to read, and of the one that waits to write. */
    private boolean readerWoken;

    private boolean writerWoken;
    private volatile boolean closed;
    private final ReentrantLock reading = new ReentrantLock();
    /** The rest of a buffer that did not fit into the reader's. */
    private @Nullable ByteBuf rest;

    private MemoryLink() {}

    static MemoryLink to(SpreadDaemon daemon) {
        MemoryLink link = new MemoryLink();
        link.connection = daemon.connect(link::signal);
        return link;
    }

    private MemoryConnection connection() {
        MemoryConnection now = connection;
        if (now == null) {
            throw new IllegalStateException("not connected");
        }
        return now;
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        reading.lock();
        try {
            checkOpen();
            int read = 0;
            boolean room = into.hasRemaining();
            while (into.hasRemaining()) {
                ByteBuf next = rest == null ? connection().poll() : rest;
                if (next == null) {
                    break;
                }
                read += move(next, into);
                if (next.isReadable()) {
                    rest = next;
                } else {
                    rest = null;
                    next.release();
                }
            }
            return read == 0 && room && connection().isEnded() ? -1 : read;
        } finally {
            reading.unlock();
        }
    }

    private static int move(ByteBuf from, ByteBuffer into) {
        int length = Math.min(from.readableBytes(), into.remaining());
        int end = into.limit();
        into.limit(into.position() + length);
        from.readBytes(into);
        into.limit(end);
        return length;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        checkOpen();
        int written = 0;
        while (from.hasRemaining()) {
            int length = (int) Math.min(
                    Math.min(from.remaining(), LARGEST_PIECE), connection().room());
            if (length == 0) {
                break;
            }
            ByteBuf piece = connection().allocator().buffer(length);
            ByteBuffer part = from.duplicate().limit(from.position() + length);
            piece.writeBytes(part);
            if (!connection().offer(piece)) {
                piece.release();
                break;
            }
            from.position(from.position() + length);
            written += length;
        }
        if (written == 0 && from.hasRemaining() && connection().isClosed()) {
            throw new IOException("the daemon has closed the connection");
        }
        return written;
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void awaitReadable(boolean orWritable, long nanos) throws IOException {
        await(true, orWritable, nanos);
    }

    @Override
    public void awaitWritable(long nanos) throws IOException {
        await(false, true, nanos);
    }

    private void await(boolean readable, boolean writable, long nanos) throws IOException {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !takeWake(readable) && !closed && !isReady(readable, writable)) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        checkOpen();
    }

    private boolean takeWake(boolean reader) {
        boolean taken = reader ? readerWoken : writerWoken;
        if (reader) {
            readerWoken = false;
        } else {
            writerWoken = false;
        }
        return taken;
    }

    private boolean isReady(boolean readable, boolean writable) {
        // What is left of a buffer that was read in part is never waited for: its reader had no room left.
        return (readable && connection().isReadable())
                || (writable && connection().room() > 0)
                || connection().isClosed();
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            readerWoken = true;
            writerWoken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        connection().disconnect();
        reading.lock();
        try {
            if (rest != null) {
                rest.release();
                rest = null;
            }
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void shutdownOutput() {
        connection().finishOutput();
    }

    @Override
    public @Nullable SelectableChannel channel() {
        return null;
    }

    @Override
    public String toString() {
        return "memory";
    }
}
