package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.flushspread.wire.Addresses;
import org.flushspread.wire.Name;

/** Reads the segments and daemons of a spread.conf (configuration 3, 3.2) and, with {@link OptionsParser}, its options. */
final class ConfigurationParser {
    static final int MAX_SEGMENTS = 20;
    static final int MAX_DAEMONS = 128;
    static final int MAX_INTERFACES = 10;
    static final int DEFAULT_PORT = 4803;
    /** Tokens use the port after it. */
    static final int MAX_PORT = 65534;

    private final String file;
    private final TokenStream tokens;
    private final HostResolver hosts;
    private final OptionsParser options;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Token> segmentAddresses = new ArrayList<>();
    private final ImmutableList.Builder<Daemon> daemons = ImmutableList.builder();
    private final Map<String, Token> names = new HashMap<>();
    private final Map<Integer, String> namesById = new HashMap<>();
    private final Map<Integer, String> namesByAddress = new HashMap<>();

    ConfigurationParser(String file, String text, HostResolver hosts) {
        this.file = file;
        this.tokens = new TokenStream(new Lexer(file, text));
        this.hosts = hosts;
        this.options = new OptionsParser(tokens);
    }

    ConfigurationReading read() {
        while (tokens.peek().kind() != TokenKind.END) {
            if (tokens.isOption()) {
                options.readOption();
            } else if (tokens.peek().isKeyword(Keywords.SEGMENT)) {
                readSegment();
            } else if (tokens.peek().isKeyword(Keywords.ROUTE_MATRIX)) {
                readRouteMatrix();
            } else {
                throw tokens.expected(
                        "Spread_Segment, RouteMatrix or the name of an option",
                        Keywords.hint(optionName(tokens.peek().text()), Keywords.STATEMENTS));
            }
        }
        Options read = options.options();
        checkSegments();
        String text = ConfigurationHash.text(segments, read.acceleratedRing().orElse(false));
        if (text.length() > ConfigurationHash.MAX_LENGTH) {
            throw new ConfigurationException(file + ": the segments make a hash text of " + text.length()
                    + " characters; Spread allows at most " + ConfigurationHash.MAX_LENGTH
                    + ", configure fewer interfaces");
        }
        Configuration configuration =
                new Configuration(ImmutableList.copyOf(segments), daemons.build(), ConfigurationHash.of(text), read);
        return new ConfigurationReading(configuration, tokens.warnings());
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
        int address = TokenStream.address(where);
        int port = segmentPort(where);
        if (tokens.peek().isAddress()) {
            throw tokens.expected(
                    TokenKind.OPEN + " after the address of the segment",
                    "; only Spread 5 knows segments of several addresses");
        }
        tokens.take(TokenKind.OPEN, "after the address of the segment");
        ImmutableList.Builder<Daemon> members = ImmutableList.builder();
        int count = 0;
        while (!tokens.takeIf(TokenKind.CLOSE)) {
            Daemon daemon = readDaemon(port);
            members.add(daemon);
            daemons.add(daemon);
            count++;
        }
        if (count == 0) {
            throw new ConfigurationException(
                    keyword.position(), "expected at least one daemon in the segment, found none; remove the segment");
        }
        segments.add(new Segment(segments.size(), address, port, members.build()));
        segmentAddresses.add(where);
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

    private Daemon readDaemon(int port) {
        if (tokens.peek().kind() == TokenKind.END) {
            throw tokens.expected("a daemon name or the '}' that closes the segment", "");
        }
        if (tokens.peek().isAddress()) {
            throw tokens.expected(
                    "a daemon name",
                    "; write the name before its address (only Spread 5 knows daemons without a name)");
        }
        Token name = tokens.takeString("a daemon name or '}'");
        checkName(name);
        Token where = tokens.peek();
        int id = where.isAddress() ? readAddress(port) : resolve(name);
        Position idPosition = where.isAddress() ? where.position() : name.position();
        checkId(name, id, idPosition);
        boolean block = tokens.takeIf(TokenKind.OPEN);
        ImmutableList<Interface> interfaces =
                block ? readInterfaces(name, port) : ImmutableList.of(new Interface(id, true, true, true, true));
        checkInterfaces(name, id, idPosition, interfaces);
        return new Daemon(name.value(), id, names.size() - 1, segments.size(), port, interfaces);
    }

    private void checkName(Token name) {
        String value = name.value();
        if (value.isEmpty()) {
            throw new ConfigurationException(name.position(), "a daemon name must not be empty");
        }
        if (value.length() > Name.MAX_DAEMON) {
            throw new ConfigurationException(
                    name.position(),
                    "daemon name " + name.found() + " has " + value.length() + " characters; Spread allows at most "
                            + Name.MAX_DAEMON);
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x24 || value.charAt(i) > 0x7e) {
                throw new ConfigurationException(
                        name.position(),
                        "daemon name " + name.found() + " has an illegal character at position " + (i + 1)
                                + "; it becomes part of group names, use letters, digits, '-', '_' and '.'");
            }
        }
        Token first = names.putIfAbsent(value, name);
        if (first != null) {
            throw new ConfigurationException(
                    name.position(),
                    "daemon name " + name.found() + " is used twice, first in line "
                            + first.position().line());
        }
        if (names.size() > MAX_DAEMONS) {
            throw new ConfigurationException(
                    name.position(), "more than " + MAX_DAEMONS + " daemons; Spread allows at most " + MAX_DAEMONS);
        }
    }

