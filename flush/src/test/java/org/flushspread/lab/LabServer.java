package org.flushspread.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.flushspread.diagram.DiagramPage;
import org.jspecify.annotations.Nullable;

/**
 * Shows the lab on a page of this machine: bound to the loopback address, and only for requests that name this machine, so that no page from
 * elsewhere can read or drive it through a browser.
 */
final class LabServer implements AutoCloseable {
    private static final int MOST_BYTES = 1 << 20;
    private static final int PING_SECONDS = 10;
    private static final int THREADS = 16;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;
    private static final int BUSY = 503;

    private final Stage stage;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final String page;

    LabServer(Stage stage, int port) throws IOException {
        this.stage = stage;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        page = DiagramPage.assembled(DiagramPage.resource(LabServer.class, "lab.html"))
                .replace("/*STORIES*/null", stories())
                .replace("/*USAGES*/null", DiagramPage.json(json -> {
                    json.beginArray();
                    for (String each : Words.usages()) {
                        json.value(each);
                    }
                    json.endArray();
                }));
        server.start();
        stage.begin();
    }

    private static String stories() {
        return DiagramPage.json(json -> {
            json.beginArray();
            for (String each : Stories.NAMES) {
                json.beginObject().name("name").value(each);
                json.name("title").value(Stories.story(each).title()).endObject();
            }
            json.endArray();
        });
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!isFromHere(exchange)) {
                reply(exchange, FORBIDDEN, "text/plain", "This server answers requests for this machine only.\n");
                return;
            }
            String what =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            switch (what) {
                case "GET /" -> reply(exchange, OK, "text/html", page);
                case "GET /events" -> events(exchange);
                case "GET /scenario" -> reply(exchange, OK, "text/plain", stage.saved());
                case "POST /do", "POST /control", "POST /load" -> take(exchange, what);
                default -> reply(exchange, NOT_FOUND, "text/plain", "There is no " + what + " here.\n");
            }
        }
    }

    /** A page elsewhere could name a host of its own that leads here, or send a form. */
    private boolean isFromHere(HttpExchange exchange) {
        int port = server.getAddress().getPort();
        Set<String> names = Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
        String host = exchange.getRequestHeaders().getFirst("Host");
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        return host != null
                && names.contains(host)
                && (origin == null || names.stream().anyMatch(each -> origin.equals("http://" + each)));
    }

    private void take(HttpExchange exchange, String what) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            reply(exchange, TOO_LARGE, "text/plain", "A scenario has at most " + MOST_BYTES + " bytes.\n");
            return;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            switch (what) {
                case "POST /do" -> stage.command(text);
                case "POST /control" -> stage.control(text);
                default -> stage.load(Scenario.read(Arrays.asList(text.split("\n"))));
            }
            reply(exchange, OK, "text/plain", "");
        } catch (ScenarioException e) {
            reply(exchange, BAD_REQUEST, "text/plain", e.getMessage() + "\n");
        }
    }

    /** What happens, as it happens, until the page goes away. */
    private void events(HttpExchange exchange) throws IOException {
        Stage.@Nullable Viewer viewer = stage.view();
        if (viewer == null) {
            reply(exchange, BUSY, "text/plain", "Too many pages look at this lab; close one.\n");
            return;
        }
        try {
            head(exchange, "text/event-stream");
            exchange.sendResponseHeaders(OK, 0);
            OutputStream out = exchange.getResponseBody();
            while (!viewer.dropped) {
                String event = viewer.events.poll(PING_SECONDS, TimeUnit.SECONDS);
                out.write((event == null ? ": nothing new\n\n" : event).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stage.leave(viewer);
        }
    }

    private static void head(HttpExchange exchange, String type) {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type + "; charset=utf-8");
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
                        + "img-src data: blob:; frame-ancestors 'none'; form-action 'none'");
    }

    private static void reply(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        head(exchange, type);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        stage.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
