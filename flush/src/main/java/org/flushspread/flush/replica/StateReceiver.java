package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The joiner's side of a state transfer: the pieces, and what happened meanwhile, to be repeated on top of the state. */
final class StateReceiver {
    /** One of the two: a completed attempt, or a batch of commands. */
    record Later(@Nullable Primary completed, ReplicaMessage.@Nullable Commands commands) {}

    private final ReplicaSettings settings;
    private byte @Nullable [] state;
    private int checksum;
    private int received;
    private int acknowledged;
    private final ArrayDeque<Later> later = new ArrayDeque<>();
    private long laterBytes;

    StateReceiver(ReplicaSettings settings) {
        this.settings = settings;
    }

    /** False if it is not the piece that is due. */
    boolean chunk(ReplicaMessage.Chunk chunk) {
        byte[] into = state;
        if (into == null) {
            into = new byte[chunk.total()];
            state = into;
            checksum = chunk.checksum();
        }
        if (chunk.total() != into.length || chunk.checksum() != checksum || chunk.offset() != received) {
            return false;
        }
        int length = chunk.bytes().remaining();
        chunk.bytes().get(into, received, length);
        received += length;
        return true;
    }

    /** What to acknowledge now; -1 if nothing. */
    int acknowledge() {
        if (received - acknowledged < (long) settings.chunkBytes() * settings.chunksInFlight() / 4) {
            return -1;
        }
        acknowledged = received;
        return received;
    }

    boolean isComplete() {
        byte[] into = state;
        return into != null && received == into.length;
    }

    /** The whole; null if it is not what was announced. */
    byte @Nullable [] complete() {
        byte[] into = state;
        return into != null && StateSender.checksum(into, into.length) == checksum ? into : null;
    }

    void completedAttempt(Primary completed) {
        later.add(new Later(completed, null));
    }

    /** False if no more are kept. */
    boolean keep(ReplicaMessage.Commands commands) {
        ByteBuffer body = commands.body();
        laterBytes += body.remaining();
        if (laterBytes > settings.catchUpBytes()) {
            return false;
        }
        ByteBuffer copy =
                ByteBuffer.allocate(body.remaining()).put(body.duplicate()).flip();
        later.add(new Later(
                null, new ReplicaMessage.Commands(commands.under(), commands.firstSequence(), commands.count(), copy)));
        return true;
    }

    @Nullable
    Later next() {
        return later.poll();
    }
}
