package org.flushspread.examples.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.flushspread.Wait;

/** What the page does, without a page: a session, and the events of it. */
final class Browser implements AutoCloseable {
    record Answer(int status, String body) {
        String why() {
            return JsonParser.parseString(body).getAsJsonObject().get("why").getAsString();
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    final List<JsonObject> events = new CopyOnWriteArrayList<>();
    String session = "";
    private Stream<String> lines = Stream.empty();

    Browser(ChatServer server) {
        this.server = URI.create(server.url());
    }

    /** A session, and its events from the first one on. */
    Browser open(String name, String daemon) {
        Answer answer = post("/open", Map.of("name", name, "daemon", daemon));
        if (answer.status() != 200) {
            throw new IllegalStateException(answer.body());
        }
        session = JsonParser.parseString(answer.body())
                .getAsJsonObject()
                .get("session")
                .getAsString();
        look();
        return this;
    }

    Answer post(String path, Map<String, String> body) {
        JsonObject json = new JsonObject();
        body.forEach(json::addProperty);
        return send(HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .header("X-Session", session)
                .POST(HttpRequest.BodyPublishers.ofString(json.toString())));
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(server.resolve(path)));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Begins to read events, all that are kept. */
    void look() {
        events.clear();
        try {
            lines = http.send(
                            HttpRequest.newBuilder(server.resolve("/events?session=" + session))
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        Stream<String> data = lines.filter(each -> each.startsWith("data: "));
        Thread reader = new Thread(() -> {
            try {
                data.forEach(each ->
                        events.add(JsonParser.parseString(each.substring(6)).getAsJsonObject()));
            } catch (UncheckedIOException | IllegalStateException e) {
                events.add(new JsonObject()); // it has ended
            }
        });
        reader.setDaemon(true);
        reader.start();
    }

    /** The page is closed. */
    void lookAway() {
        lines.close();
    }

    Answer join(String room) {
        return post("/join", Map.of("room", room));
    }

    Answer say(String room, String id, String service, String text) {
        return post("/say", Map.of("room", room, "id", id, "service", service, "text", text));
    }

    static String text(JsonObject event, String name) {
        return event.has(name) && event.get(name).isJsonPrimitive()
                ? event.get(name).getAsString()
                : "";
    }

    /** Waits for an event of this type of which this holds. */
    JsonObject sees(String type, Predicate<JsonObject> condition) {
        JsonObject[] found = new JsonObject[1];
        Wait.until(
                () -> type + ", but saw " + events,
                () -> events.stream()
                        .filter(each -> text(each, "t").equals(type) && condition.test(each))
                        .anyMatch(each -> {
                            found[0] = each;
                            return true;
                        }));
        return found[0];
    }

    /** Waits until a message has had this fate. */
    JsonObject seesFate(String id, String fate) {
        return sees(
                "fate",
                each -> text(each, "id").equals(id) && text(each, "fate").equals(fate));
    }

    JsonObject seesMembers(int count) {
        return sees("view", each -> each.get("membersCount").getAsInt() == count);
    }

    JsonObject seesMessage(String text) {
        return sees("message", each -> text(each, "text").equals(text));
    }

    static List<String> list(JsonObject event, String name) {
        JsonArray array = event.getAsJsonArray(name);
        return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
                .map(i -> array.get(i).getAsString())
                .toList();
    }

    @Override
    public void close() {
        lines.close();
    }
}
