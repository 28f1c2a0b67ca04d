package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Objects;
import org.flushspread.kernel.base.InvariantViolation;
import org.flushspread.kernel.base.Ports;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client: small messages copied one behind the other into buffers of at most {@link #CHUNK} bytes, large ones as slices
 * of the delivered image. A buffer that was handed to {@link Ports#write} is never written to again.
 */
final class OutputQueue {
    /** A full chunk is closed; it is also what may gather within a turn before it is handed on. */
    static final int CHUNK = 64 * 1024;

    private static final int SMALLEST = 512;
    private static final int FEW = 4;

    private final ByteBufAllocator allocator;
    private final OutputBudget budget;
    private @Nullable ByteBuf[] parts = new @Nullable ByteBuf[FEW];
    private int[] counts = new int[FEW];
    private int first;
    private int size;
    private @Nullable ByteBuf open;
    private int openMessages;
    private int lastChunk = SMALLEST;
    private int messages;
    private long bytes;

    OutputQueue(ByteBufAllocator allocator, OutputBudget budget) {
        this.allocator = allocator;
        this.budget = budget;
    }

    boolean isEmpty() {
        return bytes() == 0;
    }

    /** Messages of which no byte was handed on yet. */
    int messages() {
        return messages;
    }

    long bytes() {
        return open == null ? bytes : bytes + open.readableBytes();
    }

    /** Makes room for up to {@code length} bytes that the caller appends now; they count as {@code count} messages. */
    ByteBuf room(int length, int count) {
        ByteBuf chunk = open;
        if (chunk != null && chunk.readableBytes() + length > CHUNK) {
            close();
            chunk = null;
        }
        if (chunk == null) {
            // a client gets about as much in each turn: start with the size of its last chunk instead of growing to it
            // again
            chunk = allocator.buffer(Math.max(length, lastChunk));
            open = chunk;
            budget.memory.add(chunk.capacity());
        } else {
            int before = chunk.capacity();
            chunk.ensureWritable(length);
            budget.memory.add(chunk.capacity() - before);
        }
        openMessages += count;
        count(count);
        return chunk;
    }

    /** Appends one message (or the rest of one); takes over the reference. */
    void add(ByteBuf slice) {
        close();
        count(1);
        budget.memory.add(slice.capacity());
        push(slice, 1);
    }

    /** Hands on whole parts while the session is writable. */
    void writeTo(Ports ports, ClientSession session) {
        close();
        while (size > 0 && session.writable) {
            ports.write(session, pop());
        }
    }

    /** Hands on everything: last words before the connection is closed. */
    void writeAllTo(Ports ports, ClientSession session) {
        close();
        while (size > 0) {
            ports.write(session, pop());
        }
    }

    /** Releases everything. */
    void drop() {
        close();
        while (size > 0) {
            pop().release();
        }
    }

    /** Counts everything again; the memory that it takes. */
    long audit() {
        ByteBuf chunk = open;
        long memory = chunk == null ? 0 : chunk.capacity();
        long waiting = 0;
        int whole = openMessages;
        for (int i = 0; i < size; i++) {
            int at = (first + i) & (parts.length - 1);
            ByteBuf part = Objects.requireNonNull(parts[at]);
            memory += part.capacity();
            waiting += part.readableBytes();
            whole += counts[at];
        }
        if (waiting != bytes || whole != messages) {
            throw new InvariantViolation(
                    "what is queued for a client is counted once (client-protocol 6.4)",
                    waiting + " bytes and " + whole + " messages wait, counted are " + bytes + " and " + messages);
        }
        return memory;
    }

    private void count(int more) {
        messages += more;
        budget.messages.add(more);
    }

    private void close() {
        ByteBuf chunk = open;
        if (chunk != null) {
            lastChunk = Math.min(CHUNK, Math.max(SMALLEST, chunk.readableBytes()));
            push(chunk, openMessages);
            open = null;
            openMessages = 0;
        }
    }

    private void push(ByteBuf part, int count) {
        if (size == parts.length) {
            @Nullable ByteBuf[] more = new @Nullable ByteBuf[2 * size];
            int[] moreCounts = new int[2 * size];
            for (int i = 0; i < size; i++) {
                more[i] = parts[(first + i) & (size - 1)];
                moreCounts[i] = counts[(first + i) & (size - 1)];
            }
            parts = more;
            counts = moreCounts;
            first = 0;
        }
        int at = (first + size) & (parts.length - 1);
        parts[at] = part;
        counts[at] = count;
        bytes += part.readableBytes();
        size++;
    }

    private ByteBuf pop() {
        ByteBuf part = parts[first];
        if (part == null) {
            throw new IllegalStateException("no part");
        }
        parts[first] = null;
        count(-counts[first]);
        bytes -= part.readableBytes();
        budget.memory.add(-part.capacity());
        first = (first + 1) & (parts.length - 1);
        size--;
        if (size == 0 && (bytes != 0 || messages != openMessages)) {
            throw new InvariantViolation(
                    "what is queued for a client is counted once (client-protocol 6.4)",
                    "an empty queue counts " + bytes + " bytes and " + (messages - openMessages) + " messages");
        }
        return part;
    }
}
