package org.flushspread.examples.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.jspecify.annotations.Nullable;

/**
 * Serves the chat's page, and gives each browser session a member of its own at one of the daemons it was started for. Requests must name
 * this server as their host, and come from its own page, so that no page from elsewhere can read or write through a browser. Who can open
 * the page can chat: there are no passwords.
 */
public final class ChatServer implements AutoCloseable {
    private static final int MOST_BYTES = 64 << 10;
    private static final int TOKEN_BYTES = 16;
    private static final int WORKERS = 16;
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration PING = Duration.ofSeconds(1);
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int METHOD = 405;
    private static final int TOO_LARGE = 413;
    private static final int TYPE = 415;
    private static final int FAILED = 500;
    private static final int BUSY = 503;

    private final ChatLimits limits;
    private final List<String> daemons;
    private final HttpServer server;
    private final Set<String> hosts;
    private final Page page = Page.load();
    private final SecureRandom random = new SecureRandom();
    private final Map<String, ChatSession> sessions = new ConcurrentHashMap<>();
    /** Sessions that are, or are being made. */
    private final Semaphore places;

    private final Semaphore streams;
    private final ExecutorService threads;
    private final ExecutorService connecting;
    private final Map<ChatSession, Future<?>> attempts = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(daemon("chat-clock"));

