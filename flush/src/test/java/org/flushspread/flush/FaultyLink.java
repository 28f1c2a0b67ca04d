package org.flushspread.flush;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.flushspread.client.Link;
import org.jspecify.annotations.Nullable;

/** A socket to a daemon of which the test says how much may be written, and what goes wrong. */
final class FaultyLink implements Link {
    private final SocketChannel channel;
    private final Selector readSelector;
    private final Selector writeSelector;
    private final SelectionKey readKey;
    private final SelectionKey writeKey;
    private volatile boolean readerWantsRoom;
    private volatile boolean writerWaits;
    /** Nothing can be written, as when the daemon takes nothing. */
    private volatile boolean full;

    private volatile @Nullable Error failure;
    private volatile @Nullable IOException cut;

    /** @param daemon port@127.0.0.1 */
    FaultyLink(String daemon) throws IOException {
        int port = Integer.parseInt(daemon.substring(0, daemon.indexOf('@')));
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        readSelector = Selector.open();
        writeSelector = Selector.open();
        readKey = channel.register(readSelector, SelectionKey.OP_READ);
        writeKey = channel.register(writeSelector, SelectionKey.OP_WRITE);
    }

    void full(boolean now) {
        full = now;
        if (!now) {
            // What a kernel does for those who wait for room; nobody else is woken.
            if (readerWantsRoom) {
                readSelector.wakeup();
            }
            writeSelector.wakeup();
        }
    }

    /** From now on each read throws this. */
    void failReads(Error error) {
        failure = error;
        readSelector.wakeup();
    }

    /** From now on each write fails, as when the other side has closed with unread bytes. */
    void cutOff(IOException why) {
        cut = why;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        Error error = failure;
        if (error != null) {
            throw error;
        }
        return channel.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        IOException why = cut;
        if (why != null) {
            throw why;
        }
        return full ? 0 : channel.write(from);
    }

    @Override
    public void awaitReadable(boolean orWritable, long nanos) throws IOException {
        // The socket itself has room: while the link is full, it is full(false) that tells of it.
        readerWantsRoom = orWritable;
        select(readKey, SelectionKey.OP_READ | (orWritable && !full ? SelectionKey.OP_WRITE : 0), nanos);
        readerWantsRoom = false;
    }

    @Override
    public void awaitWritable(long nanos) throws IOException {
        writerWaits = true;
        select(writeKey, full ? 0 : SelectionKey.OP_WRITE, nanos);
        writerWaits = false;
    }

    /** True while somebody waits for room. */
    boolean writerWaits() {
        return writerWaits;
    }

    private static void select(SelectionKey key, int wanted, long nanos) throws IOException {
        try {
            key.interestOps(wanted);
            key.selector().select(millis(nanos));
            key.selector().selectedKeys().clear();
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new IOException("closed", e);
        }
    }

    private static long millis(long nanos) {
        return nanos == Long.MAX_VALUE ? 0 : Math.max(1, nanos / 1_000_000);
    }

    @Override
    public void wake() {
        readSelector.wakeup();
        writeSelector.wakeup();
    }

    @Override
    public void close() {
        try {
            channel.close();
            readSelector.close();
            writeSelector.close();
        } catch (IOException e) {
            // closed all the same
        }
    }

    @Override
    public void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // the other side has gone
        }
    }

    @Override
    public @Nullable SelectableChannel channel() {
        return channel;
    }
}
