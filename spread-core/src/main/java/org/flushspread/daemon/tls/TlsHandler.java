package org.flushspread.daemon.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.tls.CertificateNames;
import org.flushspread.tls.TlsException;
import org.flushspread.tls.Validity;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one connection, in front of the handlers that speak the client protocol: those see the connection begin when the TLS handshake is
 * over, and read and write as without TLS (security 3.2).
 *
 * <p>While something waits here to be encrypted the connection does not count as writable ({@link #isBehind}).
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on the loop ends the channel, and is seen there
public final class TlsHandler extends ChannelDuplexHandler {
    /** First byte of a record of a handshake. */
    private static final int HANDSHAKE_RECORD = 22;
    /** REJECT_AUTH, which clients without TLS understand (client-protocol 2.7). */
    private static final int REJECTED = 0xf7;
    /** How long a refused client may take to read why, before its connection is closed. */
    private static final long LINGER_MILLIS = 2000;

    private enum State {
        HANDSHAKE,
        OPEN,
        /** It was told why; nothing more is looked at. */
        REFUSED,
        CLOSED
    }

    private final TlsPort port;
    private final SSLEngine engine;
    private final Optional<ClientCertificates> clients;
    private final TlsOutput output;
    private State state = State.HANDSHAKE;
    /** The handlers behind know of the connection. */
    private boolean announced;
    /** The first byte was looked at. */
    private boolean looked;
    /** A task of the handshake runs on its thread: nobody else touches the engine. */
    private boolean busy;

    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> timer;
    /** What has come and was not decrypted: less than a record, but for moments. */
    private @Nullable ByteBuf received;

    private @Nullable ByteBuf decrypted;
    private @Nullable CertifiedUser user;

    TlsHandler(TlsPort port, SSLEngine engine, Optional<ClientCertificates> clients) {
        this.port = port;
        this.engine = engine;
        this.clients = clients;
        output = new TlsOutput(port, engine);
    }

    /** Who the client is by its certificate, once the connection is announced; null if it has none. */
    public @Nullable CertifiedUser user() {
        return user;
    }

    /** True while bytes wait to be encrypted because the system does not take more. */
    public boolean isBehind() {
        return output.isBehind();
    }

    /** Bytes that wait so. */
    public long waitingBytes() {
        return output.waitingBytes();
    }

    /** The next empty write ends the output: the client is told that nothing follows. */
    public void endOutput() {
        output.endBehindNext();
    }

    /** Closes the connection at once. */
    void abort() {
        if (context != null) {
            context.close();
        }
    }

    /** It has taken too long, or others need its place. */
    void giveUp(TlsRefusal why) {
        if (context != null && state == State.HANDSHAKE) {
            port.refuse(why, context.channel().remoteAddress(), "");
            state = State.REFUSED;
        }
        abort();
    }

    // ---- the connection

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws SSLException {
        port.begin(this);
        timer = ctx.executor()
                .schedule(
                        () -> giveUp(TlsRefusal.TLS_HANDSHAKE_TIMEOUT),
                        port.time().toNanos(),
                        TimeUnit.NANOSECONDS);
        engine.beginHandshake();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.CLOSED;
        handshakeEnded();
        drop();
        output.drop();
        if (announced) {
            ctx.fireChannelInactive();
        }
    }

    private void handshakeEnded() {
        port.end(this);
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void drop() {
        if (received != null) {
            received.release();
            received = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (announced) {
            ctx.fireExceptionCaught(cause);
        } else {
            ctx.close();
        }
    }

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf bytes = (ByteBuf) msg;
        if (state == State.REFUSED || state == State.CLOSED) {
            bytes.release();
            return;
        }
        if (!looked) {
            looked = true;
            if (bytes.getByte(bytes.readerIndex()) != HANDSHAKE_RECORD) {
                bytes.release();
                ctx.write(Unpooled.buffer(1).writeByte(REJECTED));
                refuse(ctx, TlsRefusal.NOT_TLS, "");
                return;
            }
        }
        keep(ctx, bytes);
        if (!busy) {
            advance(ctx);
        }
    }

    private void keep(ChannelHandlerContext ctx, ByteBuf bytes) {
        ByteBuf before = received;
        if (before == null) {
            received = bytes;
            return;
        }
        ByteBuf both = ctx.alloc().buffer(before.readableBytes() + bytes.readableBytes());
        both.writeBytes(before).writeBytes(bytes);
        before.release();
        bytes.release();
        received = both;
    }

    /** Does what can be done now; what was decrypted goes on in one piece. */
    private void advance(ChannelHandlerContext ctx) {
        Exception failure = null;
        try {
            boolean more = true;
            while (more && (state == State.HANDSHAKE || state == State.OPEN)) {
                more = switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> runTasks(ctx);
                    case NEED_WRAP -> output.say(ctx);
                    default -> next(ctx);
                };
            }
        } catch (SSLException | RuntimeException e) {
            // The JDK has had other exceptions than its own for broken input.
            failure = e;
        }
        ctx.flush();
        ByteBuf plain = decrypted;
        decrypted = null;
        if (plain != null) {
            ctx.fireChannelRead(plain);
        }
        if (failure != null) {
            failed(ctx, failure);
        } else if (engine.isInboundDone() && state == State.OPEN) {
            ended(ctx);
        }
        keepRest(ctx);
    }

    /** A part of a record must not keep a whole read in memory for as long as the client likes. */
    private void keepRest(ChannelHandlerContext ctx) {
        ByteBuf rest = received;
        if (rest == null) {
            return;
        }
        if (!rest.isReadable() || state == State.REFUSED || state == State.CLOSED) {
            drop();
        } else if (rest.capacity() > 4 * rest.readableBytes()) {
            received = ctx.alloc().buffer(rest.readableBytes()).writeBytes(rest);
            rest.release();
        }
    }

    private boolean next(ChannelHandlerContext ctx) throws SSLException {
        if (state == State.HANDSHAKE
                && engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
            opened(ctx);
        }
        ByteBuf in = received;
        if (in == null || !in.isReadable() || engine.isInboundDone()) {
            return false;
        }
        ByteBuffer plain = port.plain(engine);
        SSLEngineResult result = engine.unwrap(in.nioBuffer(), plain);
        in.skipBytes(result.bytesConsumed());
        if (result.bytesProduced() > 0) {
            if (decrypted == null) {
                decrypted = ctx.alloc().buffer(result.bytesProduced() + in.readableBytes());
            }
            decrypted.writeBytes(plain.flip());
        }
        return switch (result.getStatus()) {
            case BUFFER_UNDERFLOW, CLOSED -> false;
            case BUFFER_OVERFLOW -> {
                if (plain.capacity() >= engine.getSession().getApplicationBufferSize()) {
                    throw new SSLException("a record is larger than TLS allows");
                }
                yield true;
            }
            case OK -> result.bytesConsumed() > 0 || isAwaited();
        };
    }

    /** The engine has something to do before it reads on. */
    private boolean isAwaited() {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK, NEED_WRAP -> true;
            default -> false;
        };
    }

    private boolean runTasks(ChannelHandlerContext ctx) {
        if (state == State.OPEN) {
            // Those behind the handshake are small.
            runTasks();
            return true;
        }
        busy = true;
        ctx.channel().config().setAutoRead(false);
        port.slowly(() -> {
            runTasks();
            try {
                ctx.executor().execute(() -> tasksDone(ctx));
            } catch (RejectedExecutionException stopped) {
                // The daemon ends, and the connection with it.
            }
        });
        return false;
    }

    /** What fails in one is told by the next step of the engine. */
    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private void tasksDone(ChannelHandlerContext ctx) {
        busy = false;
        if (state == State.HANDSHAKE) {
            ctx.channel().config().setAutoRead(true);
            advance(ctx);
        } else {
            drop();
        }
    }

    /** The handshake is over: now there is a client. */
    private void opened(ChannelHandlerContext ctx) throws SSLException {
        Optional<TlsRefusal> refusal = identify();
        if (refusal.isPresent()) {
            state = State.OPEN;
            output.write(ctx, Unpooled.buffer(1).writeByte(REJECTED), ctx.newPromise());
            refuse(ctx, refusal.get(), "");
            return;
        }
        state = State.OPEN;
        handshakeEnded();
        announced = true;
        ctx.fireChannelActive();
    }

    /** A session that is resumed brings the certificate of then, which may have expired since. */
    private Optional<TlsRefusal> identify() {
        if (clients.isEmpty()) {
            return Optional.empty();
        }
        try {
            X509Certificate certificate = (X509Certificate) engine.getSession().getPeerCertificates()[0];
            Validity.require(certificate, port.now(), "a client");
            Optional<String> name = CertificateNames.user(certificate);
            if (name.isEmpty()) {
                return Optional.of(TlsRefusal.TLS_CLIENT_NAME);
            }
            user = new CertifiedUser(name.get(), clients.get().namesArePrivateNames());
            return Optional.empty();
        } catch (TlsException e) {
            return Optional.of(TlsRefusal.TLS_CLIENT_CERTIFICATE);
        } catch (SSLPeerUnverifiedException none) {
            return clients.get().required() ? Optional.of(TlsRefusal.TLS_CLIENT_CERTIFICATE) : Optional.empty();
        }
    }

    /** The client has said that nothing follows. */
    private void ended(ChannelHandlerContext ctx) {
        output.sayEnd(ctx);
        ctx.close();
    }

    private void failed(ChannelHandlerContext ctx, Exception e) {
        boolean handshake = state == State.HANDSHAKE;
        String detail = String.valueOf(e.getMessage());
        TlsRefusal why = TlsRefusal.TLS_RECORD;
        if (handshake) {
            why = clients.isPresent() && isAboutCertificate(e, detail)
                    ? TlsRefusal.TLS_CLIENT_CERTIFICATE
                    : TlsRefusal.TLS_HANDSHAKE_FAILED;
        }
        output.sayEnd(ctx);
        refuse(ctx, why, detail);
    }

    private static boolean isAboutCertificate(Throwable e, String text) {
        if (text.contains("Received fatal alert")) {
            // What the client does not like is the daemon's.
            return false;
        }
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof CertificateException) {
                return true;
            }
        }
        return text.contains("certificate");
    }

    /** Ends the connection so that the client can read what was written: closing it with unread input would throw that away. */
    private void refuse(ChannelHandlerContext ctx, TlsRefusal why, String detail) {
        port.refuse(why, ctx.channel().remoteAddress(), detail);
        if (announced) {
            ctx.close();
            return;
        }
        state = State.REFUSED;
        ctx.flush();
        ctx.channel().config().setAutoRead(true);
        if (ctx.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        ctx.executor().schedule(this::abort, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    // ---- out

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        output.write(ctx, (ByteBuf) msg, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        output.flush(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (output.isBehind() && ctx.channel().isWritable()) {
            output.flush(ctx);
        }
        if (announced) {
            ctx.fireChannelWritabilityChanged();
        }
    }
}
