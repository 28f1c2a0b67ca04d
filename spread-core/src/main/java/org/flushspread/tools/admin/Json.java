package org.flushspread.tools.admin;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON texts: objects are {@code Map}s in order, arrays {@code Iterable}s, the rest numbers, {@code Boolean}, null and what else is
 * written as its text.
 */
public final class Json {
    private static final Gson READER = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create();

    private Json() {}

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException saying where, if the text is no JSON
     */
    public static @Nullable Object parse(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("no JSON: nothing at all");
        }
        try {
            return READER.fromJson(text, Object.class);
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("no JSON: " + e.getMessage(), e);
        }
    }

    /** Writes one value. */
    public static String of(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try {
            write(value, new JsonWriter(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(@Nullable Object value, JsonWriter out) throws IOException {
        if (value instanceof Map<?, ?> map) {
            out.beginObject();
            for (Map.Entry<?, ?> each : map.entrySet()) {
                write(each.getValue(), out.name(String.valueOf(each.getKey())));
            }
            out.endObject();
        } else if (value instanceof Iterable<?> list) {
            out.beginArray();
            for (Object each : list) {
                write(each, out);
            }
            out.endArray();
        } else if (value instanceof Number number) {
            out.value(number);
        } else if (value instanceof Boolean truth) {
            out.value(truth);
        } else {
            out.value(value == null ? null : value.toString());
        }
    }
}
