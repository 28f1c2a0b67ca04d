package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.flushspread.wire.IpAddress;

/** Loses and delays what is sent, as it is told; all else is the socket's below. */
@SuppressWarnings("FutureReturnValueIgnored") // what is scheduled ends with the loop
final class FaultyUdpSocket extends UdpSocket {
    private final UdpSocket socket;
    private final NetworkFaults faults;
    private final IoEventLoop loop;
    private final ByteBuf arriving = Unpooled.directBuffer(MAX_DATAGRAM, MAX_DATAGRAM);
    private boolean closed;

    FaultyUdpSocket(UdpSocket socket, NetworkFaults faults, IoEventLoop loop) {
        this.socket = socket;
        this.faults = faults;
        this.loop = loop;
    }

    @Override
    int send(ByteBuf bytes, int index, int length, int segment, InetSocketAddress to) {
        Duration delay = faults.delay(to.getAddress());
        if (delay.isZero()) {
            return socket.send(bytes, index, length, segment, to);
        }
        if (!delay.isNegative()) {
            byte[] later = new byte[length];
            bytes.getBytes(index, later);
            loop.schedule(() -> arrive(later, segment, to), delay.toNanos(), TimeUnit.NANOSECONDS);
        }
        return SENT;
    }

    /** What is on its way when the socket closes is lost. */
    private void arrive(byte[] bytes, int segment, InetSocketAddress to) {
        if (!closed) {
            arriving.clear().writeBytes(bytes);
            socket.send(arriving, 0, bytes.length, segment, to);
        }
    }

    @Override
    void bind(InetSocketAddress local) throws IOException {
        socket.bind(local);
    }

    @Override
    int localPort() {
        return socket.localPort();
    }

    @Override
    int receiveBuffer(int bytes) throws IOException {
        return socket.receiveBuffer(bytes);
    }

    @Override
    void sendBuffer(int bytes) throws IOException {
        socket.sendBuffer(bytes);
    }

    @Override
    void allowBroadcast() throws IOException {
        socket.allowBroadcast();
    }

    @Override
    void join(IpAddress group, IpAddress owner) throws IOException {
        socket.join(group, owner);
    }

    @Override
    void multicastFrom(IpAddress owner) throws IOException {
        socket.multicastFrom(owner);
    }

    @Override
    boolean coalesce() {
        return socket.coalesce();
    }

    @Override
    boolean canSegment() {
        return socket.canSegment();
    }

    @Override
    void register(IoEventLoop on, Runnable readable) {
        socket.register(on, readable);
    }

    @Override
    int receive(ReceiveBuffer into) throws IOException {
        return socket.receive(into);
    }

    @Override
    public void close() {
        closed = true;
        arriving.release();
        socket.close();
    }
}
