package org.flushspread.diagram;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/**
 * A line of a diagram.
 *
 * @param daemon the name of the daemon whose client it is; empty for a daemon
 */
public record Line(String name, String daemon) {
    void write(JsonWriter json) throws IOException {
        json.beginObject().name("name").value(name);
        if (!daemon.isEmpty()) {
            json.name("at").value(daemon);
        }
        json.endObject();
    }
}
