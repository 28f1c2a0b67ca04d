package org.flushspread.daemon.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * What a TLS connection sends. Bytes wait as they are and are encrypted only as far as the system takes them: so a large message that many
 * clients are sent is in memory once (security 3.2).
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on the loop ends the channel, and is seen there
final class TlsOutput {
    /** Bytes that are encrypted in one step. */
    private static final int STEP = 64 << 10;
    /** What a record adds: header, kind, tag. */
    private static final int RECORD_OVERHEAD = 22;

    private static final int RECORD = 16 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Bytes on their way out. */
    private record Waiting(ByteBuf bytes, ChannelPromise promise) {}

    private final TlsPort port;
    private final SSLEngine engine;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean ending;

    TlsOutput(TlsPort port, SSLEngine engine) {
        this.port = port;
        this.engine = engine;
    }

    boolean isBehind() {
        return !waiting.isEmpty();
    }

    long waitingBytes() {
        return waiting.stream().mapToLong(each -> each.bytes.readableBytes()).sum();
    }

    /** The next empty write is the last one, behind which TLS ends. */
    void endBehindNext() {
        ending = true;
    }

    /** The connection is gone. */
    void drop() {
        for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
            each.bytes.release();
            each.promise.tryFailure(new ClosedChannelException());
        }
    }

    void write(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
        waiting.add(new Waiting(bytes, promise));
        pump(ctx);
    }

    void flush(ChannelHandlerContext ctx) {
        ctx.flush();
        while (!waiting.isEmpty() && ctx.channel().isWritable()) {
            pump(ctx);
            ctx.flush();
        }
    }

    /** Writes what the engine itself has to say. False if there was nothing. */
    boolean say(ChannelHandlerContext ctx) throws SSLException {
        ByteBuffer record = port.record(engine);
        SSLEngineResult result = engine.wrap(NOTHING, record);
        if (result.bytesProduced() > 0) {
            ctx.write(ctx.alloc().buffer(record.position()).writeBytes(record.flip()));
        }
        return result.bytesProduced() > 0 || engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK;
    }

    /** The alert that the engine has for the client, if it has one. */
    void sayEnd(ChannelHandlerContext ctx) {
        try {
            engine.closeOutbound();
            boolean more = true;
            while (more && !engine.isOutboundDone()) {
                more = say(ctx);
            }
        } catch (SSLException | RuntimeException e) {
            // Then it hears nothing.
        }
        ctx.flush();
    }

    private void pump(ChannelHandlerContext ctx) {
        while (!waiting.isEmpty() && ctx.channel().isWritable()) {
            step(ctx);
        }
    }

    private void step(ChannelHandlerContext ctx) {
        Waiting first = waiting.element();
        ByteBuf record;
        try {
            if (first.bytes.isReadable()) {
                record = encrypt(ctx, first.bytes);
            } else {
                record = Unpooled.EMPTY_BUFFER;
                if (ending) {
                    sayEnd(ctx);
                }
            }
        } catch (SSLException | RuntimeException e) {
            waiting.remove();
            first.bytes.release();
            first.promise.tryFailure(e);
            ctx.close();
            return;
        }
        if (first.bytes.isReadable()) {
            ctx.write(record, ctx.voidPromise());
        } else {
            waiting.remove();
            first.bytes.release();
            ctx.write(record, first.promise);
        }
    }

    /** Takes some of the bytes, and answers them as records. */
    private ByteBuf encrypt(ChannelHandlerContext ctx, ByteBuf bytes) throws SSLException {
        int length = Math.min(STEP, bytes.readableBytes());
        ByteBuffer from = bytes.nioBuffer(bytes.readerIndex(), length);
        ByteBuf out = ctx.alloc().buffer(length + (length / RECORD + 1) * RECORD_OVERHEAD);
        boolean whole = false;
        try {
            while (from.hasRemaining()) {
                ByteBuffer record = port.record(engine);
                SSLEngineResult result = engine.wrap(from, record);
                if (result.bytesProduced() == 0) {
                    throw new SSLException("nothing more can be sent: " + result.getStatus());
                }
                out.writeBytes(record.flip());
            }
            whole = true;
        } finally {
            if (!whole) {
                out.release();
            }
        }
        bytes.skipBytes(length);
        return out;
    }
}
