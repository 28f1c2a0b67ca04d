package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.flushspread.daemon.tls.TlsHandler;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.kernel.base.Reason;
import org.jspecify.annotations.Nullable;

/** A client on a TCP or unix domain socket, perhaps behind TLS. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on the loop ends the channel, and is seen there
final class SocketConnection extends ClientConnection {
    /** How long a client may take to read what was written to it before its connection was closed. */
    private static final long LINGER_MILLIS = 2000;

    private final Channel channel;
    private final ClientConnections inputs;
    private final @Nullable TlsHandler tls;
    private boolean closing;
    private boolean writing;

    SocketConnection(Channel channel, ClientConnections inputs, ClientAddress address, @Nullable TlsHandler tls) {
        super(inputs, address);
        this.channel = channel;
        this.inputs = inputs;
        this.tls = tls;
    }

    ChannelInboundHandlerAdapter handler() {
        return new Handler();
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            inputs.add(SocketConnection.this);
            opened();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            received((ByteBuf) msg);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inputs.remove(SocketConnection.this);
            ended();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (!writing) {
                writabilityChanged();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Override
    void read(boolean on) {
        channel.config().setAutoRead(on);
    }

    @Override
    void write(ByteBuf bytes) {
        writing = true;
        channel.write(bytes, channel.voidPromise());
        if (!writable()) {
            // What waits may only be what this turn wrote: only what the system does not take counts against the
            // client.
            channel.flush();
        }
        writing = false;
        writabilityChanged();
    }

    @Override
    String kind() {
        if (tls != null) {
            return "tls";
        }
        return channel instanceof SocketChannel ? "tcp" : "unix";
    }

    @Override
    @Nullable
    CertifiedUser user() {
        return tls == null ? null : tls.user();
    }

    @Override
    long unwrittenBytes() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return (waiting == null ? 0 : waiting.totalPendingWriteBytes()) + (tls == null ? 0 : tls.waitingBytes());
    }

    @Override
    void flush() {
        channel.flush();
    }

    @Override
    boolean writable() {
        return channel.isWritable() && (tls == null || !tls.isBehind());
    }

    /**
     * Ends the output after what was written, then waits for the client to close: closing a socket with unread input would reset the
     * connection, and the client might lose the very byte that tells it why (client-protocol 2.8).
     */
    @Override
    void close(Reason why) {
        if (closing || !channel.isOpen()) {
            return;
        }
        closing = true;
        if (why == Reason.SLOW_CLIENT || why == Reason.STALLED_CLIENT || why == Reason.CLIENT_CLOSED) {
            channel.close();
            return;
        }
        if (tls != null) {
            tls.endOutput();
        }
        channel.eventLoop().schedule(this::abort, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (done.isSuccess() && channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
                channel.config().setAutoRead(true);
            } else {
                channel.close();
            }
        });
    }

    @Override
    void abort() {
        channel.close();
    }
}
