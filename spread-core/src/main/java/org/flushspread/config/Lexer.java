package org.flushspread.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.wire.IpAddress;

/**
 * Cuts the text of a spread.conf into tokens: the longest match wins, and of equally long ones the earlier row of the table
 * (configuration 2, spread5 4). A character is a byte.
 */
final class Lexer {
    /** An IPv6 address with a port, as only Spread 5 knows it. */
    private static final Pattern BRACKETED =
            Pattern.compile("\\[([0-9A-Fa-f:.]+(?:%[^ \t\r\n\u000B\f#{}\\[\\]]+)?)\\]:\\d{1,5}");

    private static final String WORD_ENDS = " \t\r\n#{}";

    private final boolean five;
    private final Keywords keywords;
    private final String wordEnds;
    private final String file;
    private final String text;
    private int at;
    private int line = 1;
    private int lineStart;

    Lexer(RingVersion ring, String file, String text) {
        five = ring == RingVersion.SPREAD5;
        keywords = Keywords.of(ring);
        wordEnds = five ? WORD_ENDS + "[]\u000B\f" : WORD_ENDS;
        this.file = file;
        this.text = text;
        ByteOrderMark.refuse(file, text);
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new ConfigurationException(file + ": not a configuration file: byte " + (nul + 1) + " is zero");
        }
    }

    /** The next token; at the end of the text END, again and again. */
    Token next() {
        skipBlanksAndComments();
        if (at == text.length()) {
            return new Token(TokenKind.END, "", at, position());
        }
        char first = text.charAt(at);
        if (first == '{' || first == '}') {
            return token(first == '{' ? TokenKind.OPEN : TokenKind.CLOSE, 1);
        }
        if (first == '!' && at + 1 < text.length() && text.charAt(at + 1) != '\n') {
            return token(TokenKind.BANG, 1);
        }
        if (five && first == '[') {
            return bracketed();
        }
        int word = wordLength();
        int costs = five ? digitsAt(text, at) : costsLength();
        int quoted = quotedLength();
        if (costs > word) {
            return token(TokenKind.COSTS, costs);
        }
        if (quoted > word) {
            return token(TokenKind.QUOTED, quoted);
        }
        return token(kindOfWord(text.substring(at, at + word), costs == word, quoted == word), word);
    }

    private Token bracketed() {
        Matcher matcher = BRACKETED.matcher(text).region(at, text.length());
        if (matcher.lookingAt() && IpAddress.parse(matcher.group(1)) != null) {
            return token(TokenKind.ADDRESS_PORT, matcher.end() - at);
        }
        int end = at;
        while (end < text.length() && WORD_ENDS.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return token(TokenKind.WORD, end - at);
    }

    /** Goes back to the byte {@code columns} after the start of a token that holds no line end. */
    void resume(Token token, int columns) {
        at = token.offset() + columns;
        line = token.position().line();
        lineStart = token.offset() - token.position().column() + 1;
    }

    private void skipBlanksAndComments() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                advance(1);
            } else {
                return;
            }
        }
    }

    private TokenKind kindOfWord(String word, boolean digits, boolean quoted) {
        if (word.equals("=")) {
            return TokenKind.EQUALS;
        }
        if (word.equals(":")) {
            return TokenKind.COLON;
        }
        if (five && word.equals(";")) {
            return TokenKind.SEMICOLON;
        }
        if (keywords.all().contains(word)) {
            return TokenKind.KEYWORD;
        }
        if (isAny(word, "true", "yes", "false", "no")) {
            return TokenKind.BOOLEAN;
        }
        if (isAny(word, "on", "off", "auto")) {
            return TokenKind.SWITCH;
        }
        if (digits && five) {
            return word.length() <= Keywords.MAX_DIGITS_5 ? TokenKind.NUMBER : TokenKind.WORD;
        }
        if (digits) {
            return word.length() <= Keywords.MAX_DIGITS_4 ? TokenKind.NUMBER : TokenKind.COSTS;
        }
        if (quoted) {
            return TokenKind.QUOTED;
        }
        if (five && word.indexOf(':') >= 0 && IpAddress.parse(word) != null) {
            return TokenKind.ADDRESS;
        }
        return kindOfAddress(word);
    }

    private static boolean isAny(String word, String... choices) {
        for (String choice : choices) {
            if (word.equalsIgnoreCase(choice)) {
                return true;
            }
        }
        return false;
    }

    /** Four groups of one to three digits, perhaps a colon and one to five digits; anything else is a word. */
    private static TokenKind kindOfAddress(String word) {
        int i = 0;
        for (int group = 0; group < 4; group++) {
            if (group > 0 && (i == word.length() || word.charAt(i++) != '.')) {
                return TokenKind.WORD;
            }
            int digits = digitsAt(word, i);
            if (digits < 1 || digits > 3) {
                return TokenKind.WORD;
            }
            i += digits;
        }
        if (i == word.length()) {
            return TokenKind.ADDRESS;
        }
        int digits = digitsAt(word, i + 1);
        boolean port = word.charAt(i) == ':' && digits >= 1 && digits <= 5 && i + 1 + digits == word.length();
        return port ? TokenKind.ADDRESS_PORT : TokenKind.WORD;
    }

    private static int digitsAt(String word, int from) {
        int i = from;
        while (i < word.length() && isDigit(word.charAt(i))) {
            i++;
        }
        return i - from;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private int wordLength() {
        int i = at;
        while (i < text.length() && (i == at || wordEnds.indexOf(text.charAt(i)) < 0)) {
            i++;
        }
        return i - at;
    }

    /** Groups of digits with blanks and tabs between and after them, beginning with a digit. */
    private int costsLength() {
        if (!isDigit(text.charAt(at))) {
            return 0;
        }
        int i = at;
        while (i < text.length() && (isDigit(text.charAt(i)) || text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
            i++;
        }
        return i - at;
    }

    private int quotedLength() {
        char quote = text.charAt(at);
        if (quote != '"' && quote != '\'') {
            return 0;
        }
        int end = text.indexOf(quote, at + 1);
        return end < 0 ? 0 : end + 1 - at;
    }

    private Token token(TokenKind kind, int length) {
        Token token = new Token(kind, text.substring(at, at + length), at, position());
        advance(length);
        return token;
    }

    private Position position() {
        return new Position(file, line, at - lineStart + 1);
    }

    private void advance(int length) {
        for (int end = at + length; at < end; at++) {
            if (text.charAt(at) == '\n') {
                line++;
                lineStart = at + 1;
            }
        }
    }
}
