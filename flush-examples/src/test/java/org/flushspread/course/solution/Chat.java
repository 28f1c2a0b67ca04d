package org.flushspread.course.solution;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A line is shown when it comes back from the group; in a new view each member shows at the end what the others have and it has not. */
public class Chat extends Conversation implements org.flushspread.course.api.Chat {
    protected final Set<String> lines = new LinkedHashSet<>();

    @Override
    public void say(String line) {
        send(line);
    }

    @Override
    public List<String> screen() {
        return new ArrayList<>(lines);
    }

    @Override
    protected String state() {
        return String.join("\n", lines);
    }

    @Override
    protected void merge(Map<String, String> states) {
        states.values().forEach(state -> state.lines().forEach(lines::add));
    }

    @Override
    protected void deliver(String sender, String line) {
        lines.add(line);
    }
}
