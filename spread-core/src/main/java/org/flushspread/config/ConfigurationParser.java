package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flushspread.wire.IpAddress;

/**
 * Reads the segments of a spread.conf (configuration 3, 3.2, spread5 4), with {@link DaemonReader} its daemons and with {@link
 * OptionsParser} its options.
 */
final class ConfigurationParser {
    static final int MAX_SEGMENTS = 20;
    static final int MAX_SEGMENT_ADDRESSES = 5;
    static final int DEFAULT_PORT = 4803;
    /** Tokens use the port after it. */
    static final int MAX_PORT = 65534;

    private final RingVersion ring;
    private final String file;
    private final TokenStream tokens;
    private final OptionsParser options;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Token> segmentAddresses = new ArrayList<>();
    private final ImmutableList.Builder<Daemon> daemons = ImmutableList.builder();
    private final DaemonReader reader;

    ConfigurationParser(RingVersion ring, String file, String text, HostResolver hosts) {
        this.ring = ring;
        this.file = file;
        this.tokens = new TokenStream(ring, new Lexer(ring, file, text));
        this.options = new OptionsParser(tokens);
        this.reader = new DaemonReader(ring, tokens, hosts);
    }

    ConfigurationReading read(Optional<String> whyRing5) {
        while (tokens.peek().kind() != TokenKind.END) {
            if (tokens.isOption()) {
                checkPlace(tokens.peek());
                options.readOption();
                options.activeIpv6().ifPresent(reader::family);
            } else if (tokens.peek().isKeyword(Keywords.SEGMENT)) {
                readSegment();
            } else if (tokens.peek().isKeyword(Keywords.ROUTE_MATRIX)) {
                readRouteMatrix();
            } else {
                throw tokens.expected(
                        isFive()
                                ? "Spread_Segment or the name of an option"
                                : "Spread_Segment, RouteMatrix or the name of an option",
                        Keywords.hint(
                                optionName(tokens.peek().text()),
                                tokens.keywords().statements()));
            }
        }
        Options read = options.options();
        checkSegments();
        boolean accelerated = read.acceleratedRing().orElse(false);
        int length = ring.hashed(segments, read, accelerated).length();
        int most = isFive() ? ConfigurationHash.MAX_LENGTH_5 : ConfigurationHash.MAX_LENGTH;
        if (length > most) {
            throw new ConfigurationException(file + ": the segments make a hash text of " + length
                    + " characters; Spread allows at most " + most + ", configure fewer interfaces");
        }
        Configuration configuration = new Configuration(
                ring, ImmutableList.copyOf(segments), daemons.build(), ring.hash(segments, read, accelerated), read);
        return new ConfigurationReading(configuration, tokens.warnings(), whyRing5);
    }

    private boolean isFive() {
        return ring == RingVersion.SPREAD5;
    }

    private void checkPlace(Token option) {
        if (!segments.isEmpty() && option.text().split("=", 2)[0].equals(Keywords.ACTIVE_IP_VERSION)) {
            throw new ConfigurationException(
                    option.position(), Keywords.ACTIVE_IP_VERSION + " has to stand before the first Spread_Segment");
        }
    }

    private static String optionName(String word) {
        int equals = word.indexOf('=');
        return equals < 0 ? word : word.substring(0, equals);
    }

    private void readSegment() {
        Token keyword = tokens.take();
        if (segments.size() == MAX_SEGMENTS) {
            throw new ConfigurationException(
                    keyword.position(),
                    "more than " + MAX_SEGMENTS + " segments; Spread allows at most " + MAX_SEGMENTS);
        }
        Token where = tokens.peek();
        if (!where.isAddress()) {
            throw tokens.expected("the broadcast or multicast address of the segment after Spread_Segment", "");
        }
        tokens.take();
        int port = segmentPort(where);
        ImmutableList<IpAddress> addresses = segmentAddresses(where);
        tokens.take(TokenKind.OPEN, "after the address of the segment");
        reader.segment(segments.size(), port);
        ImmutableList.Builder<Daemon> members = ImmutableList.builder();
        int count = 0;
        while (!tokens.takeIf(TokenKind.CLOSE)) {
            Daemon daemon = reader.read();
            members.add(daemon);
            daemons.add(daemon);
            count++;
        }
        if (count == 0) {
            throw new ConfigurationException(
                    keyword.position(), "expected at least one daemon in the segment, found none; remove the segment");
        }
        segments.add(new Segment(segments.size(), addresses, port, members.build()));
        checkFamily(where, addresses);
        segmentAddresses.add(where);
    }

