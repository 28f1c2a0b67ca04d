package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.wire.Addresses;

/** The tokens of a file with one token of look-ahead, the errors and the warnings about them. */
final class TokenStream {
    private static final String NUMBER_BLANK =
            "blank or tab after a number: a C daemon refuses this, write the line end or '#' directly after it";
    private static final String TIGHT_EQUALS = "no blanks around '=': a C daemon refuses this, write 'Option = value'";
    private static final int MAX_C_DIGITS = 6;

    private final Lexer lexer;
    private final List<ConfigurationWarning> warnings = new ArrayList<>();
    private Token next;

    TokenStream(Lexer lexer) {
        this.lexer = lexer;
        this.next = lexer.next();
    }

    Token peek() {
        return next;
    }

    Token take() {
        Token token = next;
        next = lexer.next();
        return token;
    }

    Token take(TokenKind kind, String where) {
        if (next.kind() != kind) {
            throw expected(kind + " " + where, "");
        }
        return take();
    }

    boolean takeIf(TokenKind kind) {
        boolean is = next.kind() == kind;
        if (is) {
            take();
        }
        return is;
    }

    void warn(Position position, String text) {
        warnings.add(new ConfigurationWarning(position, text));
    }

    ImmutableList<ConfigurationWarning> warnings() {
        return ImmutableList.copyOf(warnings);
    }

    /** The error that the next token is not what should stand here. */
    ConfigurationException expected(String what, String hint) {
        String unclosed = next.kind() == TokenKind.WORD
                        && (next.text().startsWith("\"") || next.text().startsWith("'"))
                ? "; the quote is never closed"
                : "";
        return new ConfigurationException(
                next.position(),
                "expected " + what + ", found " + next.found() + hint + unclosed + Keywords.newerHint(next.text()));
    }

    /**
     * Takes the keyword of an option. {@code Window=160} is one word to a C daemon (configuration 9); here the keyword is cut off and
     * the rest is read again.
     */
    Token takeOption() {
        int equals = next.text().indexOf('=');
        if (next.kind() != TokenKind.WORD || equals < 0) {
            return take();
        }
        Token option = new Token(TokenKind.KEYWORD, next.text().substring(0, equals), next.offset(), next.position());
        resumeIn(next, equals);
        return option;
    }

    /** True if an option's keyword, perhaps with a value glued to it, comes next. */
    boolean isOption() {
        if (next.kind() == TokenKind.WORD) {
            int equals = next.text().indexOf('=');
            return equals > 0 && Keywords.OPTIONS.contains(next.text().substring(0, equals));
        }
        return next.kind() == TokenKind.KEYWORD && Keywords.OPTIONS.contains(next.text());
    }

    /** True, and taken, if '=' follows this option's keyword; blanks may be missing before and after it. */
    boolean takeEqualsIf(Token option) {
        boolean before = next.offset() > option.offset() + option.text().length();
        if (next.kind() == TokenKind.WORD && next.text().startsWith("=")) {
            warn(option.position(), TIGHT_EQUALS);
            resumeIn(next, 1);
            return true;
        }
        if (next.kind() == TokenKind.EQUALS && !before) {
            warn(option.position(), TIGHT_EQUALS);
        }
        return takeIf(TokenKind.EQUALS);
    }

    void takeEquals(Token option) {
        if (!takeEqualsIf(option)) {
            throw expected("'=' after " + option.text(), "");
        }
    }

    /** The text of a quoted string or a word. */
    Token takeString(String what) {
        if (!next.isString()) {
            boolean special =
                    next.kind() != TokenKind.END && next.kind() != TokenKind.OPEN && next.kind() != TokenKind.CLOSE;
            throw expected(what, special ? "; put it in quotes if it is meant as text" : "");
        }
        return take();
    }

    /** A whole number of at least {@code minimum}; more digits or a blank behind it than a C daemon accepts give a warning. */
    int takeNumber(Token option, int minimum) {
        boolean number = next.kind() == TokenKind.NUMBER || next.kind() == TokenKind.COSTS;
        String digits = next.text().stripTrailing();
        if (!number || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw expected("a number after " + option.text() + " =", "");
        }
        Token token = take();
        if (digits.length() > 10 || Long.parseLong(digits) > Integer.MAX_VALUE) {
            throw new ConfigurationException(
                    token.position(),
                    option.text() + " must be at most " + Integer.MAX_VALUE + ", found " + token.found());
        }
        int value = Integer.parseInt(digits);
        if (value < minimum) {
            throw new ConfigurationException(
                    token.position(), option.text() + " must be at least " + minimum + ", found " + token.found());
        }
        if (digits.length() < token.text().length()) {
            warn(token.after(digits.length()), NUMBER_BLANK);
        }
        if (digits.length() > MAX_C_DIGITS) {
            warn(token.position(), "a C daemon refuses numbers of more than " + MAX_C_DIGITS + " digits");
        }
        return value;
    }

    /** The address of an ADDRESS or ADDRESS_PORT token. */
    static int address(Token token) {
        String text = token.text();
        int colon = text.indexOf(':');
        byte[] octets = new byte[4];
        int octet = 0;
        for (String group : (colon < 0 ? text : text.substring(0, colon)).split("\\.", -1)) {
            int value = Integer.parseInt(group);
            if (value > 255) {
                throw new ConfigurationException(
                        token.position(),
                        "expected an IPv4 address, found " + token.found() + ": " + value + " is over 255");
            }
            octets[octet++] = (byte) value;
        }
        return Addresses.of(octets);
    }

    /** The port of an ADDRESS_PORT token, 0 for an ADDRESS. A C daemon would take a larger number modulo 65536. */
    static int port(Token token) {
        int colon = token.text().indexOf(':');
        if (colon < 0) {
            return 0;
        }
        int port = Integer.parseInt(token.text().substring(colon + 1));
        if (port > 0xffff) {
            throw new ConfigurationException(
                    token.after(colon + 1), "expected a port up to 65535, found '" + port + "'");
        }
        return port;
    }

    private void resumeIn(Token token, int columns) {
        lexer.resume(token, columns);
        next = lexer.next();
    }
}
