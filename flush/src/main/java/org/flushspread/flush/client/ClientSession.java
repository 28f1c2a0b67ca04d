package org.flushspread.flush.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.flushspread.flush.replica.Sessions;
import org.flushspread.flush.requests.RequestItem;

/**
 * Commands of a client that take effect exactly once, however often they have to be sent: as {@link org.flushspread.flush.Session} at a member. A
 * new session of a name takes over what an earlier one has done and ends it, at whatever member or client that was, so who comes after a
 * crash can ask again by number. May be used by any number of threads.
 *
 * @param <C> command
 * @param <R> result
 */
public final class ClientSession<C, R> {
    private final ReplicaClient<C, R> client;
    private final String name;
    private final long ordinal;

    ClientSession(ReplicaClient<C, R> client, String name, long ordinal) {
        this.client = client;
        this.name = name;
        this.ordinal = ordinal;
    }

    /** The greatest number that a command of a session of this name has had; 0 for none. Completes when the session has begun. */
    public CompletableFuture<Long> last() {
        return client.begin(ordinal, ClientSession::highest);
    }

    private static long highest(RequestItem.Answer begun) {
        return ByteBuffer.wrap(begun.body()).getLong(Long.BYTES);
    }

    /**
     * Submits a command under the next number.
     *
     * @return as {@link ReplicaClient#submit}
     */
    public CompletableFuture<R> submit(C command) {
        return client.submit(ordinal, 0, command, client.limit());
    }

    /** The same with a time limit of its own. */
    public CompletableFuture<R> submitWithin(C command, Duration limit) {
        return client.submit(ordinal, 0, command, limit);
    }

    /**
     * Submits a command under a number, which the program has kept with what it wants to be done: after a crash it asks with the same one, and
     * gets the answer of then, or the command is done now.
     *
     * @param number from 1; not more than {@value Sessions#WINDOW} below the greatest
     * @return as {@link ReplicaClient#submit}
     */
    public CompletableFuture<R> submit(long number, C command) {
        if (number < 1) {
            throw new IllegalArgumentException("numbers of commands begin with 1, not with " + number);
        }
        return client.submit(ordinal, number, command, client.limit());
    }

    @Override
    public String toString() {
        return "ClientSession[" + name + "]";
    }
}