    private ImmutableList<IpAddress> segmentAddresses(Token first) {
        ImmutableList.Builder<IpAddress> addresses = ImmutableList.builder();
        addresses.add(segmentAddress(first));
        int count = 1;
        while (tokens.peek().isAddress()) {
            Token next = tokens.peek();
            if (!isFive()) {
                throw ConfigurationException.ofOtherRing(
                        next.position(),
                        "expected " + TokenKind.OPEN + " after the address of the segment, found " + next.found()
                                + "; only Spread 5 knows segments of several addresses: use --ring 5 for a ring of Spread 5");
            }
            if (next.kind() == TokenKind.ADDRESS_PORT) {
                throw tokens.expected("an address without a port", "; the port of the first one counts for all");
            }
            if (++count > MAX_SEGMENT_ADDRESSES) {
                throw new ConfigurationException(
                        next.position(),
                        "more than " + MAX_SEGMENT_ADDRESSES + " addresses of a segment; Spread allows at most "
                                + MAX_SEGMENT_ADDRESSES);
            }
            addresses.add(segmentAddress(tokens.take()));
        }
        return addresses.build();
    }

    private IpAddress segmentAddress(Token where) {
        IpAddress address = TokenStream.address(where);
        if (isFive() && address.isAny()) {
            throw new ConfigurationException(
                    where.position(), "expected a broadcast or multicast address, found " + where.found());
        }
        if (address.isIpv6() && !address.isMulticast()) {
            tokens.warn(
                    where.position(),
                    where.found() + " is no multicast address, and IPv6 has no other that reaches several hosts");
        }
        return address;
    }

    /** All addresses of a file are of one family (spread5 4). */
    private void checkFamily(Token where, ImmutableList<IpAddress> addresses) {
        for (IpAddress each : addresses) {
            if (each.isIpv6() != reader.isIpv6()) {
                throw new ConfigurationException(
                        where.position(),
                        "expected " + (reader.isIpv6() ? "IPv6" : "IPv4") + " addresses, as "
                                + (options.activeIpv6().isPresent() ? Keywords.ACTIVE_IP_VERSION : "the first daemon")
                                + " says, found " + each);
            }
        }
    }

    private static int segmentPort(Token where) {
        int port = TokenStream.port(where);
        if (port > MAX_PORT) {
            throw new ConfigurationException(
                    where.position(),
                    "expected a port up to " + MAX_PORT + ", found " + port + ": tokens use the port after it");
        }
        return port == 0 ? DEFAULT_PORT : port;
    }

    /** The matrix has no effect in this protocol; C daemons keep 20 rows of 20 costs and write beyond them (configuration 9). */
    private void readRouteMatrix() {
        tokens.take();
        tokens.take(TokenKind.OPEN, "after RouteMatrix");
        int rows = 0;
        while (!tokens.takeIf(TokenKind.CLOSE)) {
            Token row = tokens.peek();
            if (row.kind() != TokenKind.COSTS && row.kind() != TokenKind.NUMBER) {
                throw tokens.expected("a row of costs or '}' in RouteMatrix", "");
            }
            tokens.take();
            if (row.kind() == TokenKind.NUMBER) {
                tokens.warn(row.position(), "a C daemon refuses a single cost without a blank after it");
            }
            checkCosts(row);
            if (++rows == MAX_SEGMENTS + 1) {
                tokens.warn(
                        row.position(), "RouteMatrix has more than " + MAX_SEGMENTS + " rows; a C daemon may crash");
            }
        }
    }

    private void checkCosts(Token row) {
        String[] costs = row.text().strip().split("[ \t]+", -1);
        if (costs.length < segments.size()) {
            throw new ConfigurationException(
                    row.position(),
                    "expected " + segments.size()
                            + " costs in a row of RouteMatrix, one for each segment so far, found " + costs.length);
        }
        if (costs.length > MAX_SEGMENTS) {
            tokens.warn(row.position(), "a row of more than " + MAX_SEGMENTS + " costs; a C daemon may crash");
        }
        for (String cost : costs) {
            if (cost.length() > 3 || Integer.parseInt(cost) > 100) {
                tokens.warn(row.position(), "cost " + cost + " counts as 100");
                return;
            }
        }
    }

    private void checkSegments() {
        if (segments.isEmpty()) {
            throw new ConfigurationException(file + ": expected at least one segment, found none; write for example"
                    + " Spread_Segment 127.0.0.255:4803 { localhost 127.0.0.1 }");
        }
        boolean firstIsLocal = segments.get(0).address().isLoopback();
        for (Segment segment : segments) {
            if (segment.address().isLoopback() != firstIsLocal && !isFive()) {
                throw new ConfigurationException(
                        segmentAddresses.get(segment.index()).position(),
                        "segments on 127.x.y.z cannot be mixed with others; remove the local segment");
            }
        }
    }
}
