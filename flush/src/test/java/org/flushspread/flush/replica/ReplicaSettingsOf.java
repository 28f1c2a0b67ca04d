package org.flushspread.flush.replica;

import java.util.Random;
import org.flushspread.client.Service;

/** Settings drawn, or those given but for one. */
final class ReplicaSettingsOf {
    private ReplicaSettingsOf() {}

    /**
     * Settings of all members, drawn: small limits, so that each of them is met.
     *
     * @param size of the group, perhaps told to the members; 0 not to tell it
     */
    static ReplicaSettings drawn(Random random, int size, boolean durable, Service service) {
        return drawn(random, size, durable, service, false);
    }

    static ReplicaSettings drawn(Random random, int size, boolean durable, Service service, boolean alwaysSized) {
        boolean sized = random.nextBoolean() || alwaysSized;
        return new ReplicaSettings(
                sized && size > 0 ? Quorum.majorityOf(size) : Quorum.dynamicMajority(),
                false,
                false,
                durable,
                service,
                random.nextInt(4) != 0,
                1000,
                1 << 20,
                1 + random.nextInt(4),
                64,
                10_000,
                1 + random.nextInt(3),
                16 + random.nextInt(100),
                1 + random.nextInt(3),
                random.nextInt(8) == 0 ? 200 : 1 << 20,
                1 << 20,
                64,
                random.nextInt(3) == 0 ? 3 : 1000,
                4);
    }

    static ReplicaSettings founder(ReplicaSettings settings, boolean founder) {
        return new ReplicaSettings(
                settings.quorum(),
                founder,
                settings.observer(),
                settings.durable(),
                settings.commands(),
                settings.waitForPrimary(),
                settings.queueCommands(),
                settings.queueBytes(),
                settings.batchCommands(),
                settings.batchBytes(),
                settings.commandBytes(),
                settings.batchesInFlight(),
                settings.chunkBytes(),
                settings.chunksInFlight(),
                settings.catchUpBytes(),
                settings.stateBytes(),
                settings.attempts(),
                settings.snapshotEvery(),
                settings.hashEvery());
    }

    static ReplicaSettings observer(ReplicaSettings s) {
        return of(s, s.quorum(), true);
    }

    static ReplicaSettings sized(ReplicaSettings s, int members) {
        return of(s, Quorum.majorityOf(members), false);
    }

    private static ReplicaSettings of(ReplicaSettings s, Quorum quorum, boolean observer) {
        return new ReplicaSettings(
                quorum,
                false,
                observer,
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
                s.hashEvery());
    }

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
                s.observer(),
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
                s.observer(),
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
