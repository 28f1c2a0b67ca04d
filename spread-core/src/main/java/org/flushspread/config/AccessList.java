package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Bytes;
import com.google.common.primitives.Longs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.wire.Addresses;
import org.flushspread.wire.IpAddress;

/**
 * The file {@code spread.access_ip}: which clients the authentication method IP lets in (configuration 7). Whoever matches no line is
 * refused. Unix socket clients count as 0.0.0.0, those from ::1 also as 127.0.0.1.
 *
 * <p>All is compared in the notation of IPv6, an IPv4 address as ::ffff:a.b.c.d; so a client that comes over IPv4 to a socket of both families
 * is the same as one that comes to an IPv4 socket.
 *
 * @param rules in file order
 * @param warnings lines that are accepted but let nobody in
 */
public record AccessList(ImmutableList<Rule> rules, ImmutableList<ConfigurationWarning> warnings) {
    /** What stands where there is no file: everybody is refused. */
    public static final AccessList NOBODY = new AccessList(ImmutableList.of(), ImmutableList.of());

    /**
     * Addresses whose upper {@code length} bits are those of a network, in the notation of IPv6.
     *
     * @param high the upper 64 bits of the network
     * @param low the lower 64 bits
     * @param length 0..128; 0 matches every address
     */
    public record Rule(long high, long low, int length) {
        /** The rule of an IPv4 network; that of 0.0.0.0/0 matches every address, IPv6 ones too. */
        public static Rule ofIpv4(int network, int length) {
            return network == 0 && length == 0
                    ? new Rule(0, 0, 0)
                    : new Rule(0, mapped(network), length == 0 ? 0 : MAPPED_BITS + length);
        }

        boolean matches(long high, long low) {
            return (high & mask(length)) == this.high && (low & mask(length - Long.SIZE)) == this.low;
        }

        /** Ones in front, zeros behind them. */
        static long mask(int ones) {
            return ones <= 0 ? 0 : -1L << (Long.SIZE - Math.min(ones, Long.SIZE));
        }
    }

    private static final int MAPPED_BITS = 96;

    private static final String END = "(?:[ \t\r]*|[ \t]+#.*)";
    private static final Pattern IPV4 = Pattern.compile("[ \t]*(\\d{1,3}(?:\\.\\d{1,3}){3})(?:/(\\d{1,2}))?" + END);
    private static final Pattern IPV6 = Pattern.compile("[ \t]*([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:/(\\d{1,3}))?" + END);
    private static final Rule UNIX = Rule.ofIpv4(0, 32);
    private static final Rule LOCAL = Rule.ofIpv4(127 << 24, 8);
    private static final int LOOPBACK = 0x7f000001;

    /** True if a client with this IPv4 address may connect; {@code address} is not looked at for a unix socket. */
    public boolean matches(int address, boolean unix) {
        return matches(0, mapped(unix ? 0 : address));
    }

    /** True if a client with this address may connect. */
    public boolean matches(IpAddress address) {
        if (!address.isIpv6()) {
            return matches(address.number(), false);
        }
        return matches(high(address), low(address)) || (address.isLoopback() && matches(LOOPBACK, false));
    }

    private static long high(IpAddress ipv6) {
        return Longs.fromByteArray(ipv6.octets());
    }

    private static long low(IpAddress ipv6) {
        return Longs.fromByteArray(Arrays.copyOfRange(ipv6.octets(), Long.BYTES, 2 * Long.BYTES));
    }

    private boolean matches(long high, long low) {
        return rules.stream().anyMatch(rule -> rule.matches(high, low));
    }

    private static long mapped(int ipv4) {
        return 0xffffL << Integer.SIZE | Integer.toUnsignedLong(ipv4);
    }

    /** Reads the bytes of a file; see {@link #parse(String, String)}. */
    public static AccessList parse(byte[] text, String fileName) {
        return parse(new String(text, StandardCharsets.ISO_8859_1), fileName);
    }

    /**
     * Reads the text of a file: one rule a line, {@code unix...}, {@code local...}, an address or {@code address/length}, of IPv4
     * or IPv6. Empty lines and lines beginning with '#' mean nothing.
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

    /** The list of one rule, which stands at a place of another file. */
    static AccessList of(String rule, Position at) {
        List<ConfigurationWarning> warnings = new ArrayList<>();
        Rule parsed = rule(rule, at, warnings);
        return new AccessList(ImmutableList.of(parsed), ImmutableList.copyOf(warnings));
    }

    private static Rule rule(String line, Position start, List<ConfigurationWarning> warnings) {
        if (line.stripLeading().startsWith("unix")) {
            return UNIX;
        }
        if (line.stripLeading().startsWith("local")) {
            return LOCAL;
        }
        Matcher four = IPV4.matcher(line);
        if (four.matches()) {
            return ipv4(four, start, warnings);
        }
        Matcher six = IPV6.matcher(line);
        IpAddress network = six.matches() ? IpAddress.parse(six.group(1)) : null;
        if (network == null) {
            throw new ConfigurationException(
                    start,
                    "expected 'unix', 'local', an IPv4 or IPv6 address or address/length, found "
                            + Token.quote(line.strip()));
        }
        int length = six.group(2) == null ? 128 : length(six, 128, start);
        Rule rule = new Rule(high(network), low(network), length);
        if (!rule.matches(rule.high, rule.low)) {
            byte[] meant = Bytes.concat(
                    Longs.toByteArray(rule.high & Rule.mask(length)),
                    Longs.toByteArray(rule.low & Rule.mask(length - Long.SIZE)));
            warnings.add(letsNobodyIn(
                    start, six.group(1), length, IpAddress.of(meant).toString()));
        }
        return rule;
    }

    private static Rule ipv4(Matcher line, Position start, List<ConfigurationWarning> warnings) {
        int network = TokenStream.address(new Token(TokenKind.ADDRESS, line.group(1), 0, column(start, line.start(1))))
                .number();
        int length = line.group(2) == null ? 32 : length(line, 32, start);
        int mask = (int) (Rule.mask(length) >>> Integer.SIZE);
        if ((network & mask) != network) {
            warnings.add(letsNobodyIn(start, Addresses.text(network), length, Addresses.text(network & mask)));
        }
        return Rule.ofIpv4(network, length);
    }

    private static int length(Matcher line, int most, Position start) {
        int length = Integer.parseInt(line.group(2));
        if (length > most) {
            throw new ConfigurationException(
                    column(start, line.start(2)), "expected a prefix length of 0 to " + most + ", found " + length);
        }
        return length;
    }

    private static ConfigurationWarning letsNobodyIn(Position start, String network, int length, String meant) {
        return new ConfigurationWarning(
                start,
                network + "/" + length + " lets nobody in, it has bits behind the prefix; did you mean " + meant + "/"
                        + length + "?");
    }

    private static Position column(Position start, int offset) {
        return new Position(start.file(), start.line(), start.column() + offset);
    }
}
