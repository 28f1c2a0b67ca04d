package org.flushspread.flush.replica;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.LongConsumer;
import org.flushspread.kernel.base.InvariantViolation;

/** The commands of this member, from submission to their end: waiting to be sent, sent, applied and waiting for the disks. */
final class Outstanding {
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Waiting(long ticket, int length, byte[]... command) {}

    private final ReplicaSettings settings;
    private final ReplicaOutput output;
    private final LongConsumer results;
    private final LinkedHashMap<Long, Waiting> queue = new LinkedHashMap<>();
    private final List<Waiting> batch = new ArrayList<>();
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
            queue.put(ticket, new Waiting(ticket, (int) length, command));
            queuedBytes += length;
        }
    }

    /** Sends what waits, as far as the window allows, under this decision. */
    void send(long decision) {
        while (!queue.isEmpty() && batchesInFlight < settings.batchesInFlight()) {
            int bytes = takeBatch();
            if (batch.isEmpty()) {
                return;
            }
            ByteBuffer message = ReplicaCodec.commands(decision, sequence, batch.size(), bytes);
            for (Waiting waiting : batch) {
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

    /** Takes what goes out next; answers its bytes. */
    private int takeBatch() {
        int bytes = 0;
        batch.clear();
        Iterator<Waiting> waiting = queue.values().iterator();
        while (waiting.hasNext() && batch.size() < settings.batchCommands()) {
            Waiting next = waiting.next();
            int more = 4 + next.length();
            if (!batch.isEmpty() && bytes + more > settings.batchBytes()) {
                break;
            }
            waiting.remove();
            queuedBytes -= next.length();
            if (output.sending(next.ticket())) {
                batch.add(next);
                bytes += more;
            }
        }
        return bytes;
    }

    /** A command that was not sent is not to be sent any more; nothing is told of it. */
    void withdraw(long ticket) {
        Waiting gone = queue.remove(ticket);
        if (gone != null) {
            queuedBytes -= gone.length();
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
        queue.keySet().forEach(ticket -> output.failed(ticket, why));
        queue.clear();
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
        for (Waiting each : queue.values()) {
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
