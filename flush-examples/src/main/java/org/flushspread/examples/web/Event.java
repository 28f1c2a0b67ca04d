package org.flushspread.examples.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event for the page, as JSON. */
final class Event {
    /** Of a list of members only so many are named; the page tells how many there are. */
    private static final int MOST_NAMES = 200;

    private final JsonObject json = new JsonObject();

    private Event(String type) {
        json.addProperty("t", type);
    }

    static Event of(String type) {
        return new Event(type);
    }

    static Event of(String type, String room) {
        return new Event(type).with("room", room);
    }

    Event with(String name, @Nullable String value) {
        json.addProperty(name, value);
        return this;
    }

    Event with(String name, boolean value) {
        json.addProperty(name, value);
        return this;
    }

    Event with(String name, long value) {
        json.addProperty(name, value);
        return this;
    }

    Event with(String name, List<String> values) {
        JsonArray array = new JsonArray();
        values.stream().limit(MOST_NAMES).forEach(array::add);
        json.add(name, array);
        json.addProperty(name + "Count", values.size());
        return this;
    }

    Event with(String name, JsonArray values) {
        json.add(name, values);
        return this;
    }

    JsonObject json() {
        return json;
    }

    String text() {
        return json.toString();
    }
}
