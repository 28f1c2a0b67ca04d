package org.flushspread.config;

/**
 * A token and where it stands.
 *
 * @param text as written; for END empty
 * @param offset of its first byte in the file
 */
record Token(TokenKind kind, String text, int offset, Position position) {
    private static final int SHOWN = 40;

    boolean isString() {
        return kind == TokenKind.QUOTED || kind == TokenKind.WORD;
    }

    boolean isAddress() {
        return kind == TokenKind.ADDRESS || kind == TokenKind.ADDRESS_PORT;
    }

    boolean isKeyword(String word) {
        return kind == TokenKind.KEYWORD && text.equals(word);
    }

    /** The text without quotes. */
    String value() {
        return kind == TokenKind.QUOTED ? text.substring(1, text.length() - 1) : text;
    }

    /** The place {@code columns} further on the same line. */
    Position after(int columns) {
        return new Position(position.file(), position.line(), position.column() + columns);
    }

    /** As an error message names it. */
    String found() {
        if (kind == TokenKind.END) {
            return kind.toString();
        }
        return quote(kind == TokenKind.COSTS ? text.stripTrailing() : text);
    }

    /** Text from a file in single quotes, cut and with everything unprintable shown as {@code \xhh}. */
    static String quote(String text) {
        StringBuilder shown = new StringBuilder("'");
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~') {
                shown.append(c);
            } else {
                shown.append(String.format("\\x%02x", (int) c));
            }
        }
        return shown.append(text.length() > SHOWN ? "..." : "").append('\'').toString();
    }
}
