package org.flushspread.daemon.admin;

import java.util.Collection;
import java.util.Map;

/** Writes one JSON text. Members of an object are written in the order of the calls. */
final class Json {
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder out = new StringBuilder(1024);
    private boolean first = true;

    Json open(char bracket) {
        separate();
        out.append(bracket);
        first = true;
        return this;
    }

    Json close(char bracket) {
        out.append(bracket);
        first = false;
        return this;
    }

    Json name(String name) {
        separate();
        quoted(name);
        out.append(':');
        first = true;
        return this;
    }

    Json value(String text) {
        separate();
        quoted(text);
        return this;
    }

    Json value(long number) {
        separate();
        out.append(number);
        return this;
    }

    /** A number with three digits behind the point. */
    Json thousandths(long number) {
        separate();
        out.append(number < 0 ? "-" : "")
                .append(Math.abs(number / 1000))
                .append('.')
                .append(String.valueOf(1000 + Math.abs(number % 1000)), 1, 4);
        return this;
    }

    Json value(boolean truth) {
        separate();
        out.append(truth);
        return this;
    }

    Json values(Collection<?> texts) {
        open('[');
        texts.forEach(each -> value(each.toString()));
        return close(']');
    }

    Json counts(Map<String, Long> counts) {
        open('{');
        counts.forEach((name, count) -> name(name).value(count));
        return close('}');
    }

    private void separate() {
        if (!first) {
            out.append(',');
        }
        first = false;
    }

    private void quoted(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                out.append('\\').append(each);
            } else if (each < FIRST_PRINTABLE || Character.isSurrogate(each)) {
                out.append(String.format("\\u%04x", (int) each));
            } else {
                out.append(each);
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
