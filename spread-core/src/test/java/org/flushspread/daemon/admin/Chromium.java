package org.flushspread.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flushspread.Wait;

/** A headless Chromium with one page, driven by its DevTools protocol. */
public final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 60;

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    /** The program, if it is installed. */
    public static Optional<Path> program() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    public Chromium(Path program) throws Exception {
        profile = Files.createTempDirectory("chromium");
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("log").toFile())
                .start();
        Path portFile = profile.resolve("DevToolsActivePort");
        Wait.until(
                "Chromium listens",
                () -> Files.exists(portFile) && lines(portFile).size() > 1);
        HttpClient http = HttpClient.newHttpClient();
        String list = http.send(
                        HttpRequest.newBuilder(URI.create(
                                        "http://127.0.0.1:" + lines(portFile).get(0) + "/json/list"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        String page = "";
        for (JsonNode each : JSON.readTree(list)) {
            if (each.get("type").asText().equals("page")) {
                page = each.get("webSocketDebuggerUrl").asText();
            }
        }
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(page), new Messages())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                message(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    private void message(String text) {
        try {
            JsonNode message = JSON.readTree(text);
            if (message.has("id")) {
                CompletableFuture<JsonNode> asked =
                        open.remove(message.get("id").asInt());
                if (asked != null) {
                    asked.complete(message);
                }
            } else if (message.get("method").asText().equals("Runtime.exceptionThrown")
                    || message.get("method").asText().equals("Log.entryAdded")) {
                complaints.add(message.get("params").toString());
            }
        } catch (IOException e) {
            complaints.add(e.toString());
        }
    }

    /** Calls a method of the protocol and gives its result. */
    public JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        int number = numbers.incrementAndGet();
        ObjectNode message = JSON.createObjectNode();
        message.put("id", number).put("method", method).set("params", JSON.valueToTree(parameters));
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        open.put(number, answer);
        socket.sendText(message.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        JsonNode result = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (result.has("error")) {
            throw new IllegalStateException(method + ": " + result.get("error"));
        }
        return result.get("result");
    }

    /** The value of an expression in the page, as text. */
    public String value(String expression) {
        try {
            JsonNode result = call("Runtime.evaluate", Map.of("expression", "String(" + expression + ")"))
                    .get("result");
            return result.get("value").asText();
        } catch (Exception e) {
            throw new IllegalStateException(expression, e);
        }
    }

    /** The size of the window in pixels of a page. */
    public void window(int width, int height, boolean phone) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
    }

    /** dark or light. */
    public void prefers(String scheme) throws Exception {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    public void key(String key, int code) throws Exception {
        List<String> types = new ArrayList<>(List.of("keyDown", "keyUp"));
        for (String type : types) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code));
        }
    }

    /** The whole page as a picture. */
    public void screenshot(Path file) throws Exception {
        JsonNode shot = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
    }

    /**
     * Pictures of the page as it is now, light, dark and on a phone, on which nothing may be wider than the screen. Behind them it is light
     * and of this size.
     *
     * @param settled what must hold in the page, in JavaScript, before the phone's picture is taken
     */
    public void pictures(Path directory, String name, int width, int height, String settled) throws Exception {
        screenshot(directory.resolve(name + "-light.png"));
        prefers("dark");
        await("document.documentElement.dataset.theme === 'dark'");
        screenshot(directory.resolve(name + "-dark.png"));
        window(390, 844, true);
        await("innerWidth < 500");
        assertThat(value("document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing is wider than a phone")
                .isEqualTo("true");
        await(settled);
        screenshot(directory.resolve(name + "-phone.png"));
        window(width, height, false);
        prefers("light");
        await("document.documentElement.dataset.theme === 'light'");
    }

    private void await(String condition) throws Exception {
        Wait.until(condition, () -> value(condition).equals("true"));
    }

    /** Exceptions, and what the console says. */
    public List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS / 6, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        try (Stream<Path> files = Files.walk(profile)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                each.toFile().delete();
            }
        } catch (java.io.UncheckedIOException goneMeanwhile) {
            // its last processes clean up too
            profile.toFile().deleteOnExit();
        }
    }
}
