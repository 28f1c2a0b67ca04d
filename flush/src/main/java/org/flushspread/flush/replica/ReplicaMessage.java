package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What members of one view tell each other (replica-protocol 2). {@link Vote} is SAFE, {@link Persisted} FIFO, {@link Commands} as the group
 * has chosen, all others are AGREED. Each names what it was sent under.
 */
sealed interface ReplicaMessage {
    /** What {@link #under} names. */
    Scope scope();

    /** The identity of the view, decision, attempt or transfer that it was sent under. */
    long under();

    /** True if an observer may say it: what it has and lacks, how its state looks, and a mark in the order for its own reads (R36). */
    default boolean isOfObservers() {
        return this instanceof State
                || this instanceof Ready
                || this instanceof ChunkReceived
                || this instanceof Hash
                || this instanceof Barrier;
    }

    /**
     * The first message of each member in each view: all that the others need to decide.
     *
     * @param views how many views this member has been in; makes decisions of two views different in any case
     * @param detached true if the member lost its connection since it was last part of a primary, and may have missed commands
     * @param durable true if it has a durable store
     * @param founder true if it may found a history
     * @param observer true if nothing that it says counts, but that it lacks the state (R36)
     * @param halted true if it cannot apply the last command of its version (R15)
     * @param quorumMembers the size of the group it was told; 0 if none
     * @param stateBytes the largest state it accepts
     * @param images of its state that it handed out in earlier views and has kept
     * @param interrupted what it has got of one
     * @param charter what its state says of who may decide (R22)
     */
    record State(
            long under,
            long views,
            MemberId id,
            boolean detached,
            boolean durable,
            boolean founder,
            boolean observer,
            boolean halted,
            int quorumMembers,
            Lineage lineage,
            Primary lastPrimary,
            List<Primary> attempts,
            long highest,
            Version version,
            long stateBytes,
            List<Long> images,
            Interrupted interrupted,
            Charter charter)
            implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.VIEW;
        }

        /** The same of a member that has taken this command out of its history. */
        State skipping(SkippedCommand command) {
            Chain chain = new Chain(version.chainHigh(), version.chainLow());
            chain.add(LogEntry.skip(command));
            return new State(
                    under,
                    views,
                    id,
                    detached,
                    durable,
                    founder,
                    observer,
                    false,
                    quorumMembers,
                    lineage,
                    lastPrimary,
                    attempts,
                    highest,
                    new Version(version.epoch(), version.index() + 1, chain.high(), chain.low()),
                    stateBytes,
                    images,
                    interrupted,
                    charter);
        }
    }

    /**
     * A transfer that did not come to its end in the views before (replica-protocol R14).
     *
     * @param image which one; 0 for none
     * @param offset all bytes before it are there
     * @param version of the image and what was delivered since it was saved
     */
    record Interrupted(long image, long offset, Version version) {
        static final Interrupted NONE = new Interrupted(0, 0, Version.INITIAL);
    }

    /** This member has recorded the attempt and will never act as if it did not know of it. */
    record Vote(long under) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.ATTEMPT;
        }
    }

    /** This member has loaded the state and can be part of the next attempt. */
    record Ready(long under) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.DECISION;
        }
    }

    /** A person has decided that this member's history goes on, whoever is missing. */
    record Bootstrap(long under) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.DECISION;
        }
    }

    /**
     * Commands of one member.
     *
     * @param firstSequence of the first one; counts up by one per command and sender
     * @param body per command its length (4 bytes) and its bytes
     */
    record Commands(long under, long firstSequence, int count, ByteBuffer body) implements ReplicaMessage {
        /** Takes one command after the other. */
        interface Taker {
            /**
             * @param at its place in the message, from 0
             * @param command to be read at once
             */
            void take(int at, ByteBuffer command);
        }

        void forEach(Taker taker) {
            ByteBuffer rest = body.duplicate();
            int end = rest.limit();
            for (int at = 0; at < count; at++) {
                int length = rest.getInt();
                int next = rest.position() + length;
                rest.limit(next);
                taker.take(at, rest);
                rest.limit(end).position(next);
            }
        }

        @Override
        public Scope scope() {
            return Scope.DECISION;
        }
    }

    /** This member has written all commands up to this index. */
    record Persisted(long under, long index) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.DECISION;
        }
    }

    /**
     * A piece of the state as it was at the beginning of the view in which the transfer began.
     *
     * @param checksum CRC32C of all bytes of the state up to the end of the piece
     * @param last true if no byte is behind it
     */
    record Chunk(long under, long offset, int checksum, boolean last, ByteBuffer bytes) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.TRANSFER;
        }
    }

    /** All pieces before this offset have arrived. */
    record ChunkReceived(long under, long offset) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.TRANSFER;
        }
    }

    /** The state has so many bytes or more, more than the receiver has said that it accepts; it is not sent. */
    record TooLarge(long under, long bytes) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.TRANSFER;
        }
    }

    /** A person takes the command that halts all who have the newest state out of the history (replica-protocol R15). */
    record Skip(long under, long index, long fingerprint) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.DECISION;
        }
    }

    /** The state of this member has this hash behind the command with this index (replica-protocol R16). */
    record Hash(long under, long index, long hash) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.DECISION;
        }
    }

    /** When it comes back, its sender has all that was delivered anywhere before it was sent (replica-protocol R17). */
    record Barrier(long under, long number) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.DECISION;
        }
    }

    /** The barrier of an observer with this number has come to a member of a formed primary, before any transition (replica-protocol R36). */
    record Passed(long under, long number) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.DECISION;
        }
    }

    /** Not a message of this protocol, or not a correct one: it names nothing, and nothing follows from it but a warning. */
    record Bad(ReplicaReason reason) implements ReplicaMessage {
        @Override
        public Scope scope() {
            return Scope.VIEW;
        }

        @Override
        public long under() {
            return 0;
        }
    }
}
