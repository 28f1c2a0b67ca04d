package org.flushspread.flush.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalLong;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/**
 * A state on its way to the device (replica-protocol R23). {@link #out} and {@link #finish} are for one thread, any one; {@link #commit} is for
 * the thread of the store.
 */
public interface SnapshotWriter {
    /**
     * Where the state goes. It fails when the snapshot is of no use any more: something else took the place of the log, or the store was
     * closed.
     */
    OutputStream out();

    /**
     * The last command before the snapshot that counts now, if it is in parts: those that have not changed since may be taken over
     * ({@link #keep}). Empty if there is none.
     */
    default OptionalLong before() {
        return OptionalLong.empty();
    }

    /** The state is kept in parts, and what is written from here on is the next one. Only of a snapshot behind which the log goes on. */
    default void part() throws IOException {
        throw new UnsupportedOperationException("the state is kept in one piece");
    }

    /**
     * The next part is the one at the same place of the snapshot that counts now, and nothing of it is written.
     *
     * @return false if there is none, or it is in a file of which little else is of use: then it has to be written
     */
    default boolean keep() throws IOException {
        return false;
    }

    /**
     * The state is complete; it is on the device when this returns.
     *
     * @param version of it
     */
    void finish(Version version) throws IOException;

    /** Behind {@link #finish}: the state, from its beginning. */
    InputStream read() throws IOException;

    /**
     * Behind {@link #finish}: the snapshot takes the place of the log before it, in one step. Does nothing if it is of no use any more.
     *
     * @param metadata what counts from here on; null to keep what was recorded last
     * @throws StoreException as all methods of {@link Store} do
     */
    void commit(@Nullable Metadata metadata);

    /**
     * Behind {@link #commit}: removes the files that it has taken the place of, which takes long where they are large. From any thread; does
     * nothing once the store is closed. What is left goes when the store is opened again.
     */
    void clear();

    /** Gives it up; from any thread. */
    void abandon();

    /** Bytes of the state so far; behind {@link #finish} all of it, with what was taken over. */
    long bytes();
}
