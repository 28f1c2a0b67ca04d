package org.flushspread.course.solution;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Each entry has the time of a Lamport clock, which is ahead of all entries that its author knows; the log is in the order of these times. So a
 * cause stands before its effect, and the order does not depend on who has got what when.
 */
public class Log extends Conversation implements org.flushspread.course.api.Log {
    /** Lines: time, author, entry. */
    protected final TreeSet<String> entries = new TreeSet<>(order());

    private long clock;

    protected Comparator<String> order() {
        return Comparator.comparingLong(Log::timeOf).thenComparing(Comparator.naturalOrder());
    }

    @Override
    public void write(String entry) {
        send(stamp() + " " + place().me() + " " + entry);
    }

    protected long stamp() {
        return ++clock;
    }

    @Override
    public List<String> merged() {
        return entries.stream().map(each -> each.split(" ", 3)[2]).toList();
    }

    @Override
    protected String state() {
        return String.join("\n", entries);
    }

    @Override
    protected void merge(Map<String, String> states) {
        states.values().forEach(state -> state.lines().forEach(this::learn));
    }

    @Override
    protected void deliver(String sender, String line) {
        learn(line);
    }

    private void learn(String line) {
        entries.add(line);
        clock = Math.max(clock, timeOf(line));
    }

    protected static long timeOf(String line) {
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }
}
