package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.flushspread.wire.IpAddress;

/**
 * A non-blocking datagram socket of IPv4 or IPv6 that is read and written by hand, from the event loop only. What a {@link
 * org.flushspread.kernel.Turn} asks for is done at once, so the order of calls is the order on the wire.
 */
abstract class UdpSocket implements AutoCloseable {
    /** Room for the largest datagram, and for the largest batch that UDP_GRO joins. */
    static final int MAX_DATAGRAM = 65_535;

    /** What {@link #receive} answers when nothing waits. */
    static final int NOTHING = 0;
    /** What {@link #receive} answers for a datagram without bytes. */
    static final int EMPTY_DATAGRAM = -1;

    /** What {@link #send} answers when the datagram was taken. */
    static final int SENT = 0;
    /** What {@link #send} answers for a failure without a number. */
    static final int FAILED = Integer.MAX_VALUE;

    /** Binds to an address and port; 0.0.0.0, :: and 0 mean any. */
    abstract void bind(InetSocketAddress local) throws IOException;

    abstract int localPort();

    /** Asks for a receive buffer of so many bytes and tells how many were granted. */
    abstract int receiveBuffer(int bytes) throws IOException;

    /** Asks for a send buffer; what is granted does not matter to anybody. */
    abstract void sendBuffer(int bytes) throws IOException;

    /** Lets datagrams go to and come from broadcast addresses. */
    abstract void allowBroadcast() throws IOException;

    /** Receives what is sent to a multicast group through the network card that the group's scope names, or else that owns {@code owner}. */
    abstract void join(IpAddress group, IpAddress owner) throws IOException;

    /**
     * Multicasts leave through the network card that owns {@code owner}, with a time to live (IPv6: a hop limit) of 1, and are looped back.
     */
    abstract void multicastFrom(IpAddress owner) throws IOException;

    /** Joins equal datagrams of one sender on receipt where the system can; true if it can. */
    abstract boolean coalesce();

    /** True if {@link #send} can cut one buffer into equal datagrams. */
    abstract boolean canSegment();

    /** Runs {@code readable} on the loop whenever something waits. */
    abstract void register(IoEventLoop loop, Runnable readable);

    /**
     * Takes the next datagram, or batch of joined datagrams, into {@code into} from index 0.
     *
     * @return its length, {@link #NOTHING} or {@link #EMPTY_DATAGRAM}
     */
    abstract int receive(ReceiveBuffer into) throws IOException;

    /**
     * Sends bytes as one datagram, or cut into datagrams of {@code segment} bytes each (the last may be shorter).
     *
     * @param bytes a direct buffer
     * @param segment 0 for one datagram
     * @return {@link #SENT}, or the error number of the system, or {@link #FAILED}
     */
    abstract int send(ByteBuf bytes, int index, int length, int segment, InetSocketAddress to);

    @Override
    public abstract void close();
}
