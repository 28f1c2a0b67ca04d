package org.flushspread.interop;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.flushspread.client.Link;

/**
 * A socket with buffers of so many bytes from the beginning: had it announced a larger window before, TCP would wait for that window and
 * send by timers alone. For one thread.
 */
final class NarrowLink implements Link {
    private final SocketChannel channel;
    private final Selector selector = Selector.open();
    private final SelectionKey key;

    NarrowLink(SocketAddress daemon, int buffers) throws IOException {
        channel = daemon instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, buffers);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, buffers);
        channel.connect(daemon);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return channel.write(from);
    }

    @Override
    public void awaitReadable(boolean orWritable, long nanos) throws IOException {
        await(orWritable ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ, nanos);
    }

    @Override
    public void awaitWritable(long nanos) throws IOException {
        await(SelectionKey.OP_WRITE, nanos);
    }

    private void await(int what, long nanos) throws IOException {
        key.interestOps(what);
        selector.select(ready -> {}, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException gone) {
            // The daemon was first.
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            selector.close();
        } catch (IOException gone) {
            // Closed all the same.
        }
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }
}
