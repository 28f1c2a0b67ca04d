package org.flushspread.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * A TCP or unix domain socket, always non-blocking: an interrupt then never closes it, and a started read or write never waits.
 *
 * <p>Reader and writer wait in a selector each, so that neither disturbs the other.
 */
final class SocketLink implements Link {
    private static final int SOCKET_BUFFER = 200 * 1024;

    private final SocketChannel channel;
    private final Selector readSelector;
    private final SelectionKey readKey;
    private final Object closing = new Object();
    /** Opened when a write has to wait for the first time: a selector takes two descriptors, and most writes never wait. */
    private @Nullable Selector writeSelector;

    private boolean closed;

    private SocketLink(SocketChannel channel, Selector selector, SelectionKey key) {
        this.channel = channel;
        this.readSelector = selector;
        this.readKey = key;
    }

    /** What was connected, as a link that waits for bytes. */
    static SocketLink of(SocketChannel channel, Selector selector, SelectionKey key) {
        key.interestOps(SelectionKey.OP_READ);
        return new SocketLink(channel, selector, key);
    }

    /**
     * Connects.
     *
     * @throws SpreadException {@link SpreadCode#ILLEGAL_SPREAD} for an unknown host, {@link SpreadCode#COULD_NOT_CONNECT} if nothing
     *     listens there or the time is over
     */
    static SocketLink connect(DaemonAddress daemon, Path socketDirectory, Deadline deadline) {
        String host = daemon.host();
        if (host == null
                && !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
            Path path = socketDirectory.resolve(Integer.toString(daemon.port()));
            return connect(daemon, unixAddress(daemon, path), deadline);
        }
        return TcpAttempts.to(daemon, host == null ? "localhost" : host, deadline)
                .connect();
    }

    private static UnixDomainSocketAddress unixAddress(DaemonAddress daemon, Path path) {
        if (!Files.exists(path)) {
            throw refused(
                    daemon,
                    "there is no socket " + path + " (is the daemon running? start one with scripts/spread; a daemon"
                            + " on another machine is named " + daemon.port() + "@host)",
                    null);
        }
        return UnixDomainSocketAddress.of(path);
    }

    private static SocketLink connect(DaemonAddress daemon, UnixDomainSocketAddress address, Deadline deadline) {
        try {
            while (true) {
                SocketLink made = attempt(daemon, address, deadline);
                if (made != null) {
                    return made;
                }
                // The backlog of a unix socket is full: it says so at once, so it has to be asked again.
                checkTime(daemon, address, deadline);
                LockSupport.parkNanos(Math.min(deadline.remaining(), 5_000_000));
            }
        } catch (ConnectException e) {
            throw refused(
                    daemon,
                    "nothing listens on " + address + " (is the daemon running? start one with scripts/spread)",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            throw refused(daemon, address + ": " + e.getMessage(), e);
        }
    }

    /** One attempt; null if it is to be made again, with another socket, for the JDK closes one that did not connect. */
    private static @Nullable SocketLink attempt(
            DaemonAddress daemon, UnixDomainSocketAddress address, Deadline deadline) throws IOException {
        SocketChannel channel = null;
        Selector selector = null;
        SocketLink made = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            setBuffers(channel);
            selector = Selector.open();
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (isFull(channel, address)) {
                return null;
            }
            while (!channel.finishConnect()) {
                checkTime(daemon, address, deadline);
                selector.select(SocketLink::ignore, millis(deadline.remaining()));
            }
            made = of(channel, selector, key);
            return made;
        } finally {
            if (made == null) {
                closeQuietly(channel);
                // Behind the channel, whose descriptor it gives back.
                closeQuietly(selector);
            }
        }
    }

    private static void checkTime(DaemonAddress daemon, UnixDomainSocketAddress address, Deadline deadline) {
        if (Thread.currentThread().isInterrupted()) {
            throw new SpreadInterruptedException("connecting to " + daemon);
        }
        if (deadline.isOver()) {
            throw refused(daemon, "no answer from " + address + " within " + deadline.length(), null);
        }
    }

    /**
     * Starts to connect; true if a unix socket has no room for another client now. The JDK gives that no exception of its own, and its text
     * is in the language of the system. A path that may be written to and does not refuse leaves no other reason.
     */
    private static boolean isFull(SocketChannel channel, UnixDomainSocketAddress address) throws IOException {
        try {
            channel.connect(address);
            return false;
        } catch (ConnectException e) {
            throw e;
        } catch (SocketException e) {
            if (Files.isWritable(address.getPath())) {
                return true;
            }
            throw e;
        }
    }

    /** Before connecting, or TCP cannot announce the larger window (client-protocol 2.3). */
    static void setBuffers(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
    }

    static SpreadException refused(DaemonAddress daemon, String why, @Nullable Throwable cause) {
        return new SpreadException(SpreadCode.COULD_NOT_CONNECT, "cannot connect to " + daemon + ": " + why, cause);
    }

    static void closeQuietly(@Nullable Closeable half) {
        if (half != null) {
            try {
                half.close();
            } catch (IOException e) {
                // the descriptor is given back all the same
            }
        }
    }

    /** With a consumer, select makes no garbage. */
    static void ignore(SelectionKey key) {}

    static long millis(long nanos) {
        return nanos == Long.MAX_VALUE ? 0 : Math.max(1, (nanos + 999_999) / 1_000_000);
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
        int wanted = orWritable ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        try {
            if (readKey.interestOps() != wanted) {
                readKey.interestOps(wanted);
            }
            readSelector.select(SocketLink::ignore, millis(nanos));
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw closed(e);
        }
    }

    @Override
    public void awaitWritable(long nanos) throws IOException {
        try {
            writeSelector().select(SocketLink::ignore, millis(nanos));
        } catch (ClosedSelectorException e) {
            throw closed(e);
        }
    }

    private Selector writeSelector() throws IOException {
        synchronized (closing) {
            Selector known = writeSelector;
            if (known != null) {
                return known;
            }
            if (closed) {
                throw new ClosedChannelException();
            }
            Selector opened = Selector.open();
            try {
                channel.register(opened, SelectionKey.OP_WRITE);
            } catch (IOException e) {
                opened.close();
                throw e;
            }
            writeSelector = opened;
            return opened;
        }
    }

    private static ClosedChannelException closed(Throwable cause) {
        ClosedChannelException closed = new ClosedChannelException();
        closed.initCause(cause);
        return closed;
    }

    @Override
    public void wake() {
        readSelector.wakeup();
        Selector writing;
        synchronized (closing) {
            writing = writeSelector;
        }
        if (writing != null) {
            writing.wakeup();
        }
    }

    @Override
    public void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // the other side has gone before us
        }
    }

    @Override
    public void close() {
        Selector writing;
        synchronized (closing) {
            closed = true;
            writing = writeSelector;
        }
        // The selectors last: while a thread selects on one, the channel's close is carried out by closing that
        // selector. Each is closed whatever the others say.
        closeQuietly(channel);
        closeQuietly(readSelector);
        closeQuietly(writing);
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }
}
