package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.flushspread.wire.IpAddress;

/** The tokens of a file with one token of look-ahead, the errors and the warnings about them. */
final class TokenStream {
    private static final String NUMBER_BLANK =
            "blank or tab after a number: a C daemon refuses this, write the line end or '#' directly after it";
    private static final String TIGHT_EQUALS = "no blanks around '=': a C daemon refuses this, write 'Option = value'";

    private final Keywords keywords;
    private final int mostDigits;
    private final Lexer lexer;
    private final List<ConfigurationWarning> warnings = new ArrayList<>();
    private Token next;

    TokenStream(RingVersion ring, Lexer lexer) {
        keywords = Keywords.of(ring);
        mostDigits = ring == RingVersion.SPREAD5 ? Keywords.MAX_DIGITS_5 : Keywords.MAX_DIGITS_4;
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
        String other = keywords.otherRingHint(next.text());
        String problem =
                "expected " + what + ", found " + next.found() + (other.isEmpty() ? hint : "") + unclosed + other;
        return other.isEmpty()
                ? new ConfigurationException(next.position(), problem)
                : ConfigurationException.ofOtherRing(next.position(), problem);
    }

    Keywords keywords() {
        return keywords;
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
            return equals > 0 && keywords.options().contains(next.text().substring(0, equals));
        }
        return next.kind() == TokenKind.KEYWORD && keywords.options().contains(next.text());
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
        if (digits.length() > mostDigits) {
            warn(token.position(), "a C daemon refuses numbers of more than " + mostDigits + " digits");
        }
        return value;
    }

    /** The address of an ADDRESS or ADDRESS_PORT token. */
    static IpAddress address(Token token) {
        String text = token.text();
        if (text.startsWith("[")) {
            text = text.substring(1, text.indexOf(']'));
        } else if (token.kind() == TokenKind.ADDRESS_PORT) {
            text = text.substring(0, text.indexOf(':'));
        }
        IpAddress address = IpAddress.parse(text);
        if (address == null) {
            String over = Arrays.stream(text.split("\\.", -1))
                    .filter(each -> Integer.parseInt(each) > 255)
                    .findFirst()
                    .orElse(text);
            throw new ConfigurationException(
                    token.position(),
                    "expected an IPv4 address, found " + token.found() + ": " + over + " is over 255");
        }
        return address;
    }

    /** The port of an ADDRESS_PORT token, 0 for an ADDRESS. A C daemon would take a larger number modulo 65536. */
    static int port(Token token) {
        if (token.kind() != TokenKind.ADDRESS_PORT) {
            return 0;
        }
        int colon = token.text().lastIndexOf(':');
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
