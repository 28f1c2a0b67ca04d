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

    static ReplicaSettings founder(ReplicaSettings s, boolean founder) {
        return copy(s, s.quorum(), founder, s.observer(), s.hashEvery());
    }

    static ReplicaSettings observer(ReplicaSettings s) {
        return copy(s, s.quorum(), false, true, s.hashEvery());
    }

    static ReplicaSettings sized(ReplicaSettings s, int members) {
        return copy(s, Quorum.majorityOf(members), false, false, s.hashEvery());
    }

    static ReplicaSettings hashing(ReplicaSettings s, int every) {
        return copy(s, s.quorum(), s.founder(), s.observer(), every);
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

    private static ReplicaSettings copy(
            ReplicaSettings s, Quorum quorum, boolean founder, boolean observer, int hashEvery) {
        return copy(
                s,
                quorum,
                founder,
                observer,
                s.durable(),
                s.waitForPrimary(),
                s.chunkBytes(),
                s.stateBytes(),
                hashEvery);
    }

    private static ReplicaSettings copy(
            ReplicaSettings s, boolean durable, boolean waits, int chunkBytes, long stateBytes) {
        return copy(s, s.quorum(), s.founder(), s.observer(), durable, waits, chunkBytes, stateBytes, s.hashEvery());
    }

    private static ReplicaSettings copy(
            ReplicaSettings s,
            Quorum quorum,
            boolean founder,
            boolean observer,
            boolean durable,
            boolean waits,
            int chunkBytes,
            long stateBytes,
            int hashEvery) {
        return new ReplicaSettings(
                quorum,
                founder,
                observer,
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
                hashEvery);
    }
}
