package org.flushspread.examples.redis;

import static org.flushspread.examples.redis.Command.Kind.GROW;
import static org.flushspread.examples.redis.Command.Kind.READ;
import static org.flushspread.examples.redis.Command.Kind.WRITE;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.flushspread.examples.persistent.PersistentMap;
import org.flushspread.examples.redis.Request.Refused;
import org.flushspread.examples.redis.Value.Sequence;

/** Commands on lists. */
final class Lists {
    static final List<Command> COMMANDS = List.of(
            Command.of("lpush", -3, GROW, (turn, r) -> push(turn, r, true)),
            Command.of("rpush", -3, GROW, (turn, r) -> push(turn, r, false)),
            Command.of("lpop", -2, WRITE, (turn, r) -> pop(turn, r, true)),
            Command.of("rpop", -2, WRITE, (turn, r) -> pop(turn, r, false)),
            Command.of(
                    "llen",
                    2,
                    READ,
                    (turn, r) -> Resp.number(turn.list(r.key(1)).size())),
            Command.of(
                    "lindex",
                    3,
                    READ,
                    (turn, r) ->
                            Resp.bulk(turn.list(r.key(1)).elements().get(number(turn.list(r.key(1)), r.number(2))))),
            Command.of("lrange", 4, READ, Lists::range));

    private Lists() {}

    /** The number in the sequence of what a command counts from the front, or with a negative number from the end. */
    private static long number(Sequence list, long position) {
        return list.first() + (position < 0 ? list.size() + position : Math.min(position, list.size()));
    }

    private static byte[] push(Turn turn, Request r, boolean inFront) {
        Sequence list = turn.list(r.key(1));
        for (int i = 2; i < r.size(); i++) {
            list = list.with(inFront, r.bytes(i));
        }
        turn.put(r.key(1), list);
        return Resp.number(list.size());
    }

    private static byte[] pop(Turn turn, Request r, boolean inFront) {
        if (r.size() > 3) {
            throw r.wrongNumberOfArguments();
        }
        String notPositive = "ERR value is out of range, must be positive";
        boolean many = r.size() == 3;
        long count = many ? Request.number(r.bytes(2), notPositive) : 1;
        if (count < 0) {
            throw new Refused(notPositive);
        }
        Sequence list = turn.list(r.key(1));
        if (list.size() == 0) {
            return many ? Resp.NULL_ARRAY : Resp.NULL;
        }
        List<byte[]> popped = new ArrayList<>();
        while (popped.size() < count && list.size() > 0) {
            byte[] end = Objects.requireNonNull(list.elements().get(number(list, inFront ? 0 : -1)));
            popped.add(Resp.bulk(end));
            list = list.without(inFront, end);
        }
        if (!popped.isEmpty()) {
            turn.put(r.key(1), list);
        }
        return many ? Resp.array(popped) : popped.get(0);
    }

    private static byte[] range(Turn turn, Request r) {
        Sequence list = turn.list(r.key(1));
        long from = Math.max(list.first(), number(list, r.number(2)));
        long to = number(list, r.number(3));
        List<byte[]> range = new ArrayList<>();
        for (PersistentMap.Entry<Long, byte[]> each : list.elements().from(from)) {
            if (each.key() > to) {
                break;
            }
            range.add(Resp.bulk(each.value()));
        }
        return Resp.array(range);
    }
}
