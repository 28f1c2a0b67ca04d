package org.flushspread.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * The bytes between one client and its daemon: a TCP or unix domain socket, or memory to a daemon in the same JVM.
 *
 * <p>{@link #read} and {@link #write} never wait. At most one thread reads (and waits to read) and at most one writes (and waits to
 * write) at a time; the two may be different threads. {@link #wake()} and {@link #close()} may be called by any thread at any time.
 */
public interface Link {
    /**
     * Reads what is there, as much as fits.
     *
     * @return bytes read, 0 if there is nothing now, -1 if the other side has closed
     * @throws IOException if the link is broken or closed
     */
    int read(ByteBuffer into) throws IOException;

    /**
     * Writes what the other side takes now, perhaps nothing. Who gets back that it took a part offers the rest with the next call, before
     * anything else.
     *
     * @return bytes written, by which the position of {@code from} has moved
     * @throws IOException if the link is broken or closed
     */
    int write(ByteBuffer from) throws IOException;

    /**
     * Waits until there may be something to read. May return early for any reason; an interrupt of the thread ends the wait and harms
     * nothing.
     *
     * @param orWritable return too when something can be written
     * @param nanos at the most; {@link Long#MAX_VALUE} for ever
     * @throws IOException if the link is closed
     */
    void awaitReadable(boolean orWritable, long nanos) throws IOException;

    /** Waits until something can be written; otherwise as {@link #awaitReadable}. */
    void awaitWritable(long nanos) throws IOException;

    /**
     * True if bytes that have come lie in this link's own memory: then {@link #read} answers some, although {@link #channel} may not be
     * ready. Asked by the thread that reads.
     */
    default boolean holdsBytes() {
        return false;
    }

    /** Makes the waits under way, or the next ones, return. */
    void wake();

    /** Closes both directions. Waits under way return. Does nothing the second time. */
    void close();

    /** Tells the other side that nothing more will be written, where the link can. */
    void shutdownOutput();

    /** The channel to register in a selector, or null for a link that is none (in memory). */
    @Nullable
    SelectableChannel channel();
}
