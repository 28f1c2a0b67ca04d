package org.flushspread.tools.monitor;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON texts: objects are {@code Map}s in order, arrays {@code List}s, the rest {@code String}, {@code Long}, {@code Double}, {@code
 * Boolean} and null.
 */
final class Json {
    private static final int MAX_DEPTH = 64;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException saying where, if the text is no JSON
     */
    static @Nullable Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length()) {
            throw json.wrong("something behind the end");
        }
        return value;
    }

    static String of(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            String before = "{";
            for (Map.Entry<?, ?> each : map.entrySet()) {
                out.append(before);
                quote(String.valueOf(each.getKey()), out);
                out.append(':');
                write(each.getValue(), out);
                before = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            String before = "[";
            for (Object each : list) {
                out.append(before);
                write(each, out);
                before = ",";
            }
            out.append(before.equals("[") ? "[]" : "]");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(value.toString(), out);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw wrong("nested too deeply");
        }
        space();
        if (at >= text.length()) {
            throw wrong("the text ends too early");
        }
        return switch (text.charAt(at)) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        if (next('}')) {
            return map;
        }
        do {
            space();
            String name = string();
            require(':');
            map.put(name, value(depth + 1));
        } while (next(','));
        require('}');
        return map;
    }

    private List<Object> array(int depth) {
        List<Object> list = new ArrayList<>();
        at++;
        if (next(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (next(','));
        require(']');
        return list;
    }

    private String string() {
        if (at >= text.length() || text.charAt(at) != '"') {
            throw wrong("expected a string");
        }
        StringBuilder out = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            char c = text.charAt(at);
            out.append(c == '\\' ? escaped() : c);
        }
        if (at++ >= text.length()) {
            throw wrong("a string without end");
        }
        return out.toString();
    }

    private char escaped() {
        char c = ++at < text.length() ? text.charAt(at) : ' ';
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 >= text.length()) {
                    throw wrong("a string without end");
                }
                String digits = text.substring(at + 1, at + 5);
                at += 4;
                try {
                    yield (char) Integer.parseInt(digits, 16);
                } catch (NumberFormatException e) {
                    throw wrong("'" + digits + "' is no character");
                }
            }
            default -> throw wrong("an unknown escape");
        };
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        try {
            BigDecimal number = new BigDecimal(digits);
            return digits.matches("-?[0-9]{1,18}") ? (Object) number.longValueExact() : (Object) number.doubleValue();
        } catch (NumberFormatException e) {
            throw wrong("expected a value");
        }
    }

    private @Nullable Object word(String word, @Nullable Object means) {
        if (!text.startsWith(word, at)) {
            throw wrong("expected a value");
        }
        at += word.length();
        return means;
    }

    private boolean next(char wanted) {
        space();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void require(char wanted) {
        if (!next(wanted)) {
            throw wrong("expected '" + wanted + "'");
        }
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("no JSON at character " + at + ": " + what);
    }
}
