package org.flushspread.examples.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.primitives.Longs;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A command as a client has sent it: its name, and what stands behind it. */
final class Request {
    /** Why a command cannot be done, in the words of Redis. Where it is thrown, nothing changes. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    private static final int SHOWN = 128;
    private static final int LONGEST_NUMBER = 20;

    private final List<byte[]> words;
    /** In small letters. */
    final String name;
    /** Null if there is none of this name. */
    final @Nullable Command command;

    /** @param words at least one; never changed from here on */
    Request(List<byte[]> words) {
        this.words = words;
        this.name = text(0).toLowerCase(Locale.ROOT);
        this.command = Command.find(name);
    }

    static Refused syntaxError() {
        return new Refused("ERR syntax error");
    }

    Refused wrongNumberOfArguments() {
        return new Refused("ERR wrong number of arguments for '" + name + "' command");
    }

    /** Looks whether it is a command. */
    Command check() {
        if (command == null) {
            StringBuilder behind = new StringBuilder();
            for (int i = 1; i < words.size() && behind.length() < SHOWN; i++) {
                behind.append('\'').append(shown(i)).append("' ");
            }
            throw new Refused("ERR unknown command '" + shown(0) + "', with args beginning with: " + behind);
        }
        if (command.arity() > 0 ? words.size() != command.arity() : words.size() < -command.arity()) {
            throw wrongNumberOfArguments();
        }
        return command;
    }

    /** Bytes in the log. */
    int cost() {
        return (int) cost(words.size())
                + words.stream().mapToInt(word -> word.length).sum();
    }

    /** Bytes in the log beside those of its words, in a batch alone. */
    static long cost(long words) {
        return 1 + (3 + Math.max(0, words)) * Integer.BYTES;
    }

    private String shown(int i) {
        return text(i).substring(0, Math.min(SHOWN, text(i).length()));
    }

    List<byte[]> words() {
        return words;
    }

    int size() {
        return words.size();
    }

    byte[] bytes(int i) {
        return words.get(i);
    }

    Key key(int i) {
        return Key.of(words.get(i));
    }

    /** The words from one on, as keys. */
    List<Key> keys(int from) {
        return words.subList(from, words.size()).stream().map(Key::of).toList();
    }

    String text(int i) {
        return new String(words.get(i), UTF_8);
    }

    /** A word in capital letters; empty behind the last one. */
    String option(int i) {
        return i < words.size() ? text(i).toUpperCase(Locale.ROOT) : "";
    }

    long number(int i) {
        if (i >= words.size()) {
            throw syntaxError();
        }
        return number(words.get(i), NOT_AN_INTEGER);
    }

    /** A number as Redis reads it: nothing but digits, and no more of them than it takes. */
    static long number(byte[] bytes, String otherwise) {
        String text = bytes.length > LONGEST_NUMBER ? "" : new String(bytes, ISO_8859_1);
        Long number = Longs.tryParse(text);
        if (number == null || !number.toString().equals(text)) {
            throw new Refused(otherwise);
        }
        return number;
    }
}
