package org.flushspread.examples.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What a page is to be told, numbered from 1. The oldest events go when there are too many: the numbers tell how many a page has missed. */
final class EventLog {
    private static final int MOST_CHARACTERS = 1 << 20;

    /** One event. */
    record Entry(long number, String json) {}

    private final int most;
    private final Deque<Entry> kept = new ArrayDeque<>();
    private long characters;
    private long last;
    private boolean ended;

    EventLog(int most) {
        this.most = most;
    }

    synchronized void add(String json) {
        kept.add(new Entry(++last, json));
        characters += json.length();
        while (kept.size() > most || (characters > MOST_CHARACTERS && kept.size() > 1)) {
            characters -= kept.remove().json().length();
        }
        notifyAll();
    }

    /** Events behind this number that are still kept; there may be gaps before the first one. Waits for one, at the most so long. */
    synchronized List<Entry> after(long number, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        long left = patience.toNanos();
        while (last <= number && !ended && left > 0) {
            wait(Math.max(1, left / 1_000_000));
            left = end - System.nanoTime();
        }
        List<Entry> found = new ArrayList<>();
        for (Entry each : kept) {
            if (each.number() > number) {
                found.add(each);
            }
        }
        return found;
    }

    synchronized long last() {
        return last;
    }

    /** Nobody waits any more. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized boolean hasEnded() {
        return ended;
    }
}
