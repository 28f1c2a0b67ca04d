package org.flushspread.daemon.admin;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.flushspread.config.AccessDecision;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers HTTP requests about one daemon, on a thread of its own. Connections, the length of a request and the time of all of it are
 * bounded; requests that come at the same time share a snapshot, so that no number of them asks more of the kernel's thread.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int MOST_CONNECTIONS = 64;
    private static final long TIME_OF_A_CONNECTION = Duration.ofSeconds(10).toNanos();
    /** A snapshot as old as this is as good as a new one. */
    private static final long FRESH = Duration.ofMillis(200).toNanos();
    /** A daemon's thread that does not answer for so long is not alive. */
    private static final long PATIENCE = Duration.ofSeconds(3).toNanos();

    private static final long LONGEST_SLEEP_MILLIS = 1000;

    private final AdminSource source;
    private final Endpoints endpoints;
    private final Refusals refusals = new Refusals();
    private final RingSurvey survey;
    private final Selector selector;
    private final Thread thread;
    private final Set<HttpConnection> connections = new LinkedHashSet<>();
    private final List<HttpConnection> waiting = new ArrayList<>();
    private final AtomicReference<@Nullable AdminSnapshot> arrived = new AtomicReference<>();
    private @Nullable AdminSnapshot latest;
    private long latestAt;
    private boolean asked;
    private long askedAt;
    private volatile boolean closed;

    private record Listener(ServerSocketChannel channel, boolean checksHost) {}

    private AdminServer(AdminSource source, About about, FlightRecorder recorder) throws IOException {
        this.source = source;
        selector = Selector.open();
        survey = new RingSurvey(selector);
        endpoints = new Endpoints(about, refusals, survey, recorder);
        thread = new Thread(this::run, "spread-" + about.name() + "-admin");
        thread.setDaemon(true);
    }

    /**
     * Starts to serve; the channels are bound, and belong to the server from now on.
     *
     * @param local reached by the file system
     * @param network reached by a port of this machine
     */
    public static AdminServer start(
            AdminSource source,
            About about,
            FlightRecorder recorder,
            List<ServerSocketChannel> local,
            List<ServerSocketChannel> network)
            throws IOException {
        AdminServer server = new AdminServer(source, about, recorder);
        for (ServerSocketChannel each : local) {
            server.listen(new Listener(each, false));
        }
        for (ServerSocketChannel each : network) {
            // A page elsewhere could make a browser ask this machine under another name; who opened the port to others
            // wants to be asked.
            boolean thisMachineOnly = each.getLocalAddress() instanceof InetSocketAddress at
                    && at.getAddress().isLoopbackAddress();
            server.listen(new Listener(each, thisMachineOnly));
        }
        server.thread.start();
        return server;
    }

    private void listen(Listener listener) throws IOException {
        listener.channel().configureBlocking(false);
        listener.channel().register(selector, SelectionKey.OP_ACCEPT, listener);
    }

    /** Stops serving and closes every channel. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(Duration.ofNanos(PATIENCE).toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::ready, sleep());
                snapshotArrived();
                expire(System.nanoTime());
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.error("the admin endpoint ends; the daemon goes on without it", e);
        } finally {
            selector.keys().forEach(AdminServer::close);
            try {
                selector.close();
            } catch (IOException e) {
                LOG.debug("closing the selector: {}", e.getMessage());
            }
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            LOG.debug("closing a channel: {}", e.getMessage());
        }
    }

    private long sleep() {
        return connections.isEmpty() ? LONGEST_SLEEP_MILLIS : LONGEST_SLEEP_MILLIS / 10;
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Listener listener) {
            accept(listener);
        } else if (key.attachment() == survey) {
            if (latest != null) {
                survey.readable(latest.kernel().configuration(), System.nanoTime());
            }
        } else if (key.attachment() instanceof HttpConnection connection) {
            try {
                if (key.isValid() && key.isReadable()) {
                    read(connection);
                } else if (key.isValid() && key.isWritable() && connection.write()) {
                    end(connection);
                }
            } catch (IOException gone) {
                end(connection);
            }
        }
    }

    private void accept(Listener listener) {
        try {
            SocketChannel channel = listener.channel().accept();
            if (channel == null) {
                return;
            }
            if (connections.size() >= MOST_CONNECTIONS) {
                refusals.count(HttpRefusal.TOO_MANY_CONNECTIONS, MOST_CONNECTIONS + " at one time");
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            IpAddress from = channel.getRemoteAddress() instanceof InetSocketAddress far
                    ? IpAddress.of(far.getAddress().getAddress())
                    : null;
            HttpConnection connection = new HttpConnection(
                    channel, key, listener.checksHost(), from, System.nanoTime() + TIME_OF_A_CONNECTION);
            key.attach(connection);
            connections.add(connection);
        } catch (IOException e) {
            LOG.debug("cannot accept an admin connection: {}", e.getMessage());
        }
    }

    private void end(HttpConnection connection) {
        connections.remove(connection);
        waiting.remove(connection);
        connection.close();
    }

    private void read(HttpConnection connection) throws IOException {
        switch (connection.read()) {
            case MORE_TO_COME -> {}
            case ENDED -> end(connection);
            case TOO_LONG ->
                refuse(connection, HttpRefusal.REQUEST_TOO_LONG, "more than " + HttpConnection.MOST_HEAD + " bytes");
            case MALFORMED -> refuse(connection, HttpRefusal.MALFORMED, "");
            case WHOLE -> serve(connection);
        }
    }

    private void serve(HttpConnection connection) {
        HttpRequest request = connection.request();
        AccessDecision may = source.mayAsk(connection.from);
        if (!may.allowed()) {
            refuse(
                    connection,
                    HttpRefusal.ACCESS_DENIED,
                    (connection.from == null ? "the admin socket" : connection.from) + ", by line " + may.line()
                            + " of the access file");
        } else if (request == null) {
            refuse(connection, HttpRefusal.MALFORMED, "");
        } else if (connection.checksHost && !request.isForThisMachine()) {
            refuse(connection, HttpRefusal.FOREIGN_HOST, "for host " + request.header("host"));
        } else if (!request.method().equals("GET") && !request.isHead()) {
            refuse(connection, HttpRefusal.METHOD, "only GET and HEAD are served");
        } else if (!endpoints.hasPath(request.path())) {
            refuse(connection, HttpRefusal.NOT_FOUND, "there are " + endpoints.paths());
        } else {
            HttpResponse atOnce = endpoints.atOnce(request);
            if (atOnce != null) {
                send(connection, atOnce);
                return;
            }
            waiting.add(connection);
            long now = System.nanoTime();
            if (latest != null && now - latestAt < FRESH) {
                answerWaiting(latest);
            } else if (!asked) {
                asked = true;
                askedAt = now;
                source.snapshot(snapshot -> {
                    arrived.set(snapshot);
                    selector.wakeup();
                });
            }
        }
    }

    private void snapshotArrived() {
        AdminSnapshot snapshot = arrived.getAndSet(null);
        if (snapshot != null) {
            asked = false;
            latest = snapshot;
            latestAt = System.nanoTime();
            answerWaiting(snapshot);
        }
    }

    private void answerWaiting(AdminSnapshot snapshot) {
        List<HttpConnection> all = List.copyOf(waiting);
        waiting.clear();
        for (HttpConnection each : all) {
            HttpRequest request = each.request();
            if (request != null) {
                try {
                    send(each, endpoints.answer(request, snapshot));
                } catch (RuntimeException | LinkageError e) {
                    LOG.warn("cannot answer {}", request.path(), e);
                    refuse(each, HttpRefusal.FAILED, request.path());
                }
            }
        }
    }

    private void refuse(HttpConnection connection, HttpRefusal why, String detail) {
        refusals.count(why, detail);
        send(connection, endpoints.refusal(why, detail));
    }

    private void send(HttpConnection connection, HttpResponse response) {
        try {
            if (connection.answer(response)) {
                end(connection);
            }
        } catch (IOException gone) {
            end(connection);
        }
    }

    private void expire(long now) {
        if (asked && now - askedAt > PATIENCE) {
            for (HttpConnection each : List.copyOf(waiting)) {
                waiting.remove(each);
                refuse(each, HttpRefusal.NO_ANSWER, "the daemon's own thread does not answer");
            }
        }
        for (HttpConnection each : List.copyOf(connections)) {
            if (now - each.deadline > 0) {
                refusals.count(HttpRefusal.TOO_SLOW, "");
                end(each);
            }
        }
    }
}
