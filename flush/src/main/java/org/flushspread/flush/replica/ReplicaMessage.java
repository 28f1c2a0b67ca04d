package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.List;

/** What members of one view tell each other. All but {@link Commands} and {@link Persisted} are AGREED; {@link Vote} is SAFE. */
sealed interface ReplicaMessage {
    /**
     * The first message of each member in each view: all that the others need to decide.
     *
     * @param detached true if the member lost its connection since it was last part of a primary, and may have missed commands
     * @param durable true if it has a durable store
     * @param founder true if it may found a history
     * @param quorumMembers the size of the group it was told; 0 if none
     */
    record State(
            MemberId id,
            boolean detached,
            boolean durable,
            boolean founder,
            int quorumMembers,
            Lineage lineage,
            Primary lastPrimary,
            List<Primary> attempts,
            long highest,
            Version version)
            implements ReplicaMessage {}

    /** This member has recorded the attempt and will never act as if it did not know of it. */
    record Vote(long number, long fingerprint) implements ReplicaMessage {}

    /** This member has loaded the state and can be part of the next attempt. */
    record Ready() implements ReplicaMessage {}

    /** A person has decided that this member's history goes on, whoever is missing. */
    record Found() implements ReplicaMessage {}

    /**
     * Commands of one member.
     *
     * @param firstSequence of the first one; counts up by one per command and sender
     * @param body per command its length (4 bytes) and its bytes
     */
    record Commands(long firstSequence, int count, ByteBuffer body) implements ReplicaMessage {}

    /** This member has written all commands up to this index. */
    record Persisted(long index) implements ReplicaMessage {}

    /**
     * A piece of the state as it was at the beginning of the view.
     *
     * @param checksum CRC32C of the whole
     */
    record Chunk(int total, int checksum, int offset, ByteBuffer bytes) implements ReplicaMessage {}

    /** All pieces before this offset have arrived. */
    record ChunkReceived(int offset) implements ReplicaMessage {}

    /** Not a message of this protocol, or not a correct one. */
    record Bad(ReplicaReason reason) implements ReplicaMessage {}
}
