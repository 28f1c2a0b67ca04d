package org.flushspread.daemon.seal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sent what was refused: a few entries, of which the one that was quiet for the longest time makes room for a new one. Whoever floods
 * the daemon with datagrams from many addresses costs it a look through them for each, and no memory.
 */
public final class Strangers {
    /** Few enough to look through for each refused datagram, enough for the daemons of a ring that were forgotten in a change. */
    static final int MOST = 32;

    private final List<Entry> entries = new ArrayList<>(MOST);

    private static final class Entry {
        private @Nullable IpAddress from;
        private int sender;
        private String reason = "";
        private String text = "";
        private long count;
        private long last;

        private boolean is(@Nullable IpAddress source, int id, String why) {
            return sender == id && reason.equals(why) && Objects.equals(from, source);
        }
    }

    /** One more datagram; see {@link SealFigures.Stranger}. */
    public void add(@Nullable IpAddress from, int sender, String reason, String text, long nowMillis) {
        Entry entry = find(from, sender, reason);
        entry.text = text;
        entry.count++;
        entry.last = nowMillis;
    }

    private Entry find(@Nullable IpAddress from, int sender, String reason) {
        Entry quiet = null;
        for (int i = 0; i < entries.size(); i++) {
            Entry each = entries.get(i);
            if (each.is(from, sender, reason)) {
                return each;
            }
            if (quiet == null || each.last < quiet.last) {
                quiet = each;
            }
        }
        if (quiet == null || entries.size() < MOST) {
            quiet = new Entry();
            entries.add(quiet);
        }
        quiet.from = from;
        quiet.sender = sender;
        quiet.reason = reason;
        quiet.count = 0;
        return quiet;
    }

    /** All that are known, for any thread. */
    public List<SealFigures.Stranger> copy() {
        return entries.stream()
                .map(each -> new SealFigures.Stranger(
                        Optional.ofNullable(each.from), each.sender, each.reason, each.text, each.count, each.last))
                .toList();
    }
}