    private ChatServer(InetSocketAddress address, List<String> daemons, ChatLimits limits) throws IOException {
        this.limits = limits;
        this.daemons = List.copyOf(daemons);
        places = new Semaphore(limits.sessions());
        // A page that is loaded again may come before the end of the one before is seen.
        streams = new Semaphore(2 * limits.sessions());
        threads = Executors.newFixedThreadPool(2 * limits.sessions() + WORKERS, daemon("chat-http"));
        connecting = Executors.newFixedThreadPool(Math.min(WORKERS, limits.sessions()), daemon("chat-connect"));
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        int port = server.getAddress().getPort();
        String named = address.getHostString() + ":" + port;
        hosts = address.getAddress().isLoopbackAddress()
                ? Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port)
                : Set.of(named, server.getAddress().getAddress().getHostAddress() + ":" + port);
    }

    private static java.util.concurrent.ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Starts to serve.
     *
     * @param host the loopback address if empty; else a name or address of this machine that browsers use, not a wildcard
     * @param port 0 for any that is free
     * @param daemons where members may connect, "4803@localhost" for example; a page chooses among them
     * @throws IllegalArgumentException if the address cannot be served
     */
    @SuppressWarnings("FutureReturnValueIgnored") // tick() throws nothing
    public static ChatServer start(String host, int port, List<String> daemons, ChatLimits limits) {
        InetSocketAddress address = host.isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : new InetSocketAddress(host, port);
        if (address.isUnresolved() || address.getAddress().isAnyLocalAddress()) {
            throw new IllegalArgumentException("--web takes PORT[@HOST], HOST a name or address of this machine that"
                    + " browsers use, not '" + host + "'");
        }
        try {
            ChatServer started = new ChatServer(address, daemons, limits);
            started.server.start();
            started.clock.scheduleWithFixedDelay(
                    started::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
            return started;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot serve pages at port " + port + ": " + e.getMessage(), e);
        }
    }

    /** Where to open it. */
    public String url() {
        InetSocketAddress at = server.getAddress();
        return "http://" + (at.getAddress().isLoopbackAddress() ? "127.0.0.1" : at.getHostString()) + ":" + at.getPort()
                + "/";
    }

    /** Browser sessions now. */
    int sessions() {
        return sessions.size();
    }

    private void tick() {
        sessions.forEach((token, session) -> {
            try {
                tick(token, session);
            } catch (RuntimeException e) {
                end(token);
            }
        });
    }

    private void tick(String token, ChatSession session) {
        if (!session.tick()) {
            end(token);
        } else if (!session.isConnected()) {
            attempts.computeIfAbsent(
                    session,
                    each -> connecting.submit(() -> {
                        try {
                            each.reconnect();
                        } finally {
                            attempts.remove(each);
                        }
                    }));
        }
    }

    private void end(String token) {
        ChatSession session = sessions.remove(token);
        if (session != null) {
            places.release();
            connecting.execute(session::end);
        }
    }

    // ---- HTTP

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (!isFromHere(exchange)) {
                refuse(exchange, FORBIDDEN, "This server answers its own page only: open " + url());
            } else if (exchange.getRequestMethod().equals("POST")) {
                post(exchange, path);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                refuse(exchange, METHOD, "GET and POST are served.");
            } else if (path.equals("/")) {
                reply(exchange, OK, "text/html", page.text());
            } else if (path.equals("/about")) {
                reply(exchange, OK, "application/json", about().text());
            } else if (path.equals("/events")) {
                events(exchange);
            } else {
                refuse(exchange, NOT_FOUND, "There is nothing at this path.");
            }
        }
    }

    private boolean isFromHere(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        return host != null
                && hosts.contains(host)
                && (origin == null || hosts.stream().anyMatch(each -> origin.equals("http://" + each)));
    }

    private Event about() {
        JsonArray rooms = new JsonArray();
        sessions.values().stream()
                .flatMap(each -> each.roomNames().stream())
                .distinct()
                .sorted()
                .forEach(rooms::add);
        return Event.of("about")
                .with("daemons", daemons)
                .with("rooms", rooms)
                .with("textBytes", limits.textBytes())
                .with("idleSeconds", limits.idle().toSeconds());
    }

    private void post(HttpExchange exchange, String path) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        // A form of another page cannot send this type.
        if (type == null || !type.startsWith("application/json")) {
            refuse(exchange, TYPE, "Only application/json is taken.");
            return;
        }
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(MOST_BYTES + 1);
        }
        if (body.length > MOST_BYTES) {
            refuse(exchange, TOO_LARGE, "A request has at most " + MOST_BYTES + " bytes.");
            return;
        }
        try {
            JsonElement parsed = JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
            JsonObject asked = parsed.getAsJsonObject();
            if (path.equals("/open")) {
                reply(exchange, OK, "application/json", open(asked).text());
            } else if (act(path, session(exchange.getRequestHeaders().getFirst("X-Session")), asked)) {
                reply(exchange, OK, "application/json", "{}");
            } else {
                refuse(exchange, NOT_FOUND, "There is nothing at this path.");
            }
        } catch (Refused e) {
            refuse(exchange, e.status, String.valueOf(e.getMessage()));
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | IllegalArgumentException e) {
            refuse(exchange, BAD_REQUEST, "Not understood: " + e.getMessage());
        } catch (SpreadException e) {
            refuse(exchange, FAILED, String.valueOf(e.getMessage()));
        }
    }

    private boolean act(String path, ChatSession session, JsonObject asked) throws Refused {
        switch (path) {
            case "/join" -> session.join(text(asked, "room"));
            case "/leave" -> session.leave(text(asked, "room"));
            case "/say" ->
                session.say(
                        text(asked, "room"), text(asked, "id"), service(text(asked, "service")), text(asked, "text"));
            case "/manual" ->
                session.manual(text(asked, "room"), text(asked, "on").equals("true"));
            case "/flush" -> session.consent(text(asked, "room"));
            case "/ping" -> {}
            case "/close" ->
                sessions.forEach((token, each) -> {
                    if (each == session) {
                        end(token);
                    }
                });
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String text(JsonObject asked, String name) {
        JsonElement value = asked.get(name);
        if (value == null || !value.isJsonPrimitive()) {
            throw new IllegalArgumentException("no " + name);
        }
        return value.getAsString();
    }

    private static Service service(String name) {
        if (!Set.of("FIFO", "AGREED", "SAFE").contains(name)) {
            throw new IllegalArgumentException("the service is FIFO, AGREED or SAFE");
        }
        return Service.valueOf(name);
    }

    private ChatSession session(@Nullable String token) throws Refused {
        ChatSession found = token == null ? null : sessions.get(token);
        if (found == null) {
            throw Refused.noSession();
        }
        return found;
    }

    private Event open(JsonObject asked) throws Refused {
        String daemon = text(asked, "daemon");
        if (!daemons.contains(daemon)) {
            throw Refused.now("This server does not serve that daemon.");
        }
        if (!places.tryAcquire()) {
            throw Refused.tooMany(limits.sessions() + " pages are open here; that is as many as there may be.");
        }
        boolean done = false;
        try {
            ChatSession session = new ChatSession(limits, text(asked, "name"), daemon);
            session.connect();
            byte[] token = new byte[TOKEN_BYTES];
            random.nextBytes(token);
            String shown = HexFormat.of().formatHex(token);
            sessions.put(shown, session);
            done = true;
            return Event.of("open").with("session", shown);
        } catch (SpreadException e) {
            throw Refused.byDaemon(Objects.requireNonNullElse(e.getMessage(), "The daemon does not answer."));
        } finally {
            if (!done) {
                places.release();
            }
        }
    }

    /** What happens, as it happens, until the page goes away, another page of the session comes, or the session ends. */
    private void events(HttpExchange exchange) throws IOException {
        ChatSession session;
        try {
            String query = exchange.getRequestURI().getRawQuery();
            session = session(query == null ? null : query.replaceFirst("^session=", ""));
        } catch (Refused e) {
            refuse(exchange, e.status, String.valueOf(e.getMessage()));
            return;
        }
        if (!streams.tryAcquire()) {
            refuse(exchange, BUSY, "Too many pages are open here.");
            return;
        }
        long number = session.watch();
        try {
            head(exchange, "text/event-stream");
            exchange.sendResponseHeaders(OK, 0);
            stream(exchange, session, number);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.unwatch();
            streams.release();
        }
    }

    private void stream(HttpExchange exchange, ChatSession session, long number)
            throws IOException, InterruptedException {
        EventLog log = session.log();
        String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        long seen = last != null && last.matches("[0-9]{1,18}") ? Long.parseLong(last) : 0;
        OutputStream out = exchange.getResponseBody();
        // Everything up to the picture, the picture, and what comes behind it.
        Event picture = session.picture();
        long until = picture.json().get("last").getAsLong();
        StringBuilder text = new StringBuilder();
        seen = append(text, log.after(Math.min(seen, until), Duration.ZERO), Math.min(seen, until), until);
        text.append("data: ").append(picture.text()).append("\n\n");
        while (session.watches(number)) {
            out.write((text.length() == 0 ? ": nothing new\n\n" : text.toString()).getBytes(StandardCharsets.UTF_8));
            out.flush();
            text.setLength(0);
            seen = append(text, log.after(seen, PING), seen, Long.MAX_VALUE);
        }
    }

    private static long append(StringBuilder text, List<EventLog.Entry> entries, long seen, long until) {
        long last = seen;
        for (EventLog.Entry each : entries) {
            if (each.number() > until) {
                break;
            }
            if (each.number() > last + 1) {
                Event missed = Event.of("missed").with("count", each.number() - last - 1);
                text.append("data: ").append(missed.text()).append("\n\n");
            }
            last = each.number();
            text.append("id: ")
                    .append(last)
                    .append("\ndata: ")
                    .append(each.json())
                    .append("\n\n");
        }
        return last;
    }

    private void head(HttpExchange exchange, String type) {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type + "; charset=utf-8");
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Content-Security-Policy", page.policy());
    }

    private void refuse(HttpExchange exchange, int code, String why) throws IOException {
        reply(
                exchange,
                code,
                "application/json",
                Event.of("refused").with("why", why).text());
    }

    private void reply(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        head(exchange, type);
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        List.copyOf(sessions.keySet()).forEach(this::end);
        connecting.shutdown();
        server.stop(0);
        threads.shutdownNow();
        try {
            if (!connecting.awaitTermination(WORKERS, TimeUnit.SECONDS)) {
                connecting.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
