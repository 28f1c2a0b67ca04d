package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The one buffer all datagram sockets of a daemon are read into; what is in it is lent until the next read. */
final class ReceiveBuffer implements AutoCloseable {
    private final ByteBuf bytes = Unpooled.directBuffer(UdpSocket.MAX_DATAGRAM, UdpSocket.MAX_DATAGRAM)
            .writerIndex(UdpSocket.MAX_DATAGRAM);
    private final ByteBuffer nio = bytes.nioBuffer();

    /** To be set before {@link UdpSocket#receive}: whether it shall look where a datagram came from. */
    boolean wantsSource;
    /** Where the last datagram came from, without a scope; null if nobody looked. */
    @Nullable
    IpAddress source;

    ByteBuf bytes() {
        return bytes;
    }

    /** The same memory; position and limit are the caller's to set. */
    ByteBuffer nio() {
        return nio;
    }

    @Override
    public void close() {
        bytes.release();
    }
}
