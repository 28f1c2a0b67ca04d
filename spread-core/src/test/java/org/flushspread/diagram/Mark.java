package org.flushspread.diagram;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Locale;
import org.flushspread.simulation.World;

/**
 * One thing in a diagram.
 *
 * @param time monotonic nanoseconds of the world
 * @param line where, counted from 0; {@link #ALL} for something that is about all of them
 * @param to the line that an arrow goes to; {@link #ALL} for none
 * @param until when an arrow or a pause ends; negative for a datagram that is lost
 * @param key equal for all that is about one message or one view; empty for none
 * @param text for a person
 */
public record Mark(long time, Kind kind, int line, int to, long until, String key, String text) {
    /** No line, or all. */
    public static final int ALL = -1;

    /** What it is. */
    public enum Kind {
        /** A token goes round. */
        TOKEN,
        /** A token that forms a ring. */
        FORM,
        /** A datagram with messages. */
        DATA,
        /** A datagram of the membership. */
        CONTROL,
        /** A daemon starts, or a client connects. */
        UP,
        /** It is gone. */
        DOWN,
        PAUSE,
        /** A daemon gives its token up. */
        TOKEN_LOST,
        /** A daemon is in a regular membership. */
        RING,
        JOIN,
        LEAVE,
        SEND,
        DELIVER,
        /** A member is in a view. */
        VIEW,
        TRANSITION,
        FLUSH_REQUEST,
        CONSENT,
        /** A member was left out of a view, as it did not answer. */
        EXCLUDED,
        /** What a member of a replicated state machine may do. */
        ROLE,
        /** A member of a replicated state machine has applied a command, or taken over a state. */
        STATE,
        /** Somebody changes something. */
        FAULT,
        /** A promise is broken. */
        VIOLATION;

        boolean isTraffic() {
            return ordinal() <= CONTROL.ordinal();
        }
    }

    /** An object with short names; times are whole microseconds since the world began. */
    void write(JsonWriter json) throws IOException {
        json.beginObject();
        json.name("t").value(micros(time));
        json.name("k").value(kind.name().toLowerCase(Locale.ROOT));
        if (line != ALL) {
            json.name("l").value(line);
        }
        if (to != ALL) {
            json.name("o").value(to);
        }
        if (to != ALL || kind == Kind.PAUSE) {
            json.name("a").value(until < 0 ? -1 : micros(until));
        }
        if (!key.isEmpty()) {
            json.name("m").value(key);
        }
        if (!text.isEmpty()) {
            json.name("s").value(text);
        }
        json.endObject();
    }

    private static long micros(long time) {
        return (time - World.BEGINNING) / 1000;
    }
}
