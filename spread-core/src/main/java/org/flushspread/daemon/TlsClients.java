package org.flushspread.daemon;

import com.google.common.base.CharMatcher;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.tls.ClientCertificates;
import org.flushspread.daemon.tls.TlsFigures;
import org.flushspread.daemon.tls.TlsFiles;
import org.flushspread.daemon.tls.TlsHandler;
import org.flushspread.daemon.tls.TlsPaths;
import org.flushspread.daemon.tls.TlsPort;
import org.flushspread.daemon.tls.TlsRefusal;
import org.flushspread.tls.TlsException;
import org.jspecify.annotations.Nullable;

/**
 * The TLS port of a daemon (security 3): its files, the connections that are not clients yet, and what was refused of them, which is counted
 * and said in the log when the count is a power of two. On the event loop, except for reading files.
 */
final class TlsClients implements AutoCloseable {
    private static final int LONGEST_DETAIL = 200;

    private final TlsOptions options;
    private final ShellCounters counters;
    private final TlsFiles files;
    private final TlsPort port;
    private @Nullable ScheduledFuture<?> looking;

    /** @throws DaemonStartException if a file cannot be used */
    TlsClients(TlsOptions options, Daemon me, DaemonOptions all, ShellCounters counters) {
        this.options = options;
        this.counters = counters;
        TlsPaths paths = new TlsPaths(
                options.certificates(),
                options.key(),
                options.clients()
                        .map(each -> new ClientCertificates(each, options.required(), options.privateNames())));
        try {
            files = new TlsFiles(paths, Instant::now, DaemonLog.SESSION::warn);
        } catch (TlsException e) {
            throw new DaemonStartException(String.valueOf(e.getMessage()), e);
        }
        port = new TlsPort(
                files, me.name(), all.kernel().maxHandshakes(), all.kernel().handshakeTimeout(), this::refused);
    }

    /** Looks at the files from time to time, away from the loop. */
    void begin(IoEventLoop loop) {
        long nanos = options.look().toNanos();
        looking = loop.scheduleWithFixedDelay(() -> port.slowly(files::look), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void refused(TlsRefusal why, @Nullable SocketAddress from, String detail) {
        long count = ++counters.tlsRefused[why.ordinal()];
        if (Long.bitCount(count) == 1) {
            DaemonLog.SESSION.warn(
                    "a client at {} {}{} ({}, {} so far)",
                    from == null
                            ? "an address that is gone"
                            : ClientAddress.of(from).text(),
                    why.words(),
                    detail.isEmpty() ? "" : ": " + printable(detail),
                    why,
                    count);
        }
    }

    /** Some of it may be what a stranger wrote. */
    private static String printable(String detail) {
        String plain = CharMatcher.inRange(' ', '~').negate().replaceFrom(detail, '?');
        return plain.substring(0, Math.min(LONGEST_DETAIL, plain.length()));
    }

    /** Where clients connect. */
    int port() {
        return options.port();
    }

    /** For one new connection. */
    TlsHandler handler() {
        return port.handler();
    }

    /** Connections that are not clients yet. */
    int unfinished() {
        return port.size();
    }

    /** Reads the files again; for any thread. */
    void reread() {
        files.reread();
    }

    TlsFigures figures() {
        return new TlsFigures(options.port(), files.subject(), files.expires(), port.size());
    }

    /** Closes what is unfinished. */
    @Override
    public void close() {
        if (looking != null) {
            looking.cancel(false);
        }
        port.close();
    }
}
