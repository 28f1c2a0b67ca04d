package org.flushspread.examples.redis;

import static org.flushspread.examples.redis.Command.Kind.GROW;
import static org.flushspread.examples.redis.Command.Kind.READ;

import com.google.common.primitives.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.flushspread.examples.redis.Request.Refused;
import org.jspecify.annotations.Nullable;

/** Commands on strings. */
final class Strings {
    private static final int LONGEST = 1 << 20;
    private static final int SECOND = 1_000;

    static final List<Command> COMMANDS = List.of(
            Command.of("get", 2, READ, (turn, r) -> Resp.bulk(turn.text(r.key(1)))),
            Command.of("set", -3, GROW, Strings::set),
            Command.of("append", 3, GROW, Strings::append),
            Command.of("strlen", 2, READ, (turn, r) -> {
                byte[] text = turn.text(r.key(1));
                return Resp.number(text == null ? 0 : text.length);
            }),
            Command.of("incr", 2, GROW, (turn, r) -> add(turn, r.key(1), 1)),
            Command.of("decr", 2, GROW, (turn, r) -> add(turn, r.key(1), -1)),
            Command.of("incrby", 3, GROW, (turn, r) -> add(turn, r.key(1), r.number(2))),
            Command.of("decrby", 3, GROW, (turn, r) -> {
                if (r.number(2) == Long.MIN_VALUE) {
                    throw new Refused("ERR decrement would overflow");
                }
                return add(turn, r.key(1), -r.number(2));
            }),
            new Command(
                    "mget",
                    -2,
                    READ,
                    Command.Keys.ALL,
                    (turn, r) -> Resp.array(r.keys(1).stream()
                            .map(key -> textOrNull(turn.entry(key)))
                            .toList())),
            new Command("mset", -3, GROW, Command.Keys.PAIRS, (turn, r) -> {
                if (r.size() % 2 == 0) {
                    throw r.wrongNumberOfArguments();
                }
                for (int i = 1; i < r.size(); i += 2) {
                    turn.put(r.key(i), new Value.Text(r.bytes(i + 1)), Keyspace.NEVER);
                }
                return Resp.OK;
            }));

    private Strings() {}

    private static byte[] textOrNull(Keyspace.@Nullable Entry entry) {
        return Resp.bulk(entry != null && entry.value() instanceof Value.Text text ? text.bytes() : null);
    }

    /** SET key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT time | PXAT time | KEEPTTL]. */
    private static byte[] set(Turn turn, Request r) {
        Key key = r.key(1);
        boolean nx = false;
        boolean xx = false;
        boolean get = false;
        boolean timed = false;
        long deadline = Keyspace.NEVER;
        for (int i = 3; i < r.size(); i++) {
            String option = r.option(i);
            switch (option) {
                case "NX" -> nx = true;
                case "XX" -> xx = true;
                case "GET" -> get = true;
                case "KEEPTTL", "EX", "PX", "EXAT", "PXAT" -> {
                    if (timed) {
                        throw Request.syntaxError();
                    }
                    timed = true;
                    deadline = option.equals("KEEPTTL") ? turn.deadline(key) : deadline(turn, r, option, ++i);
                }
                default -> throw Request.syntaxError();
            }
        }
        if (nx && xx) {
            throw Request.syntaxError();
        }
        byte[] before = get ? Resp.bulk(turn.text(key)) : Resp.NULL;
        boolean there = turn.entry(key) != null;
        if (there ? nx : xx) {
            return before;
        }
        turn.put(key, new Value.Text(r.bytes(2)), deadline);
        return get ? before : Resp.OK;
    }

    private static long deadline(Turn turn, Request r, String option, int word) {
        if (r.number(word) <= 0) {
            throw new Refused("ERR invalid expire time in 'set' command");
        }
        return turn.deadline(r, word, option.startsWith("P") ? 1 : SECOND, !option.endsWith("AT"));
    }

    private static byte[] append(Turn turn, Request r) {
        byte[] before = turn.text(r.key(1));
        byte[] after = before == null ? r.bytes(2) : Bytes.concat(before, r.bytes(2));
        if (after.length > LONGEST) {
            throw new Refused("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
        turn.put(r.key(1), new Value.Text(after), turn.deadline(r.key(1)));
        return Resp.number(after.length);
    }

    private static byte[] add(Turn turn, Key key, long by) {
        long after = sum(turn.text(key), by, Request.NOT_AN_INTEGER);
        turn.put(key, new Value.Text(digits(after)), turn.deadline(key));
        return Resp.number(after);
    }

    static long sum(byte @Nullable [] text, long by, String otherwise) {
        try {
            return Math.addExact(text == null ? 0 : Request.number(text, otherwise), by);
        } catch (ArithmeticException e) {
            throw new Refused("ERR increment or decrement would overflow");
        }
    }

    static byte[] digits(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}
