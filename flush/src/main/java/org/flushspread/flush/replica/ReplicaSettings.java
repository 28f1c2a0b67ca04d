package org.flushspread.flush.replica;

import org.flushspread.client.Service;

/**
 * How a replica behaves, and its bounds.
 *
 * @param quorum when a primary may be formed
 * @param founder true if this member may begin a new history with whoever is present
 * @param observer true if this member gets state and commands and counts for nothing (R36)
 * @param durable true if the state survives the process: results wait until a majority has written the command
 * @param commands SAFE, or AGREED for speed and weaker promises
 * @param waitForPrimary true if commands wait for a primary, false if they are refused outside of one
 * @param queueCommands commands that wait to be sent
 * @param queueBytes bytes of these
 * @param batchCommands commands in one message
 * @param batchBytes bytes of commands in one message, unless a single command is larger
 * @param commandBytes the largest command
 * @param batchesInFlight messages with commands that were sent and did not come back yet
 * @param chunkBytes bytes of state in one message
 * @param chunksInFlight messages with state that the slowest receiver has not acknowledged
 * @param catchUpBytes commands kept while the state is on the way
 * @param stateBytes the largest state that is accepted
 * @param attempts attempts of unknown outcome that are remembered; no more are begun
 * @param snapshotEvery commands in the log after which a snapshot replaces it
 * @param hashEvery commands after which members tell each other a hash of their states; 0 for never
 */
public record ReplicaSettings(
        Quorum quorum,
        boolean founder,
        boolean observer,
        boolean durable,
        Service commands,
        boolean waitForPrimary,
        int queueCommands,
        long queueBytes,
        int batchCommands,
        int batchBytes,
        int commandBytes,
        int batchesInFlight,
        int chunkBytes,
        int chunksInFlight,
        long catchUpBytes,
        long stateBytes,
        int attempts,
        int snapshotEvery,
        int hashEvery) {
    /** For {@link #stateBytes}. */
    public static final long NO_LIMIT = 1L << 62;

    public static final ReplicaSettings DEFAULT = new ReplicaSettings(
            Quorum.dynamicMajority(),
            false,
            false,
            false,
            Service.SAFE,
            true,
            200_000,
            64L << 20,
            2_000,
            60_000,
            90_000,
            16,
            60_000,
            8,
            256L << 20,
            NO_LIMIT,
            64,
            100_000,
            8_192);
}
