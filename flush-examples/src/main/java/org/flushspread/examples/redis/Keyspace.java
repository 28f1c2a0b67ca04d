package org.flushspread.examples.redis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.flushspread.examples.persistent.PersistentMap;
import org.jspecify.annotations.Nullable;

/**
 * All keys at one place of the log. Never changes; a change makes another one.
 *
 * @param entries by key, also those that are over and were not removed yet
 * @param deadlines keys that have one, the earliest first
 * @param now the agreed time, in milliseconds since 1970: it decides what is over
 * @param cost bytes of memory, about
 */
record Keyspace(PersistentMap<Key, Entry> entries, PersistentMap<Deadline, Boolean> deadlines, long now, long cost) {
    static final Keyspace EMPTY = new Keyspace(PersistentMap.empty(), PersistentMap.empty(), 0, 0);

    /** No deadline. */
    static final long NEVER = Long.MAX_VALUE;

    /**
     * What a key has.
     *
     * @param version the place in the log where it was changed last
     * @param deadline when it is over, in milliseconds since 1970
     */
    record Entry(Value value, long version, long deadline) {}

    /** When a key is over. */
    record Deadline(long at, Key key) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int order = Long.compare(at, other.at);
            return order == 0 ? key.compareTo(other.key) : order;
        }
    }

    /** What a key has; null for nothing, and for what is over. */
    @Nullable
    Entry get(Key key) {
        Entry entry = entries.get(key);
        return entry == null || entry.deadline <= now ? null : entry;
    }

    /** The place where a key was changed last; 0 if there is none. For WATCH. */
    long version(Key key) {
        Entry entry = get(key);
        return entry == null ? 0 : entry.version;
    }

    /** The same later; time does not go back. */
    Keyspace at(long time) {
        return new Keyspace(entries, deadlines, Math.max(now, time), cost);
    }

    Keyspace with(Key key, Entry entry) {
        return changed(entries.with(key, entry), key, entries.get(key), entry);
    }

    Keyspace without(Key key) {
        return changed(entries.without(key), key, entries.get(key), null);
    }

    private Keyspace changed(PersistentMap<Key, Entry> to, Key key, @Nullable Entry before, @Nullable Entry after) {
        PersistentMap<Deadline, Boolean> next = deadlines;
        if (before != null && before.deadline != NEVER) {
            next = next.without(new Deadline(before.deadline, key));
        }
        if (after != null && after.deadline != NEVER) {
            next = next.with(new Deadline(after.deadline, key), Boolean.TRUE);
        }
        return new Keyspace(to, next, now, cost - cost(key, before) + cost(key, after));
    }

    private static long cost(Key key, @Nullable Entry entry) {
        return entry == null ? 0 : Value.OVERHEAD + key.bytes().length + entry.value.cost();
    }

    /** The earliest deadline. */
    long nextDeadline() {
        PersistentMap.Entry<Deadline, Boolean> first = deadlines.first();
        return first == null ? NEVER : first.key().at;
    }

    /** Without keys that are over, so many at most: nobody shall wait for all that end in one millisecond. */
    Keyspace withoutOver(int most) {
        Keyspace left = this;
        PersistentMap.Entry<Deadline, Boolean> next = deadlines.first();
        for (int i = 0; i < most && next != null && next.key().at <= now; i++) {
            left = left.without(next.key().key);
            next = left.deadlines.first();
        }
        return left;
    }

    /** Equal keyspaces give equal bytes. */
    void save(DataOutput out) throws IOException {
        out.writeLong(now);
        out.writeInt(entries.size());
        for (PersistentMap.Entry<Key, Entry> each : entries) {
            Value.write(out, each.key().bytes());
            out.writeLong(each.value().version);
            out.writeLong(each.value().deadline);
            out.writeUTF(each.value().value.type());
            each.value().value.save(out);
        }
    }

    static Keyspace load(DataInput in) throws IOException {
        Keyspace loaded = EMPTY.at(in.readLong());
        for (int left = in.readInt(); left > 0; left--) {
            Key key = Key.of(Value.read(in));
            long version = in.readLong();
            long deadline = in.readLong();
            loaded = loaded.with(key, new Entry(Value.load(in), version, deadline));
        }
        return loaded;
    }
}
