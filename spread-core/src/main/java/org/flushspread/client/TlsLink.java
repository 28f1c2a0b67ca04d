package org.flushspread.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.flushspread.wire.SpreadCode;

/**
 * TLS over a socket (security 3.3). Its channel is that of the socket, and what is ready there is ready here, but for two things that
 * records bring:
 *
 * <ul>
 *   <li>Bytes may be here that no readiness tells of, because the reader had no room for all of a record, or of the records of one read
 *       ({@link #holdsBytes}).
 *   <li>The socket may take a part of a record. Of the bytes in it all but the last one count as written then: so there is a rest, and
 *       whoever has a rest waits for the socket and comes again.
 * </ul>
 */
final class TlsLink implements Link {
    /** Room for the records of one read of the socket. */
    private static final int RECEIVED = 64 << 10;
    /** Records that one write of the socket may carry. */
    private static final int RECORDS = 4;
    /** First bytes of records: change of cipher, alert, handshake, data. */
    private static final int FIRST_KIND = 20;

    private static final int LAST_KIND = 23;
    private static final int HEADER = 5;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketLink socket;
    private final SSLEngine engine;
    private final ClientTls tls;

    // of the reader; both are ready to be read from
    private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVED).limit(0);
    /** What the reader had no room for. */
    private ByteBuffer decrypted = NOTHING;
    /** The last read of the socket took all there was room for. */
    private boolean mayHaveMore;

    private boolean ended;

    // of the writer, under the lock
    private final ReentrantLock writing = new ReentrantLock();
    /** Records that the socket has not taken; ready to be read from. */
    private final ByteBuffer unsent;
    /** The last byte in these does not count as written. */
    private boolean heldBack;

    private TlsLink(SocketLink socket, SSLEngine engine, ClientTls tls) {
        this.socket = socket;
        this.engine = engine;
        this.tls = tls;
        unsent = ByteBuffer.allocateDirect(RECORDS * engine.getSession().getPacketBufferSize())
                .limit(0);
    }

    /**
     * Connects, and agrees on TLS.
     *
     * @throws SpreadException as {@link SocketLink#connect}; {@link SpreadCode#REJECT_AUTH} if one side does not trust the other,
     *     {@link SpreadCode#CONNECTION_CLOSED} if the connection ends or the time is over on the way
     */
    static TlsLink connect(DaemonAddress daemon, ClientTls tls, Deadline deadline) {
        String host = Objects.requireNonNull(daemon.host(), "a host");
        SSLEngine engine = tls.engine(host, daemon.port());
        SocketLink socket = TcpAttempts.to(daemon, host, deadline).connect();
        boolean connected = false;
        try {
            TlsLink link = new TlsLink(socket, engine, tls);
            link.handshake(daemon, deadline);
            connected = true;
            return link;
        } catch (TlsFailure e) {
            throw e.told(daemon.toString());
        } catch (IOException e) {
            throw closed(daemon, "the connection broke in the TLS handshake: " + e.getMessage(), e);
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private static SpreadException closed(DaemonAddress daemon, String why, Throwable cause) {
        return new SpreadException(SpreadCode.CONNECTION_CLOSED, "cannot connect to " + daemon + ": " + why, cause);
    }

    // ---- the handshake, of one thread

    private void handshake(DaemonAddress daemon, Deadline deadline) throws IOException {
        try {
            engine.beginHandshake();
            while (true) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> runTasks();
                    case NEED_WRAP -> say(daemon, deadline);
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> hear(daemon, deadline);
                    case FINISHED, NOT_HANDSHAKING -> {
                        return;
                    }
                }
            }
        } catch (SSLException e) {
            sayWhy();
            throw TlsFailure.of(e, tls);
        }
    }

    private void say(DaemonAddress daemon, Deadline deadline) throws IOException {
        engine.wrap(NOTHING, unsent.clear());
        unsent.flip();
        while (unsent.hasRemaining()) {
            if (socket.write(unsent) == 0) {
                socket.awaitWritable(timeLeft(daemon, deadline));
            }
        }
    }

    private void hear(DaemonAddress daemon, Deadline deadline) throws IOException {
        decrypted = room();
        SSLEngineResult result = engine.unwrap(received, decrypted);
        decrypted.flip();
        switch (result.getStatus()) {
            case OK, BUFFER_OVERFLOW -> {}
            case CLOSED -> throw closed(daemon, "the daemon ended TLS in the handshake", new ClosedChannelException());
            case BUFFER_UNDERFLOW -> {
                boolean more = fill();
                int first = received.hasRemaining() ? received.get(received.position()) : FIRST_KIND;
                if (first < FIRST_KIND || first > LAST_KIND) {
                    throw new SpreadException(
                            SpreadCode.COULD_NOT_CONNECT,
                            "cannot connect to " + daemon
                                    + ": what listens there does not speak TLS (is it the daemon's"
                                    + " port without TLS? see --tls-port)");
                }
                if (ended) {
                    throw closed(
                            daemon,
                            "the other side closed the connection in the TLS handshake",
                            new ClosedChannelException());
                }
                if (!more) {
                    socket.awaitReadable(false, timeLeft(daemon, deadline));
                }
            }
        }
    }

    private static long timeLeft(DaemonAddress daemon, Deadline deadline) {
        if (Thread.currentThread().isInterrupted()) {
            throw new SpreadInterruptedException("connecting to " + daemon);
        }
        long nanos = deadline.remaining();
        if (nanos == 0) {
            throw new SpreadException(
                    SpreadCode.CONNECTION_CLOSED,
                    "cannot connect to " + daemon + ": no end of the TLS handshake within " + deadline.length());
        }
        return nanos;
    }

    /** The alert for the daemon, as far as the socket takes it. */
    private void sayWhy() {
        try {
            unsent.clear();
            engine.wrap(NOTHING, unsent);
            socket.write(unsent.flip());
        } catch (IOException e) {
            // Then the daemon hears nothing.
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    // ---- reading

    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        give(into);
        boolean more = true;
        while (more && into.hasRemaining()) {
            // What came in one read is whole, as a rule: asking again would cost a call for nothing.
            more = decrypt(into) || ((into.position() == before || mayHaveMore) && fill());
        }
        int read = into.position() - before;
        return read == 0 && ended && into.hasRemaining() ? -1 : read;
    }

    private void give(ByteBuffer into) {
        int length = Math.min(into.remaining(), decrypted.remaining());
        if (length > 0) {
            into.put(into.position(), decrypted, decrypted.position(), length);
            into.position(into.position() + length);
            decrypted.position(decrypted.position() + length);
        }
    }

    /** One record, if there is a whole one. */
    private boolean decrypt(ByteBuffer into) throws IOException {
        if (ended || !received.hasRemaining()) {
            return false;
        }
        try {
            SSLEngineResult result = engine.unwrap(received, into);
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                decrypted = room();
                result = engine.unwrap(received, decrypted);
                decrypted.flip();
                give(into);
            }
            runTasks();
            ended |= result.getStatus() == SSLEngineResult.Status.CLOSED;
            return result.bytesConsumed() > 0;
        } catch (SSLException e) {
            throw TlsFailure.of(e, tls);
        }
    }

    private ByteBuffer room() {
        int needed = engine.getSession().getApplicationBufferSize();
        return decrypted.capacity() < needed ? ByteBuffer.allocate(needed) : decrypted.clear();
    }

    /** One read of the socket. An end of it that TLS did not announce is an end all the same: messages say their length themselves. */
    private boolean fill() throws IOException {
        received.compact();
        int read;
        try {
            read = socket.read(received);
        } finally {
            mayHaveMore = !received.hasRemaining();
            received.flip();
        }
        ended |= read < 0;
        return read > 0;
    }

    @Override
    public boolean holdsBytes() {
        return decrypted.hasRemaining()
                || (received.remaining() >= HEADER
                        && received.remaining() >= HEADER + (received.getShort(received.position() + 3) & 0xffff));
    }

    @Override
    public void awaitReadable(boolean orWritable, long nanos) throws IOException {
        if (!holdsBytes()) {
            socket.awaitReadable(orWritable, nanos);
        }
    }

    // ---- writing

    @Override
    public int write(ByteBuffer from) throws IOException {
        writing.lock();
        try {
            int before = from.position();
            while (from.hasRemaining() && flush(from)) {
                if (from.hasRemaining()) {
                    encrypt(from);
                }
            }
            return from.position() - before;
        } catch (SSLException e) {
            throw TlsFailure.of(e, tls);
        } finally {
            writing.unlock();
        }
    }

    /** True if the socket has taken everything. */
    private boolean flush(ByteBuffer from) throws IOException {
        if (unsent.hasRemaining()) {
            socket.write(unsent);
        }
        if (unsent.hasRemaining()) {
            return false;
        }
        if (heldBack) {
            heldBack = false;
            from.position(from.position() + 1);
        }
        return true;
    }

    private void encrypt(ByteBuffer from) throws IOException {
        int most = engine.getSession().getPacketBufferSize();
        unsent.clear();
        while (from.hasRemaining() && unsent.remaining() >= most) {
            if (engine.wrap(from, unsent).getStatus() == SSLEngineResult.Status.CLOSED) {
                throw new ClosedChannelException();
            }
        }
        unsent.flip();
        heldBack = true;
        from.position(from.position() - 1);
    }

    @Override
    public void awaitWritable(long nanos) throws IOException {
        socket.awaitWritable(nanos);
    }

    @Override
    public void shutdownOutput() {
        writing.lock();
        try {
            if (!unsent.hasRemaining()) {
                engine.closeOutbound();
                sayWhy();
            }
        } finally {
            writing.unlock();
        }
        socket.shutdownOutput();
    }

    // ---- both

    @Override
    public void wake() {
        socket.wake();
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public SelectableChannel channel() {
        return socket.channel();
    }
}
