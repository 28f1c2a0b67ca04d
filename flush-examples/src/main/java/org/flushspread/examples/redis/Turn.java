package org.flushspread.examples.redis;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.examples.redis.Request.Refused;
import org.jspecify.annotations.Nullable;

/** Does commands, one behind the other, on the keys as they are at one place: in the log at all members, or at one member to read. */
final class Turn {
    /** What PUBLISH says. */
    @SuppressWarnings("ArrayRecordComponent") // never changed
    record Message(Key channel, byte[] bytes) {}

    /** What time is counted from, in milliseconds: the agreed time in the log, or the clock of the member that reads. */
    final long clock;

    final List<Message> messages = new ArrayList<>();
    private final long index;
    private Keyspace keyspace;

    /** @param index the place in the log */
    Turn(Keyspace keyspace, long index, long clock) {
        this.keyspace = keyspace;
        this.index = index;
        this.clock = clock;
    }

    /** For commands that change nothing. */
    static Turn reading(Keyspace keyspace) {
        return new Turn(keyspace, 0, Math.max(keyspace.now(), System.currentTimeMillis()));
    }

    /** The keys after what has been done so far. */
    Keyspace keyspace() {
        return keyspace;
    }

    byte[] run(Request request) {
        Keyspace before = keyspace;
        try {
            Command.Body body = request.check().body();
            return body == null ? Resp.error("ERR not in a transaction") : body.run(this, request);
        } catch (Refused e) {
            keyspace = before;
            return Resp.error(e.getMessage());
        }
    }

    Keyspace.@Nullable Entry entry(Key key) {
        return keyspace.get(key);
    }

    /** The value of a key; null if there is none. */
    <V extends Value> @Nullable V value(Key key, Class<V> type) {
        Keyspace.Entry entry = keyspace.get(key);
        if (entry != null && !type.isInstance(entry.value())) {
            throw new Refused("WRONGTYPE Operation against a key holding the wrong kind of value");
        }
        return entry == null ? null : type.cast(entry.value());
    }

    byte @Nullable [] text(Key key) {
        Value.Text text = value(key, Value.Text.class);
        return text == null ? null : text.bytes();
    }

    Value.Hash hash(Key key) {
        Value.Hash hash = value(key, Value.Hash.class);
        return hash == null ? Value.Hash.EMPTY : hash;
    }

    Value.Sequence list(Key key) {
        Value.Sequence list = value(key, Value.Sequence.class);
        return list == null ? Value.Sequence.EMPTY : list;
    }

    /** When a key is over. */
    long deadline(Key key) {
        Keyspace.Entry entry = keyspace.get(key);
        return entry == null ? Keyspace.NEVER : entry.deadline();
    }

    void put(Key key, Value value, long deadline) {
        keyspace = keyspace.with(key, new Keyspace.Entry(value, index, deadline));
    }

    /** Puts what a hash or a list has become; it keeps its deadline, and ends when it is empty. */
    void put(Key key, Value value) {
        if (value.cost() == 0) {
            remove(key);
        } else {
            put(key, value, deadline(key));
        }
    }

    /** True if it was there. */
    boolean remove(Key key) {
        boolean was = keyspace.get(key) != null;
        keyspace = keyspace.without(key);
        return was;
    }

    void removeAll() {
        keyspace = Keyspace.EMPTY.at(keyspace.now());
    }

    /**
     * When something is over, as a command says it.
     *
     * @param unit milliseconds of one
     * @param fromNow false if it is a time since 1970
     */
    long deadline(Request request, int word, long unit, boolean fromNow) {
        try {
            long time = Math.multiplyExact(request.number(word), unit);
            return fromNow ? Math.addExact(clock, time) : time;
        } catch (ArithmeticException e) {
            throw new Refused("ERR invalid expire time in '" + request.name + "' command");
        }
    }
}
