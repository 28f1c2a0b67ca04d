package org.flushspread.examples.redis;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command that there is.
 *
 * @param name in small letters
 * @param arity words with the name; -n for n or more
 * @param keys the first word that is a key, the last one (-1 is that of the request), and from one to the next; 0 for none
 * @param body what it does; null if it is done by the connection
 */
record Command(
        String name,
        int arity,
        Kind kind,
        Keys keys,
        @Nullable Body body) {
    enum Kind {
        /** About the connection, or in no need of keys. */
        LOCAL,
        READ,
        /** Reads as many keys as there are: not in the log, where all members would do it, unless in a transaction. */
        SCAN,
        WRITE,
        /** A write that may need memory. */
        GROW
    }

    record Keys(int first, int last, int step) {
        static final Keys NONE = new Keys(0, 0, 0);
        static final Keys ONE = new Keys(1, 1, 1);
        static final Keys ALL = new Keys(1, -1, 1);
        static final Keys PAIRS = new Keys(1, -1, 2);
    }

    @FunctionalInterface
    interface Body {
        /** The reply; or a {@link Request.Refused}. */
        byte[] run(Turn turn, Request request);
    }

    /** In a class of its own, since the commands are made before it. */
    private static final class ByName {
        static final Map<String, Command> COMMANDS = new TreeMap<>();

        static {
            Stream.of(Connection.COMMANDS, Keyed.COMMANDS, Strings.COMMANDS, Hashes.COMMANDS, Lists.COMMANDS)
                    .flatMap(Collection::stream)
                    .forEach(each -> COMMANDS.put(each.name, each));
        }
    }

    static @Nullable Command find(String name) {
        return ByName.COMMANDS.get(name);
    }

    static Collection<Command> all() {
        return ByName.COMMANDS.values();
    }

    static Command local(String name, int arity, @Nullable Body body) {
        return new Command(name, arity, Kind.LOCAL, Keys.NONE, body);
    }

    /** A command of one key, the word behind its name. */
    static Command of(String name, int arity, Kind kind, Body body) {
        return new Command(name, arity, kind, Keys.ONE, body);
    }

    boolean isWrite() {
        return kind == Kind.WRITE || kind == Kind.GROW;
    }
}
