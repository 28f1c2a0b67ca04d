package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.scram.ScramServer;
import org.jspecify.annotations.Nullable;

/**
 * The shell's side of one client session: keeps what arrived until the turn hands it to the kernel. Everything but the constructor runs on
 * the event loop.
 */
abstract class ClientConnection {
    /** What a client may be away for, to compile or to collect garbage, whatever is sent meanwhile (client-protocol 6.4). */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ClientConnections inputs;
    private final ClientAddress address;
    private @Nullable Session session;
    private @Nullable ByteBuf received;
    private boolean reading = true;
    private boolean reportedWritable = true;
    /** The far side is gone. */
    private boolean ended;
    /** The kernel knows that this is over; other threads may ask, to save work for nobody. */
    private volatile boolean finished;

    boolean queued;
    boolean dirty;
    /** Its proof of a password that has begun. */
    @Nullable
    ScramServer scram;

    ClientConnection(ClientConnections inputs, ClientAddress address) {
        this.inputs = inputs;
        this.address = address;
    }

    // ---- from the far side

    /** The connection stands: the kernel makes a session of it in the next turn. */
    final void opened() {
        inputs.arrived(this);
    }

    /** Bytes came; takes over the reference. */
    final void received(ByteBuf bytes) {
        if (finished || ended || inputs.isStopped()) {
            bytes.release();
            return;
        }
        ByteBuf waiting = received;
        if (waiting == null) {
            received = bytes;
        } else {
            // More than one read before a turn: rare, so a copy is cheaper than a list in every connection.
            ByteBuf both = inputs.allocator().buffer(waiting.readableBytes() + bytes.readableBytes());
            both.writeBytes(waiting).writeBytes(bytes);
            waiting.release();
            bytes.release();
            received = both;
        }
        inputs.arrived(this);
    }

    /** The far side is gone; what it sent before still counts. */
    final void ended() {
        if (!ended) {
            ended = true;
            if (finished) {
                return;
            }
            inputs.arrived(this);
        }
    }

    /** The writability of the far side changed. */
    final void writabilityChanged() {
        Session to = session;
        boolean now = writable();
        if (finished || to == null || now == reportedWritable) {
            return;
        }
        if (inputs.inTurn()) {
            reportedWritable = now;
            inputs.kernel().writability(to, now);
        } else {
            inputs.arrivedWhileFlushing(this);
        }
    }

    // ---- from the turn

    /** Hands what waits to the kernel. */
    final void deliver(Kernel kernel) {
        if (finished) {
            dropReceived();
            return;
        }
        Session to = session;
        if (to == null) {
            to = kernel.opened(address.number(), this, PATIENCE, user());
            session = to;
            if (finished) {
                dropReceived();
                return;
            }
        }
        boolean writableNow = writable();
        if (writableNow != reportedWritable) {
            reportedWritable = writableNow;
            kernel.writability(to, writableNow);
        }
        ByteBuf bytes = received;
        if (bytes != null && !finished) {
            received = null;
            try {
                kernel.bytes(to, bytes);
            } finally {
                bytes.release();
            }
        }
        if (ended && !finished && received == null) {
            finished = true;
            kernel.closed(to);
        }
    }

    // ---- from the kernel

    final void setReading(boolean on) {
        if (reading != on && !finished) {
            reading = on;
            read(on);
        }
    }

    /** Queues bytes; takes over the reference. */
    final void send(ByteBuf bytes) {
        if (ended || finished) {
            bytes.release();
            return;
        }
        inputs.written(this);
        write(bytes);
    }

    /** The kernel is through with this connection. */
    final void finish(Reason why) {
        if (!finished) {
            finished = true;
            dropReceived();
            close(why);
        }
    }

    private void dropReceived() {
        if (received != null) {
            received.release();
            received = null;
        }
    }

    /** Where the client is, for a person. */
    final ClientAddress address() {
        return address;
    }

    /** True once the kernel has closed this connection or knows that it is closed. Any thread may ask. */
    final boolean isFinished() {
        return finished;
    }

    /** Releases what waits; the loop ends. */
    final void discard() {
        finished = true;
        dropReceived();
    }

    // ---- what a transport does

    /** Stops or resumes reading from the far side. */
    abstract void read(boolean on);

    /** Queues bytes to the far side; takes over the reference. */
    abstract void write(ByteBuf bytes);

    /** How it is connected: tcp, tls, unix or memory. */
    abstract String kind();

    /** Who the client is by its certificate; null if it has none. */
    @Nullable
    CertifiedUser user() {
        return null;
    }

    /** Bytes that the kernel handed over and the system, or the program, has not taken. */
    abstract long unwrittenBytes();

    /** Pushes what was queued. */
    abstract void flush();

    abstract boolean writable();

    /** Closes after what was written. */
    abstract void close(Reason why);

    /** Closes at once. */
    abstract void abort();
}
