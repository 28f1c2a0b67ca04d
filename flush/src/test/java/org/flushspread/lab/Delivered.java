package org.flushspread.lab;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a member has delivered: all of it, of which the newest lines are shown. */
final class Delivered {
    private static final int SHOWN = 12;
    private static final int MOST = 10_000;

    private final List<String> all = new ArrayList<>();

    void add(String line) {
        if (all.size() == MOST) {
            all.remove(0);
        }
        all.add(line);
    }

    List<String> all() {
        return all;
    }

    void describe(JsonWriter json) throws IOException {
        json.name("delivered").beginArray();
        for (String each : all.subList(Math.max(0, all.size() - SHOWN), all.size())) {
            json.value(each);
        }
        json.endArray();
    }
}
