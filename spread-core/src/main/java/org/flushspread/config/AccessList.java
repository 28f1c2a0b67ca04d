package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.wire.Addresses;

/**
 * The file {@code spread.access_ip}: which clients the authentication method IP lets in (configuration 7). Whoever matches no line is
 * refused. Unix socket clients count as 0.0.0.0.
 *
 * @param rules in file order
 * @param warnings lines that are accepted but let nobody in
 */
public record AccessList(ImmutableList<Rule> rules, ImmutableList<ConfigurationWarning> warnings) {
    /** What stands where there is no file: everybody is refused. */
    public static final AccessList NOBODY = new AccessList(ImmutableList.of(), ImmutableList.of());

    /**
     * Addresses whose upper {@code length} bits are those of {@code network}.
     *
     * @param length 0..32; 0 matches every address
     */
    public record Rule(int network, int length) {
        boolean matches(int address) {
            return (address & mask(length)) == network;
        }

        private static int mask(int length) {
            return length == 0 ? 0 : -1 << (32 - length);
        }
    }

    private static final Pattern LINE =
            Pattern.compile("[ \t]*(\\d{1,3}(?:\\.\\d{1,3}){3})(?:/(\\d{1,2}))?(?:[ \t\r]*|[ \t]+#.*)");
    private static final Rule UNIX = new Rule(0, 32);
    private static final Rule LOCAL = new Rule(127 << 24, 8);

    /** True if a client from this address may connect; {@code address} is not looked at for a unix socket. */
    public boolean matches(int address, boolean unix) {
        for (Rule rule : rules) {
            if (rule.matches(unix ? 0 : address)) {
                return true;
            }
        }
        return false;
    }

    /** Reads the bytes of a file; see {@link #parse(String, String)}. */
    public static AccessList parse(byte[] text, String fileName) {
        return parse(new String(text, StandardCharsets.ISO_8859_1), fileName);
    }

    /**
     * Reads the text of a file: one rule a line, {@code unix...}, {@code local...}, {@code a.b.c.d} or {@code a.b.c.d/length}. Empty lines
     * and lines beginning with '#' mean nothing.
     *
     * @throws ConfigurationException at the first line that is nothing of these, or at a byte order mark
     */
    public static AccessList parse(String text, String fileName) {
        ImmutableList.Builder<Rule> rules = ImmutableList.builder();
        List<ConfigurationWarning> warnings = new ArrayList<>();
        ByteOrderMark.refuse(fileName, text);
        int number = 0;
        for (String line : text.split("\n", -1)) {
            Position start = new Position(fileName, ++number, 1);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            rules.add(rule(line, start, warnings));
        }
        return new AccessList(rules.build(), ImmutableList.copyOf(warnings));
    }

    private static Rule rule(String line, Position start, List<ConfigurationWarning> warnings) {
        if (line.stripLeading().startsWith("unix")) {
            return UNIX;
        }
        if (line.stripLeading().startsWith("local")) {
            return LOCAL;
        }
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new ConfigurationException(
                    start,
                    "expected 'unix', 'local', an IPv4 address or address/length, found " + Token.quote(line.strip())
                            + Keywords.newerHint(line.strip()));
        }
        int network =
                TokenStream.address(new Token(TokenKind.ADDRESS, matcher.group(1), 0, column(start, matcher.start(1))));
        if (matcher.group(2) == null) {
            return new Rule(network, 32);
        }
        int length = Integer.parseInt(matcher.group(2));
        if (length > 32) {
            throw new ConfigurationException(
                    column(start, matcher.start(2)), "expected a prefix length of 0 to 32, found " + length);
        }
        Rule rule = new Rule(network, length);
        if (!rule.matches(network)) {
            String meant = Addresses.text(network & Rule.mask(length)) + "/" + length;
            warnings.add(new ConfigurationWarning(
                    start,
                    Addresses.text(network) + "/" + length
                            + " lets nobody in, it has bits behind the prefix; did you mean " + meant + "?"));
        }
        return rule;
    }

    private static Position column(Position start, int offset) {
        return new Position(start.file(), start.line(), offset + 1);
    }
}
