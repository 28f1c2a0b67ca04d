package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.zip.CRC32C;
import org.flushspread.kernel.base.InvariantViolation;
import org.jspecify.annotations.Nullable;

/**
 * The joiner's side of a state transfer: the pieces of an image, and what happened meanwhile, to be repeated on top of it. Where the
 * transfer goes on in a later view (replica-protocol R14) that is what happened since the image was saved.
 */
final class StateReceiver {
    /** One of the two: a completed attempt, or a batch of commands. */
    record Later(@Nullable Primary completed, ReplicaMessage.@Nullable Commands commands) {}

    private final ReplicaSettings settings;
    private final ReplicaOutput output;
    private final long image;
    private final Version saved;
    /** Over all that was received, in order. */
    private final CRC32C crc = new CRC32C();

    private long received;
    private long acknowledged;
    private boolean complete;
    private final ArrayDeque<Later> later = new ArrayDeque<>();
    private long laterBytes;
    /** Of {@link #later}, what was delivered before this view. */
    private int earlier;

    /** The version of image and later together. */
    private final Chain chain;

    private long epoch;
    private long index;

    /** @param saved version of the image */
    StateReceiver(ReplicaSettings settings, ReplicaOutput output, long image, Version saved) {
        this.settings = settings;
        this.output = output;
        this.image = image;
        this.saved = saved;
        this.chain = new Chain(saved.chainHigh(), saved.chainLow());
        this.epoch = saved.epoch();
        this.index = saved.index();
    }

    long image() {
        return image;
    }

    /** Version of the image. */
    Version saved() {
        return saved;
    }

    /** What it has of the image, and which version it will have. */
    ReplicaMessage.Interrupted interrupted() {
        return new ReplicaMessage.Interrupted(image, received, new Version(epoch, index, chain.high(), chain.low()));
    }

    /** The rest of the image comes in this view. */
    void goOn() {
        acknowledged = received;
        earlier = later.size();
    }

    /**
     * Takes the next piece (R25).
     *
     * @return what is wrong with it; null if nothing is
     */
    @Nullable
    String chunk(ReplicaMessage.Chunk chunk) {
        // Who goes on beside others that have less gets again what it has already.
        long again = received - chunk.offset();
        ByteBuffer bytes = chunk.bytes();
        if (again < 0) {
            return "has a gap at byte " + received;
        }
        if (again > bytes.remaining()) {
            return null;
        }
        bytes.position(bytes.position() + (int) again);
        crc.update(bytes.duplicate());
        received += bytes.remaining();
        if ((int) crc.getValue() != chunk.checksum()) {
            return "has a wrong checksum at byte " + received;
        }
        output.addState(bytes);
        complete = chunk.last();
        return null;
    }

    /** Bytes that are there. */
    long received() {
        return received;
    }

    /** What to acknowledge now; -1 if nothing. */
    long acknowledge() {
        if (!complete && received - acknowledged < (long) settings.chunkBytes() * settings.chunksInFlight() / 4) {
            return -1;
        }
        acknowledged = received;
        return received;
    }

    boolean isComplete() {
        return complete;
    }

    void completedAttempt(Primary completed) {
        epoch = completed.number();
        later.add(new Later(completed, null));
    }

    /** False if no more are kept. */
    boolean keep(ReplicaMessage.Commands commands) {
        ByteBuffer body = commands.body();
        laterBytes += body.remaining();
        if (laterBytes > settings.catchUpBytes()) {
            return false;
        }
        count(commands);
        ByteBuffer copy =
                ByteBuffer.allocate(body.remaining()).put(body.duplicate()).flip();
        later.add(new Later(
                null, new ReplicaMessage.Commands(commands.under(), commands.firstSequence(), commands.count(), copy)));
        return true;
    }

    private void count(ReplicaMessage.Commands commands) {
        commands.forEach((at, command) -> {
            chain.add(command);
            index++;
        });
    }

    /** Counts again what was kept; while the image is on its way. */
    void audit() {
        Chain again = new Chain(saved.chainHigh(), saved.chainLow());
        long[] commands = new long[1];
        long bytes = 0;
        for (Later each : later) {
            ReplicaMessage.Commands batch = each.commands();
            if (batch != null) {
                bytes += batch.body().remaining();
                batch.forEach((at, command) -> {
                    again.add(command);
                    commands[0]++;
                });
            }
        }
        Version told = interrupted().version();
        if (told.index() != saved.index() + commands[0]
                || told.chainHigh() != again.high()
                || told.chainLow() != again.low()) {
            throw new InvariantViolation(
                    "replica-protocol R14: the version that is told is the one that image and kept commands make",
                    commands[0] + " commands on top of " + saved + " are told as " + told);
        }
        if (bytes != laterBytes) {
            throw new InvariantViolation(
                    "replica-protocol R14: what is kept during a transfer is counted in all its views together",
                    bytes + " bytes are kept, counted are " + laterBytes);
        }
    }

    /** What was delivered before this view, one after the other. */
    @Nullable
    Later nextEarlier() {
        return earlier-- > 0 ? later.poll() : null;
    }

    /** What was delivered in this view, once {@link #nextEarlier} has no more. */
    @Nullable
    Later next() {
        return later.poll();
    }
}
