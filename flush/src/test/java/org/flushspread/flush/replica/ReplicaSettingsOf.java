package org.flushspread.flush.replica;

/** The standard settings, but for one. */
final class ReplicaSettingsOf {
    private ReplicaSettingsOf() {}

    static ReplicaSettings refusing(ReplicaSettings s) {
        return copy(s, s.durable(), false, s.chunkBytes(), s.stateBytes());
    }

    static ReplicaSettings durable(ReplicaSettings s) {
        return copy(s, true, s.waitForPrimary(), s.chunkBytes(), s.stateBytes());
    }

    static ReplicaSettings accepting(ReplicaSettings s, long stateBytes) {
        return copy(s, s.durable(), s.waitForPrimary(), s.chunkBytes(), stateBytes);
    }

    static ReplicaSettings inPieces(ReplicaSettings s, int chunkBytes) {
        return copy(s, s.durable(), s.waitForPrimary(), chunkBytes, s.stateBytes());
    }

    static ReplicaSettings hashing(ReplicaSettings s, int every) {
        return new ReplicaSettings(
                s.quorum(),
                s.founder(),
                s.durable(),
                s.commands(),
                s.waitForPrimary(),
                s.queueCommands(),
                s.queueBytes(),
                s.batchCommands(),
                s.batchBytes(),
                s.commandBytes(),
                s.batchesInFlight(),
                s.chunkBytes(),
                s.chunksInFlight(),
                s.catchUpBytes(),
                s.stateBytes(),
                s.attempts(),
                s.snapshotEvery(),
                every);
    }

    private static ReplicaSettings copy(
            ReplicaSettings s, boolean durable, boolean waits, int chunkBytes, long stateBytes) {
        return new ReplicaSettings(
                s.quorum(),
                s.founder(),
                durable,
                s.commands(),
                waits,
                s.queueCommands(),
                s.queueBytes(),
                s.batchCommands(),
                s.batchBytes(),
                s.commandBytes(),
                s.batchesInFlight(),
                chunkBytes,
                s.chunksInFlight(),
                s.catchUpBytes(),
                stateBytes,
                s.attempts(),
                s.snapshotEvery(),
                s.hashEvery());
    }
}
