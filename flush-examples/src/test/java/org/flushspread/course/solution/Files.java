package org.flushspread.course.solution;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.flushspread.client.Service;
import org.flushspread.flush.View;

/**
 * The first member of a majority is active. What is written goes to all as a SAFE message, and is done when it has come back while the view was
 * whole, or is there in the next one.
 */
public class Files extends Conversation implements org.flushspread.course.api.Files {
    /** A write that a user waits for. */
    private record Write(String content, Runnable done) {}

    protected final Map<String, String> files = new TreeMap<>();
    private final Map<String, Write> waiting = new LinkedHashMap<>();
    private int epoch;

    @Override
    protected Service service() {
        return Service.SAFE;
    }

    @Override
    public boolean isActive() {
        return isMerged() && isInMajority() && isLeader();
    }

    @Override
    public void write(String name, String content, Runnable done) {
        waiting.put(name, new Write(content, done));
        if (maySend()) {
            put(name + " " + content);
        }
    }

    @Override
    public Optional<String> read(String name) {
        return Optional.ofNullable(files.get(name));
    }

    @Override
    public void onView(View now) {
        super.onView(now);
        if (isOutsider()) {
            forget();
        }
    }

    /** Meanwhile another server may have been active: an old write must not come behind its writes. */
    protected void forget() {
        waiting.clear();
    }

    @Override
    protected void deliver(String sender, String text) {
        if (!isInMajority()) {
            return;
        }
        String name = text.substring(0, text.indexOf(' '));
        files.put(name, text.substring(text.indexOf(' ') + 1));
        if (!isBreaking()) {
            answer(name);
        }
    }

    private void answer(String name) {
        Write write = waiting.get(name);
        if (write != null && write.content().equals(files.get(name))) {
            waiting.remove(name);
            write.done().run();
        }
    }

    @Override
    protected String state() {
        StringBuilder state = new StringBuilder().append(epoch);
        files.forEach(
                (name, content) -> state.append('\n').append(name).append(' ').append(content));
        return state.toString();
    }

    @Override
    protected void merge(Map<String, String> states) {
        if (!isInMajority()) {
            return;
        }
        String best = best(states);
        epoch = epoch(best) + 1;
        files.clear();
        for (String line : content(best)) {
            files.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
        }
        List.copyOf(waiting.keySet()).forEach(this::answer);
        if (!isActive()) {
            forget();
        } else if (maySend()) {
            waiting.forEach((name, write) -> put(name + " " + write.content()));
        }
    }
}
