package org.flushspread.course.api;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flushspread.client.Service;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.View;
import org.jspecify.annotations.Nullable;

/**
 * In each new view all members say what they have. Since the order is total, all know at the same place in it that everybody has spoken, and
 * know the same; if the view changes before, it begins again. For programs that like: call {@link #begin} in {@code onView}, give each message
 * to {@link #take} first, and say nothing else in a view until {@link #isComplete}.
 */
public final class StateExchange {
    /** The message type of what is exchanged. */
    public static final int TYPE = 1000;

    private final FlushGroup group;
    private final Map<String, String> said = new LinkedHashMap<>();
    private @Nullable View view;

    public StateExchange(FlushGroup group) {
        this.group = group;
    }

    /** A view has come: says what this member has. */
    public void begin(View now, String mine) {
        view = now;
        said.clear();
        group.multicast(Service.AGREED, TYPE, mine.getBytes(StandardCharsets.UTF_8));
    }

    /** True if this message belongs to the exchange; with the last one it is complete. */
    public boolean take(DataMessage message) {
        if (message.type() != TYPE) {
            return false;
        }
        said.put(message.sender(), message.text());
        return true;
    }

    /** True when all members of the view have spoken. */
    public boolean isComplete() {
        View now = view;
        return now != null && said.size() == now.members().size();
    }

    /** What each member has said, in the order of the messages, which is the same everywhere. */
    public Map<String, String> states() {
        return said;
    }
}
