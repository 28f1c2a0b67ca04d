package org.flushspread.flush.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flushspread.wire.GroupId;
import org.jspecify.annotations.Nullable;

/**
 * Consents for group ids that are not pending: their membership has not come yet, or the change was collapsed (flush-protocol 3.1, E).
 * A sender can fill only its own share, so nobody can push out the consents of the others.
 */
final class EarlyConsents {
    private static final class Entry {
        final Set<String> names = new LinkedHashSet<>();
        int age;
    }

    private final FlushLimits limits;
    private final FlushCounters counters;
    private final Map<GroupId, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Integer> perSender = new HashMap<>();
    private int size;

    EarlyConsents(FlushLimits limits, FlushCounters counters) {
        this.limits = limits;
        this.counters = counters;
    }

    void add(GroupId id, String from) {
        Entry entry = entries.get(id);
        if (entry != null && entry.names.contains(from)) {
            return;
        }
        int mine = perSender.getOrDefault(from, 0);
        if (mine >= limits.earlyPerSender()) {
            counters.count(FlushReason.EARLY_LIMIT_OF_SENDER);
            return;
        }
        if (size >= limits.early()) {
            dropOldest();
        }
        entries.computeIfAbsent(id, key -> new Entry()).names.add(from);
        perSender.put(from, mine + 1);
        size++;
    }

    /** Removes and returns the consents for a group id. */
    List<String> take(GroupId id) {
        Entry entry = entries.remove(id);
        if (entry == null) {
            return List.of();
        }
        forget(entry);
        return new ArrayList<>(entry.names);
    }

    /** One more membership came; at most one entry grows too old per call (flush-protocol 3.2, step 4). */
    void age() {
        GroupId tooOld = null;
        for (Map.Entry<GroupId, Entry> each : entries.entrySet()) {
            each.getValue().age++;
            if (tooOld == null && each.getValue().age > limits.earlyAge()) {
                tooOld = each.getKey();
            }
        }
        if (tooOld != null) {
            counters.count(FlushReason.EARLY_TOO_OLD);
            take(tooOld);
        }
    }

    int size() {
        return size;
    }

    private void dropOldest() {
        Iterator<Entry> oldest = entries.values().iterator();
        if (oldest.hasNext()) {
            Entry entry = oldest.next();
            oldest.remove();
            forget(entry);
            counters.count(FlushReason.EARLY_LIMIT);
        }
    }

    private void forget(Entry entry) {
        size -= entry.names.size();
        for (String name : entry.names) {
            @Nullable Integer left = perSender.get(name);
            if (left != null && left > 1) {
                perSender.put(name, left - 1);
            } else {
                perSender.remove(name);
            }
        }
    }
}
