package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.flushspread.kernel.base.InvariantViolation;

/** The commands of this member, from submission to their end: waiting to be sent, sent, applied and waiting for the disks. */
final class Outstanding {
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Waiting(long ticket, int length, byte[]... command) {}

    private final ReplicaSettings settings;
    private final ReplicaOutput output;
    private final LongConsumer results;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private final TicketQueue sent = new TicketQueue();
    private final TicketQueue applied = new TicketQueue();
    private long queuedBytes;
    private long sequence;
    private int batchesInFlight;

    /** @param results where the tickets of good results go */
    Outstanding(ReplicaSettings settings, ReplicaOutput output, LongConsumer results) {
        this.settings = settings;
        this.results = results;
        this.output = output;
    }

    void submit(long ticket, byte[]... command) {
        long length = 0;
        for (byte[] piece : command) {
            length += piece.length;
        }
        if (length > settings.commandBytes()) {
            output.failed(ticket, Failure.TOO_LARGE);
        } else if (queue.size() >= settings.queueCommands() || queuedBytes + length > settings.queueBytes()) {
            output.failed(ticket, Failure.QUEUE_FULL);
        } else {
            queue.add(new Waiting(ticket, (int) length, command));
            queuedBytes += length;
        }
    }

    /** Sends what waits, as far as the window allows, under this decision. */
    void send(long decision) {
        while (!queue.isEmpty() && batchesInFlight < settings.batchesInFlight()) {
            int count = 0;
            int bytes = 0;
            for (Waiting waiting : queue) {
                int more = 4 + waiting.length();
                if (count == settings.batchCommands() || (count > 0 && bytes + more > settings.batchBytes())) {
                    break;
                }
                count++;
                bytes += more;
            }
            ByteBuffer message = ReplicaCodec.commands(decision, sequence, count, bytes);
            for (int i = 0; i < count; i++) {
                Waiting waiting = queue.remove();
                queuedBytes -= waiting.length();
                message.putInt(waiting.length());
                for (byte[] piece : waiting.command()) {
                    message.put(piece);
                }
                sent.add(waiting.ticket(), sequence++);
            }
            batchesInFlight++;
            output.multicast(settings.commands(), ReplicaCodec.bytes(message));
        }
    }

    /** A batch of this member has come back. */
    void batchDelivered() {
        batchesInFlight--;
    }

    /** The ticket of the next command that comes back; 0 if this member did not send it. */
    long delivered(long sequenceNumber) {
        return !sent.isEmpty() && sent.firstNumber() == sequenceNumber ? sent.remove() : 0;
    }

    /** A command waits until {@code index} is written. */
    void awaitDisks(long ticket, long index) {
        applied.add(ticket, index);
    }

    /** All commands up to {@code index} are safe. */
    void written(long index) {
        while (!applied.isEmpty() && applied.firstNumber() <= index) {
            results.accept(applied.remove());
        }
    }

    boolean awaitsDisks() {
        return !applied.isEmpty();
    }

    /** The outcome of everything that was applied is unknown. */
    void appliedUncertain() {
        while (!applied.isEmpty()) {
            output.failed(applied.remove(), Failure.UNCERTAIN);
        }
    }

    /** Nothing that was sent comes back any more. */
    void sentUncertain() {
        batchesInFlight = 0;
        while (!sent.isEmpty()) {
            output.failed(sent.remove(), Failure.UNCERTAIN);
        }
    }

    void refuseQueued(Failure why) {
        while (!queue.isEmpty()) {
            output.failed(queue.remove().ticket(), why);
        }
        queuedBytes = 0;
    }

    /**
     * Counts everything again.
     *
     * @param applicable commands applied
     */
    void audit(long applicable) {
        long bytes = 0;
        long[] tickets = new long[queue.size() + sent.size() + applied.size()];
        int count = 0;
        for (Waiting each : queue) {
            bytes += each.length();
            tickets[count++] = each.ticket();
        }
        if (bytes != queuedBytes) {
            throw new InvariantViolation(
                    "replica-protocol R10: a command that waits to be sent is counted once",
                    bytes + " bytes wait, counted are " + queuedBytes);
        }
        if ((batchesInFlight == 0) != sent.isEmpty() || batchesInFlight < 0) {
            throw new InvariantViolation(
                    "replica-protocol R10: what was sent is on its way in a batch, or its end is told",
                    sent.size() + " commands are on their way in " + batchesInFlight + " batches");
        }
        count = sent.copy(tickets, count, sequence - 1, "is sent once");
        count = applied.copy(tickets, count, applicable, "waits for disks only when it is applied");
        Arrays.sort(tickets);
        for (int i = 1; i < count; i++) {
            if (tickets[i] == tickets[i - 1]) {
                throw new InvariantViolation(
                        "replica-protocol R10: a command ends once", "ticket " + tickets[i] + " is in two queues");
            }
        }
    }

    int queued() {
        return queue.size();
    }

    int sent() {
        return sent.size();
    }
}
