package org.flushspread.client;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** The receiving half of a {@link MessageChannel}: under its lock one thread at a time waits for messages and has them decoded. */
final class MessageReceiver {
    /** Bytes unread by which one may tell that it was the client that fell behind; a daemon counts messages, and those have 48 at least. */
    private static final int MANY_UNREAD = 32 * 1024;

    private final Link link;
    private final MessageReader reader;
    private final MessageWriter writer;
    private final ChannelEnd end;
    private final ReentrantLock receiveLock;
    private final long spinNanos;

    MessageReceiver(
            Link link,
            MessageReader reader,
            MessageWriter writer,
            ChannelEnd end,
            ReentrantLock receiveLock,
            long spinNanos) {
        this.link = link;
        this.reader = reader;
        this.writer = writer;
        this.end = end;
        this.receiveLock = receiveLock;
        this.spinNanos = spinNanos;
    }

    boolean isReceiving() {
        return receiveLock.isLocked();
    }

    <T> @Nullable T receive(MessageChannel.Decoder<T> decoder, long nanos, boolean orWritable) {
        checkNotDecoding();
        try {
            long left = receiveLock.tryLock() ? nanos : lockReceiver(nanos);
            if (left < 0) {
                return null;
            }
            try {
                return receiveLocked(decoder, left, orWritable);
            } finally {
                receiveLock.unlock();
            }
        } finally {
            end.tell();
        }
    }

    /** The stream stands in the middle of a message while a decoder looks at it. */
    private void checkNotDecoding() {
        if (receiveLock.isHeldByCurrentThread()) {
            throw new SpreadException(
                    SpreadCode.ILLEGAL_STATE, "a decoder cannot receive: the message it looks at is not taken yet");
        }
    }

    /** Waits for another receiver; answers the time that is left, or -1 if there is none and the lock was not got. */
    private long lockReceiver(long nanos) {
        if (nanos <= 0) {
            return -1;
        }
        Deadline deadline = Deadline.in(nanos);
        try {
            return receiveLock.tryLock(nanos, TimeUnit.NANOSECONDS) ? deadline.remaining() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SpreadInterruptedException("waiting for another receiver");
        }
    }

    private <T> @Nullable T receiveLocked(MessageChannel.Decoder<T> decoder, long nanos, boolean orWritable) {
        Deadline deadline = null;
        boolean waited = false;
        long spinUntil = 0;
        while (true) {
            T result = decoder.pending();
            result = result == null ? decodeBuffered(decoder) : result;
            if (result != null) {
                return result;
            }
            try {
                int read = reader.fill();
                if (read > 0) {
                    continue;
                }
                if (read < 0) {
                    throw end.closedByDaemon();
                }
                writer.tryFinishRest();
                if (nanos <= 0 || (waited && orWritable)) {
                    return null;
                }
                if (deadline == null) {
                    // Only now: a message that is there already costs no look at the clock.
                    deadline = Deadline.in(nanos);
                }
                if (spinNanos > 0) {
                    long now = System.nanoTime();
                    spinUntil = spinUntil == 0 ? now + spinNanos : spinUntil;
                    if (now < spinUntil && !deadline.isOver()) {
                        Thread.onSpinWait();
                        continue;
                    }
                }
                if (!awaitReadable(deadline, orWritable)) {
                    return null;
                }
                waited = true;
                spinUntil = 0;
            } catch (IOException e) {
                throw end.broken(e);
            }
        }
    }

    private <T> @Nullable T decodeBuffered(MessageChannel.Decoder<T> decoder) {
        end.checkOpen();
        while (hasMessage()) {
            IncomingMessage message = reader.message();
            T result;
            try {
                result = decoder.decode(message);
            } catch (SpreadException e) {
                throw e.code() == SpreadCode.ILLEGAL_MESSAGE ? end.fail(e) : e;
            }
            if (!message.isKept()) {
                reader.consume();
            }
            if (result != null) {
                return result;
            }
            if (message.isKept()) {
                throw new IllegalStateException("a decoder that keeps a message must answer something");
            }
        }
        return null;
    }

    private boolean hasMessage() {
        try {
            return reader.hasMessage();
        } catch (SpreadException e) {
            throw end.fail(e);
        }
    }

    private boolean awaitReadable(Deadline deadline, boolean orWritable) throws IOException {
        long nanos = deadline.remaining();
        if (nanos == 0) {
            return false;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new SpreadInterruptedException("receiving");
        }
        link.awaitReadable(orWritable || writer.hasRest(), nanos);
        end.checkOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw new SpreadInterruptedException("receiving");
        }
        return true;
    }

    boolean hasBufferedMessage() {
        checkNotDecoding();
        if (end.hasFailed() || !receiveLock.tryLock()) {
            return false;
        }
        try {
            while (!hasMessage() && link.holdsBytes() && reader.hasRoom()) {
                reader.fill();
            }
            return hasMessage();
        } catch (SpreadException | IOException e) {
            return false;
        } finally {
            receiveLock.unlock();
            end.tell();
        }
    }

    int poll() {
        checkNotDecoding();
        if (!receiveLock.tryLock()) {
            return 0;
        }
        try {
            end.checkOpen();
            writer.tryFinishRest();
            if (reader.hasRoom()) {
                int read = reader.fill();
                if (read < 0 && reader.buffered() == 0) {
                    throw end.closedByDaemon();
                }
            }
            return reader.buffered();
        } catch (IOException e) {
            throw end.broken(e);
        } finally {
            receiveLock.unlock();
            end.tell();
        }
    }

    /**
     * What a sender that does not receive is told: the daemon has no way to say why it ended the session, but what lies here unread says it
     * (client-protocol 4.2).
     */
    String unread() {
        if (receiveLock.isHeldByCurrentThread() || !receiveLock.tryLock()) {
            return "";
        }
        int bytes = 0;
        try {
            bytes = reader.buffered();
            while (reader.hasRoom() && reader.fill() > 0) {
                bytes = reader.buffered();
            }
        } catch (IOException e) {
            // no more than what came before
        } finally {
            receiveLock.unlock();
        }
        return bytes < MANY_UNREAD
                ? ""
                : "; " + bytes + " bytes and more from the daemon have not been received here, and a daemon"
                        + " ends the session of a client that falls behind (MaxSessionMessages): receive while sending,"
                        + " or connect without membership messages and join no group";
    }

    /**
     * Lets the daemon close first: if we closed with unread bytes here, TCP would throw away what the daemon has not read yet, the last
     * messages among it.
     */
    void awaitEnd(long nanos) {
        if (writer.hasRest() || receiveLock.isHeldByCurrentThread()) {
            return;
        }
        Deadline deadline = Deadline.in(nanos);
        boolean interrupted = Thread.interrupted();
        try {
            if (!receiveLock.tryLock(deadline.remaining(), TimeUnit.NANOSECONDS)) {
                return;
            }
            try {
                link.shutdownOutput();
                while (!deadline.isOver() && !Thread.currentThread().isInterrupted()) {
                    int read = reader.discard();
                    if (read < 0) {
                        return;
                    }
                    if (read == 0) {
                        link.awaitReadable(false, deadline.remaining());
                    }
                }
            } finally {
                receiveLock.unlock();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (IOException e) {
            // it has ended, which is what we wait for
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
