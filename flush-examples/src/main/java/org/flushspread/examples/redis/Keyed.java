package org.flushspread.examples.redis;

import static org.flushspread.examples.redis.Command.Kind.READ;
import static org.flushspread.examples.redis.Command.Kind.SCAN;
import static org.flushspread.examples.redis.Command.Kind.WRITE;

import com.google.common.primitives.Longs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.flushspread.examples.persistent.PersistentMap;
import org.flushspread.examples.redis.Command.Keys;
import org.flushspread.examples.redis.Request.Refused;

/** Commands on keys whatever they have, and those that need none. */
final class Keyed {
    private static final int SECOND = 1_000;
    private static final int SCANNED = 10;
    /** COUNT is a hint: no SCAN looks at more. */
    private static final int MOST_SCANNED = 10_000;

    static final List<Command> COMMANDS = List.of(
            new Command(
                    "del",
                    -2,
                    WRITE,
                    Keys.ALL,
                    (turn, r) ->
                            Resp.number(r.keys(1).stream().filter(turn::remove).count())),
            new Command(
                    "exists",
                    -2,
                    READ,
                    Keys.ALL,
                    (turn, r) -> Resp.number(r.keys(1).stream()
                            .filter(key -> turn.entry(key) != null)
                            .count())),
            Command.of("type", 2, READ, (turn, r) -> {
                Keyspace.Entry entry = turn.entry(r.key(1));
                return Resp.simple(entry == null ? "none" : entry.value().type());
            }),
            Command.of("expire", -3, WRITE, (turn, r) -> expire(turn, r, SECOND)),
            Command.of("pexpire", -3, WRITE, (turn, r) -> expire(turn, r, 1)),
            Command.of("ttl", 2, READ, (turn, r) -> left(turn, r.key(1), SECOND)),
            Command.of("pttl", 2, READ, (turn, r) -> left(turn, r.key(1), 1)),
            Command.of("persist", 2, WRITE, (turn, r) -> {
                Keyspace.Entry entry = turn.entry(r.key(1));
                if (entry == null || entry.deadline() == Keyspace.NEVER) {
                    return Resp.number(false);
                }
                turn.put(r.key(1), entry.value(), Keyspace.NEVER);
                return Resp.number(true);
            }),
            new Command("keys", 2, SCAN, Keys.NONE, (turn, r) -> {
                List<byte[]> found = new ArrayList<>();
                turn.keyspace().entries().forEach(each -> addIfMatching(turn, each, new Glob(r.bytes(1)), "", found));
                return Resp.array(found);
            }),
            new Command("scan", -2, SCAN, Keys.NONE, Keyed::scan),
            new Command(
                    "dbsize",
                    1,
                    READ,
                    Keys.NONE,
                    (turn, r) -> Resp.number(turn.keyspace().entries().size())),
            new Command("flushall", -1, WRITE, Keys.NONE, (turn, r) -> {
                if (r.size() > 2 || !Set.of("", "SYNC", "ASYNC").contains(r.option(1))) {
                    throw Request.syntaxError();
                }
                turn.removeAll();
                return Resp.OK;
            }),
            new Command("publish", 3, WRITE, Keys.NONE, (turn, r) -> {
                turn.messages.add(new Turn.Message(r.key(1), r.bytes(2)));
                return Resp.number(0); // how many hear it is known to the members one by one
            }),
            Command.local("ping", -1, (turn, r) -> {
                if (r.size() > 2) {
                    throw r.wrongNumberOfArguments();
                }
                return r.size() == 1 ? Resp.simple("PONG") : Resp.bulk(r.bytes(1));
            }),
            Command.local("echo", 2, (turn, r) -> Resp.bulk(r.bytes(1))),
            Command.local("select", 2, (turn, r) -> {
                if (r.number(1) != 0) {
                    throw new Refused("ERR DB index is out of range");
                }
                return Resp.OK;
            }));

    private Keyed() {}

    /** The agreed time decides what is over; the clock may be ahead of it. */
    private static byte[] left(Turn turn, Key key, int unit) {
        if (turn.entry(key) == null) {
            return Resp.number(-2);
        }
        long left = Math.max(0, turn.deadline(key) - turn.clock);
        return Resp.number(turn.deadline(key) == Keyspace.NEVER ? -1 : (left + unit / 2) / unit);
    }

    /** EXPIRE key time [NX | XX | GT | LT]. */
    private static byte[] expire(Turn turn, Request r, int unit) {
        long deadline = turn.deadline(r, 2, unit, true);
        Set<String> options = new HashSet<>();
        for (int i = 3; i < r.size(); i++) {
            options.add(r.option(i));
            if (!Set.of("NX", "XX", "GT", "LT").contains(r.option(i))) {
                throw new Refused("ERR Unsupported option " + r.text(i));
            }
        }
        if (options.contains("NX") && options.size() > 1) {
            throw new Refused("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        if (options.containsAll(Set.of("GT", "LT"))) {
            throw new Refused("ERR GT and LT options at the same time are not compatible");
        }
        Keyspace.Entry entry = turn.entry(r.key(1));
        if (entry == null
                || options.contains("NX") && entry.deadline() != Keyspace.NEVER
                || options.contains("XX") && entry.deadline() == Keyspace.NEVER
                || options.contains("GT") && deadline <= entry.deadline()
                || options.contains("LT") && deadline >= entry.deadline()) {
            return Resp.number(false);
        }
        turn.put(r.key(1), entry.value(), deadline);
        return Resp.number(true);
    }

    /** SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]: the cursor is the place of the next key. */
    private static byte[] scan(Turn turn, Request r) {
        Long cursor = Longs.tryParse(r.text(1));
        if (cursor == null || cursor < 0) {
            throw new Refused("ERR invalid cursor");
        }
        Glob pattern = Glob.ANY;
        long count = SCANNED;
        String type = "";
        for (int i = 2; i < r.size(); i += 2) {
            switch (i + 1 < r.size() ? r.option(i) : "") {
                case "MATCH" -> pattern = new Glob(r.bytes(i + 1));
                case "COUNT" -> count = Math.min(MOST_SCANNED, r.number(i + 1));
                case "TYPE" -> type = r.text(i + 1);
                default -> throw Request.syntaxError();
            }
        }
        if (count < 1) {
            throw Request.syntaxError();
        }
        List<byte[]> found = new ArrayList<>();
        long place = 0;
        for (PersistentMap.Entry<Key, Keyspace.Entry> each :
                turn.keyspace().entries().from(new Key(cursor, new byte[0]))) {
            if (count-- <= 0 && each.key().place() != place) {
                return Resp.array(Resp.bulk(Long.toString(each.key().place())), Resp.array(found));
            }
            place = each.key().place();
            addIfMatching(turn, each, pattern, type, found);
        }
        return Resp.array(Resp.bulk("0"), Resp.array(found));
    }

    private static void addIfMatching(
            Turn turn, PersistentMap.Entry<Key, Keyspace.Entry> each, Glob pattern, String type, List<byte[]> to) {
        if (pattern.matches(each.key().bytes())
                && turn.entry(each.key()) != null
                && (type.isEmpty() || each.value().value().type().equals(type))) {
            to.add(Resp.bulk(each.key().bytes()));
        }
    }
}
