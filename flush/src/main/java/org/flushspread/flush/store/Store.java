package org.flushspread.flush.store;

import java.nio.ByteBuffer;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one member: a log of commands, a snapshot that stands for the commands before it, and what the member promised. Calls come
 * from one thread.
 *
 * <p>All methods throw {@link StoreException} if the device does not do what they say; the member then stops, since it could not keep its
 * promises. Nothing is tried again.
 */
public interface Store extends AutoCloseable {
    /** Keeps nothing: a member that is started again is a new one, and gets its state from the others. */
    static Store inMemory() {
        return new MemoryStore();
    }

    /** True if what it keeps outlives the process. */
    boolean isDurable();

    /** Opens it and reads what is there; the first call. A store that cannot be opened is left as it was and is not in use. */
    Recovered open();

    /**
     * Opens it for a member of a group, as {@link #open()}.
     *
     * @throws StoreException also if it belongs to a member of another group
     */
    default Recovered open(String group) {
        return open();
    }

    /** Adds a command to the log; it may stay in a buffer until {@link #sync}. */
    void append(long epoch, long index, ByteBuffer command);

    /** Brings everything that was appended to where the policy says. */
    void sync();

    /** Replaces the metadata in one step. */
    void record(Metadata metadata);

    /**
     * Begins a snapshot of the state behind the last command that was appended, to be written while the log goes on, by any thread. One that is
     * on its way is given up.
     */
    SnapshotWriter begin();

    /** Begins a state that takes the place of all that is kept, log and snapshot. A snapshot that is on its way is given up. */
    SnapshotWriter replace();

    /**
     * Puts a small state in place of all that is kept, and perhaps other metadata, in one step.
     *
     * @param version of the state
     * @param metadata null to keep what was recorded last
     */
    void snapshot(Version version, byte[] state, @Nullable Metadata metadata);

    /** Called now and then while nothing happens; for a policy that counts time. */
    default void tick() {}

    /** Ends the use of it. Whoever comes next can open it, also if this throws. */
    @Override
    void close();
}