    /** Takes the address of a daemon or interface; its port is accepted and has no meaning (configuration 3.2). */
    private int readAddress(int segmentPort) {
        Token where = tokens.take();
        int port = TokenStream.port(where);
        if (port != 0 && port != segmentPort) {
            tokens.warn(
                    where.position(),
                    "port " + port + " has no effect: all daemons of a segment use its port " + segmentPort);
        }
        return TokenStream.address(where);
    }

    /** A daemon without an address is found under its own name. */
    private int resolve(Token name) {
        OptionalInt address = hosts.resolve(name.value());
        if (address.isPresent()) {
            return address.getAsInt();
        }
        Token next = tokens.peek();
        boolean sameLine = next.position().line() == name.position().line() && next.kind() != TokenKind.END;
        String newer = Keywords.newerHint(name.text());
        if (newer.isEmpty()) {
            newer = Keywords.newerHint(next.text());
        }
        throw new ConfigurationException(
                sameLine ? next.position() : name.after(name.text().length()),
                "expected an IPv4 address or host name after daemon name " + name.found() + ", found "
                        + (sameLine ? next.found() : "the end of the line") + "; " + name.found()
                        + " itself is not the name of a host: write its address behind it" + newer);
    }

    private void checkId(Token name, int id, Position position) {
        if (id == 0 || id == -1 || Addresses.isMulticast(id)) {
            throw new ConfigurationException(
                    position,
                    "expected the address of a host for daemon " + name.found() + ", found " + Addresses.text(id));
        }
        String other = namesById.putIfAbsent(id, name.value());
        if (other != null) {
            throw new ConfigurationException(
                    position,
                    "daemons " + Token.quote(other) + " and " + name.found() + " both have the address "
                            + Addresses.text(id) + "; the address identifies a daemon, use another one of the host");
        }
    }

    private ImmutableList<Interface> readInterfaces(Token name, int port) {
        ImmutableList.Builder<Interface> interfaces = ImmutableList.builder();
        int count = 0;
        Position first = tokens.peek().position();
        while (!tokens.takeIf(TokenKind.CLOSE)) {
            if (count++ == MAX_INTERFACES) {
                throw new ConfigurationException(
                        tokens.peek().position(),
                        "more than " + MAX_INTERFACES + " interfaces of daemon " + name.found()
                                + "; Spread allows at most " + MAX_INTERFACES);
            }
            interfaces.add(readInterface(name, port));
        }
        if (count == 0) {
            throw new ConfigurationException(
                    first,
                    "expected at least one interface of daemon " + name.found()
                            + ", found '}'; leave the braces out to use all interfaces");
        }
        return interfaces.build();
    }

    private Interface readInterface(Token name, int port) {
        boolean daemon = false;
        boolean client = false;
        boolean monitor = false;
        while (tokens.peek().kind() == TokenKind.KEYWORD
                && Keywords.INTERFACE_LETTERS.contains(tokens.peek().text())) {
            Token letter = tokens.take();
            daemon |= letter.isKeyword("D");
            client |= letter.isKeyword("C");
            monitor |= letter.isKeyword("M");
        }
        if (!tokens.peek().isAddress()) {
            throw tokens.expected(
                    "an IPv4 address among the interfaces of daemon " + name.found(),
                    "; an interface is letters out of D, C and M and then an address");
        }
        boolean all = !daemon && !client && !monitor;
        return new Interface(readAddress(port), false, all || daemon, all || client, all || monitor);
    }

    private void checkInterfaces(Token name, int id, Position idPosition, ImmutableList<Interface> interfaces) {
        String text = Addresses.text(id);
        if (interfaces.stream().noneMatch(each -> each.address() == id)) {
            throw new ConfigurationException(
                    idPosition,
                    "the address " + text + " of daemon " + name.found() + " is not among its interfaces; add 'D "
                            + text + "' to the braces");
        }
        if (interfaces.stream().noneMatch(each -> each.address() == id && each.daemon())) {
            throw new ConfigurationException(
                    idPosition,
                    "the address " + text + " of daemon " + name.found()
                            + " is not an interface for daemons, but that is where the others send; write 'D' before it");
        }
        for (Interface each : interfaces) {
            String owner = namesByAddress.putIfAbsent(each.address(), name.value());
            if (owner != null && !owner.equals(name.value())) {
                tokens.warn(
                        name.position(),
                        "daemons " + Token.quote(owner) + " and " + name.found() + " share the interface address "
                                + Addresses.text(each.address()) + "; it counts as an address of "
                                + Token.quote(owner));
            }
        }
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
        boolean firstIsLocal = Addresses.isLoopback(segments.get(0).address());
        for (Segment segment : segments) {
            if (Addresses.isLoopback(segment.address()) != firstIsLocal) {
                throw new ConfigurationException(
                        segmentAddresses.get(segment.index()).position(),
                        "segments on 127.x.y.z cannot be mixed with others; remove the local segment");
            }
        }
    }
}
