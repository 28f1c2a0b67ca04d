package org.flushspread.daemon;

import com.google.common.base.Strings;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.flushspread.config.AccessDecision;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.admin.About;
import org.flushspread.daemon.admin.AdminServer;
import org.flushspread.daemon.admin.AdminSnapshot;
import org.flushspread.daemon.admin.AdminSource;
import org.flushspread.daemon.admin.FlightRecorder;
import org.flushspread.daemon.admin.Observations;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.KernelSnapshot;
import org.flushspread.kernel.base.Event;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the doors of the admin endpoint, and makes its snapshots on the event loop. Whoever can read the file of the unix domain socket
 * could have the daemon's memory too; so the file is for the daemon's own user.
 */
final class Administration implements AdminSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Administration.class);
    private static final String SUFFIX = ".admin";

    private final IoEventLoop loop;
    private final Shell shell;
    private final ShellCounters counters;
    private final Daemon me;
    private final Observations observations;
    private final FlightRecorder recorder;
    private final long startedMillis = System.currentTimeMillis();
    private @Nullable TlsClients tls;
    private @Nullable AdminServer server;
    private @Nullable Rights rights;
    private @Nullable UnixSocketFile file;

    Administration(IoEventLoop loop, Shell shell, ShellCounters counters, Daemon me, FlightRecorder recorder) {
        this.observations = new Observations(me.name());
        this.recorder = recorder;
        this.loop = loop;
        this.shell = shell;
        this.counters = counters;
        this.me = me;
    }

    /** Before {@link #open}. */
    void tls(TlsClients clients) {
        tls = clients;
    }

    /** An event of the kernel. On the loop. */
    void observe(Event event) {
        observations.observe(event, System.currentTimeMillis());
    }

    /**
     * Begins to answer. A unix domain socket that cannot be is logged; a port that was asked for and cannot be is an error.
     *
     * @param who who may ask
     * @param listening where the daemon listens, for a person
     */
    void open(DaemonOptions options, Rights who, String unique, List<String> listening) {
        rights = who;
        List<ServerSocketChannel> local = new ArrayList<>();
        List<ServerSocketChannel> network = new ArrayList<>();
        try {
            Optional<Path> directory = options.socketDirectory();
            if (options.admin().socket() && options.network() && directory.isPresent()) {
                openSocket(directory.get().resolve(me.port() + SUFFIX), unique).ifPresent(local::add);
            }
            if (options.admin().http().isPresent()) {
                network.add(openPort(options.admin().http().get()));
            }
            if (!local.isEmpty() || !network.isEmpty()) {
                About about = new About(me.name(), SpreadDaemon.version(), startedMillis, List.copyOf(listening));
                server = AdminServer.start(this, about, recorder, local, network);
            }
        } catch (IOException | RuntimeException e) {
            local.forEach(Administration::close);
            network.forEach(Administration::close);
            throw e instanceof DaemonStartException known
                    ? known
                    : new DaemonStartException("cannot serve the admin endpoint: " + e.getMessage(), e);
        }
    }

    private Optional<ServerSocketChannel> openSocket(Path path, String unique) throws IOException {
        ServerSocketChannel channel = null;
        try {
            UnixSocketFile candidate = new UnixSocketFile(path, unique);
            if (!candidate.mayTake()) {
                LOG.info("{} belongs to another running daemon: this one has no admin socket", path);
                return Optional.empty();
            }
            channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            channel.bind(UnixDomainSocketAddress.of(candidate.bound()));
            file = candidate;
            candidate.publish(UnixSocketFile.FOR_ONE_USER);
            dropStrangers(channel);
            LOG.info("the admin endpoint is {}", path);
            return Optional.of(channel);
        } catch (DaemonStartException | IOException | UnsupportedOperationException e) {
            if (channel != null) {
                channel.close();
            }
            LOG.warn("no admin socket: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Whoever connected before the file was for one user only. */
    private static void dropStrangers(ServerSocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        for (var early = channel.accept(); early != null; early = channel.accept()) {
            early.close();
        }
    }

    private static ServerSocketChannel openPort(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address);
            LOG.info("the live page is http:/{}/", channel.getLocalAddress());
            return channel;
        } catch (IOException | RuntimeException e) {
            close(channel);
            throw new DaemonStartException(
                    "cannot serve HTTP on " + address + ": " + e.getMessage() + ". Choose another --http.", e);
        }
    }

    private static void close(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a listener: {}", e.getMessage());
        }
    }

    @Override
    public void snapshot(Consumer<AdminSnapshot> answer) {
        try {
            loop.execute(() -> {
                Kernel kernel = shell.kernel();
                if (kernel != null && !kernel.hasFailed()) {
                    answer.accept(snapshot(kernel));
                }
            });
        } catch (RejectedExecutionException stopped) {
            LOG.debug("asked after the daemon had stopped");
        }
    }

    @Override
    public AccessDecision mayAsk(@Nullable IpAddress from) {
        Rights who = rights;
        return who == null ? new AccessDecision(false, 0) : who.admin(from);
    }

    private AdminSnapshot snapshot(Kernel kernel) {
        KernelSnapshot figures = kernel.snapshot(AdminSnapshot.LIMITS);
        List<AdminSnapshot.Client> clients = new ArrayList<>(figures.sessions().size());
        figures.sessions().forEach(each -> {
            ClientConnection connection = (ClientConnection) each.session().transport();
            clients.add(new AdminSnapshot.Client(
                    each,
                    connection.kind(),
                    connection.address().text(),
                    Strings.nullToEmpty(each.session().user()),
                    connection.unwrittenBytes()));
        });
        DaemonMetrics metrics =
                DaemonMetrics.of(me.name(), shell.clients().size(), List.of(), kernel.counters(), counters);
        Runtime memory = Runtime.getRuntime();
        return new AdminSnapshot(
                System.currentTimeMillis(),
                figures,
                List.copyOf(clients),
                metrics.counters(),
                metrics.refused(),
                shell.seal(),
                Optional.ofNullable(tls).map(TlsClients::figures),
                rights == null ? Optional.empty() : rights.figures(),
                observations.copy(),
                memory.totalMemory() - memory.freeMemory(),
                PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()
                        + PooledByteBufAllocator.DEFAULT.metric().usedHeapMemory());
    }

    /** Stops answering and removes the socket's file. */
    @Override
    public void close() {
        if (file != null) {
            file.remove();
            file = null;
        }
        if (server != null) {
            server.close();
            server = null;
        }
    }
}
