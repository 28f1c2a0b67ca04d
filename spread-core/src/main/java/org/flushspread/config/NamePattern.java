package org.flushspread.config;

import java.util.Arrays;

/**
 * A name with {@code *} for any run of bytes, {@code ?} for any one byte and {@code \hh} for the byte of two hexadecimal digits; the whole
 * name has to fit. Names are bytes, shown as ISO-8859-1.
 */
final class NamePattern {
    private static final int RUN = -1;
    private static final int ONE = -2;
    private static final int ESCAPE = 3;
    private static final int HEX = 16;

    private final int[] parts;

    private NamePattern(int[] parts) {
        this.parts = parts;
    }

    /** @throws ConfigurationException if a backslash has no two digits behind it */
    static NamePattern parse(String text, Position at) {
        int[] parts = new int[text.length()];
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '\\') {
                parts[count++] = escaped(text, i, at);
                i += ESCAPE - 1;
            } else {
                parts[count++] = each == '*' ? RUN : each == '?' ? ONE : each;
            }
        }
        return new NamePattern(Arrays.copyOf(parts, count));
    }

    private static int escaped(String text, int from, Position at) {
        int high = from + 1 < text.length() ? Character.digit(text.charAt(from + 1), HEX) : -1;
        int low = from + 2 < text.length() ? Character.digit(text.charAt(from + 2), HEX) : -1;
        if (high < 0 || low < 0) {
            throw new ConfigurationException(
                    new Position(at.file(), at.line(), at.column() + from),
                    "a backslash stands for a byte and needs its two hexadecimal digits, as \\2c for a comma; \\5c is the"
                            + " backslash itself");
        }
        return HEX * high + low;
    }

    boolean matches(String name) {
        int part = 0;
        int run = -1;
        int resume = 0;
        for (int i = 0; i < name.length(); ) {
            if (part < parts.length && (parts[part] == ONE || parts[part] == name.charAt(i))) {
                part++;
                i++;
            } else if (part < parts.length && parts[part] == RUN) {
                run = part++;
                resume = i;
            } else if (run >= 0) {
                // the last run takes one byte more
                part = run + 1;
                i = ++resume;
            } else {
                return false;
            }
        }
        while (part < parts.length && parts[part] == RUN) {
            part++;
        }
        return part == parts.length;
    }
}
