package org.flushspread.diagram;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A page with a diagram: one file with its styles, script and data inside, for any browser, without a network. */
public final class DiagramPage {
    private DiagramPage() {}

    /**
     * Writes a page, and the directories above it.
     *
     * @param title of the page
     * @param summary one or two sentences above the diagram
     */
    public static void write(Path file, String title, String summary, Recorder recorder) throws IOException {
        String page = assembled(resource(DiagramPage.class, "diagram.html"))
                .replace("/*DATA*/null", data(title, summary, recorder));
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Files.writeString(file, page);
    }

    /** A page in which the places for the diagram's styles and script are filled. */
    public static String assembled(String page) {
        return page.replace("/*DIAGRAM-STYLE*/", resource(DiagramPage.class, "diagram.css"))
                .replace("/*DIAGRAM-SCRIPT*/", resource(DiagramPage.class, "diagram.js"));
    }

    /** A text among the resources beside a class. */
    public static String resource(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing beside " + beside.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String data(String title, String summary, Recorder recorder) {
        return json(json -> {
            json.beginObject();
            json.name("title").value(title);
            json.name("summary").value(summary);
            json.name("dropped").value(recorder.dropped());
            lines(json, recorder.lines());
            marks(json, recorder.marks());
            json.endObject();
        });
    }

    /** Writes something as JSON. */
    public interface Writing {
        void to(JsonWriter json) throws IOException;
    }

    /** A text of JSON that may stand in a script. */
    public static String json(Writing writing) {
        StringWriter text = new StringWriter();
        JsonWriter json = new JsonWriter(text);
        json.setHtmlSafe(true);
        try {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** A member {@code lines} of an object. */
    public static void lines(JsonWriter json, List<Line> lines) throws IOException {
        json.name("lines").beginArray();
        for (Line each : lines) {
            each.write(json);
        }
        json.endArray();
    }

    /** A member {@code marks} of an object. */
    public static void marks(JsonWriter json, List<Mark> marks) throws IOException {
        json.name("marks").beginArray();
        for (Mark each : marks) {
            each.write(json);
        }
        json.endArray();
    }
}
