package org.flushspread.examples.redis;

import static org.flushspread.examples.redis.Command.Kind.GROW;
import static org.flushspread.examples.redis.Command.Kind.READ;
import static org.flushspread.examples.redis.Command.Kind.WRITE;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.examples.persistent.PersistentMap;
import org.flushspread.examples.redis.Value.Hash;

/** Commands on hashes. */
final class Hashes {
    static final List<Command> COMMANDS = List.of(
            Command.of("hset", -4, GROW, Hashes::set),
            Command.of("hget", 3, READ, (turn, r) -> Resp.bulk(fields(turn, r).get(r.key(2)))),
            Command.of(
                    "hmget",
                    -3,
                    READ,
                    (turn, r) -> Resp.array(r.keys(2).stream()
                            .map(field -> Resp.bulk(fields(turn, r).get(field)))
                            .toList())),
            Command.of(
                    "hexists", 3, READ, (turn, r) -> Resp.number(fields(turn, r).get(r.key(2)) != null)),
            Command.of("hlen", 2, READ, (turn, r) -> Resp.number(fields(turn, r).size())),
            Command.of("hgetall", 2, READ, (turn, r) -> all(fields(turn, r), true, true)),
            Command.of("hkeys", 2, READ, (turn, r) -> all(fields(turn, r), true, false)),
            Command.of("hvals", 2, READ, (turn, r) -> all(fields(turn, r), false, true)),
            Command.of("hdel", -3, WRITE, Hashes::delete),
            Command.of("hincrby", 4, GROW, (turn, r) -> {
                byte[] before = fields(turn, r).get(r.key(2));
                long after = Strings.sum(before, r.number(3), "ERR hash value is not an integer");
                turn.put(r.key(1), turn.hash(r.key(1)).with(r.key(2), Strings.digits(after)));
                return Resp.number(after);
            }));

    private Hashes() {}

    private static PersistentMap<Key, byte[]> fields(Turn turn, Request r) {
        return turn.hash(r.key(1)).fields();
    }

    private static byte[] all(PersistentMap<Key, byte[]> fields, boolean names, boolean values) {
        List<byte[]> all = new ArrayList<>();
        for (PersistentMap.Entry<Key, byte[]> each : fields) {
            if (names) {
                all.add(Resp.bulk(each.key().bytes()));
            }
            if (values) {
                all.add(Resp.bulk(each.value()));
            }
        }
        return Resp.array(all);
    }

    private static byte[] set(Turn turn, Request r) {
        if (r.size() % 2 != 0) {
            throw r.wrongNumberOfArguments();
        }
        Hash before = turn.hash(r.key(1));
        Hash after = before;
        for (int i = 2; i < r.size(); i += 2) {
            after = after.with(r.key(i), r.bytes(i + 1));
        }
        turn.put(r.key(1), after);
        return Resp.number(after.fields().size() - before.fields().size());
    }

    private static byte[] delete(Turn turn, Request r) {
        Hash before = turn.hash(r.key(1));
        Hash after = before;
        for (Key field : r.keys(2)) {
            after = after.without(field);
        }
        int deleted = before.fields().size() - after.fields().size();
        if (deleted > 0) {
            turn.put(r.key(1), after);
        }
        return Resp.number(deleted);
    }
}
