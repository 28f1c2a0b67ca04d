package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** Reads the daemons of the segments of a spread.conf, with their interfaces (configuration 3.2, spread5 3.1 and 4). */
final class DaemonReader {
    static final int MAX_DAEMONS = 128;
    static final int MAX_INTERFACES = 10;

    private final boolean five;
    private final TokenStream tokens;
    private final HostResolver hosts;
    private final Map<String, Token> names = new HashMap<>();
    private final Map<Integer, String> namesById = new HashMap<>();
    private final Map<IpAddress, String> namesByAddress = new HashMap<>();
    private final Map<String, String> namesByPlace = new HashMap<>();
    /** Whether the addresses of the file are IPv6; null before something said so. */
    private @Nullable Boolean ipv6;

    private int segment;
    private int port;

    DaemonReader(RingVersion ring, TokenStream tokens, HostResolver hosts) {
        five = ring == RingVersion.SPREAD5;
        this.tokens = tokens;
        this.hosts = hosts;
    }

    /** The addresses of the file are of this family. */
    void family(boolean now) {
        ipv6 = now;
    }

    boolean isIpv6() {
        return ipv6 != null && ipv6;
    }

    /** The daemons that follow are of this segment. */
    void segment(int index, int now) {
        segment = index;
        port = now;
    }

    /** The next daemon of the segment; what comes next is not the end of it. */
    Daemon read() {
        if (tokens.peek().kind() == TokenKind.END) {
            throw tokens.expected("a daemon name or the '}' that closes the segment", "");
        }
        Token written = tokens.peek();
        boolean nameless = written.isAddress();
        if (nameless && !five) {
            throw ConfigurationException.ofOtherRing(
                    written.position(),
                    "expected a daemon name, found " + written.found()
                            + "; write the name before its address (only Spread 5"
                            + " knows daemons without a name: use --ring 5 for a ring of Spread 5)");
        }
        Token name = nameless ? nameOf(written) : named();
        checkName(name);
        Token where = tokens.peek();
        IpAddress address = where.isAddress() ? readAddress() : resolve(name, written);
        Position position = where.isAddress() ? where.position() : name.position();
        checkAddress(name, address, position);
        int id = five ? readId(name) : address.number();
        checkId(name, id, position);
        boolean block = tokens.takeIf(TokenKind.OPEN);
        ImmutableList<Interface> interfaces =
                block ? readInterfaces(name) : ImmutableList.of(new Interface(address, true, true, true, true));
        checkInterfaces(name, address, position, interfaces);
        if (five) {
            tokens.takeIf(TokenKind.SEMICOLON);
        }
        return new Daemon(name.value(), id, address, names.size() - 1, segment, port, interfaces);
    }

    private Token named() {
        Token name = tokens.peek();
        if (!five && (name.text().equals(";") || name.text().equals(Keywords.VIRTUAL_ID))) {
            throw tokens.expected("a daemon name or '}'", "");
        }
        tokens.takeString("a daemon name or '}'");
        if (five && name.value().endsWith(";")) {
            tokens.warn(name.position(), "the ';' is part of the name " + name.found() + ": write a blank before it");
        }
        return five ? cut(name) : name;
    }

    /** The text of an address is the name of a daemon without one, the network card left out (spread5 3.1). */
    private Token nameOf(Token address) {
        int scope = address.text().indexOf('%');
        String text = scope < 0 ? address.text() : address.text().substring(0, scope);
        return cut(new Token(TokenKind.WORD, text, address.offset(), address.position()));
    }

    /** Daemons of Spread 5 cut names without a word. */
    private Token cut(Token name) {
        if (name.value().length() <= Name.MAX_DAEMON) {
            return name;
        }
        String text = name.value().substring(0, Name.MAX_DAEMON);
        tokens.warn(
                name.position(),
                "daemon name " + name.found() + " has more than " + Name.MAX_DAEMON + " characters: it counts as "
                        + Token.quote(text));
        return new Token(TokenKind.WORD, text, name.offset(), name.position());
    }

    private int readId(Token name) {
        if (!tokens.peek().isKeyword(Keywords.VIRTUAL_ID)) {
            return RingVersion.idOf(name.value());
        }
        Token option = tokens.take();
        tokens.takeEquals(option);
        return tokens.takeNumber(option, 1);
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

    /** Takes the address of a daemon or interface; in Spread 4 its port is accepted and has no meaning (configuration 3.2). */
    private IpAddress readAddress() {
        if (five && tokens.peek().kind() == TokenKind.ADDRESS_PORT) {
            throw tokens.expected(
                    "an address without a port",
                    "; daemons of Spread 5 refuse one here, all daemons of a segment use its port " + port);
        }
        Token where = tokens.take();
        int said = TokenStream.port(where);
        if (said != 0 && said != port) {
            tokens.warn(
                    where.position(), "port " + said + " has no effect: all daemons of a segment use its port " + port);
        }
        IpAddress address = TokenStream.address(where);
        if (ipv6 == null) {
            ipv6 = address.isIpv6();
        }
        if (address.isIpv6() != ipv6) {
            throw new ConfigurationException(
                    where.position(),
                    "expected an " + (ipv6 ? "IPv6" : "IPv4") + " address, found " + where.found()
                            + "; all addresses of a file are of one family, that of the first daemon or of "
                            + Keywords.ACTIVE_IP_VERSION);
        }
        return address;
    }

    private Optional<IpAddress> resolve(String host) {
        if (ipv6 != null || !five) {
            return hosts.resolve(host, ipv6 != null && ipv6);
        }
        Optional<IpAddress> found = hosts.resolve(host, false).or(() -> hosts.resolve(host, true));
        found.ifPresent(each -> ipv6 = each.isIpv6());
        return found;
    }

    /** A daemon without an address is found under its own name. */
    private IpAddress resolve(Token name, Token written) {
        Token next = tokens.peek();
        Optional<IpAddress> address =
                isOfOtherRing(name) || isOfOtherRing(next) ? Optional.empty() : resolve(written.value());
        if (address.isPresent()) {
            return address.get();
        }
        boolean sameLine = next.position().line() == name.position().line() && next.kind() != TokenKind.END;
        String other = tokens.keywords().otherRingHint((isOfOtherRing(name) ? name : next).text());
        Position position = sameLine ? next.position() : name.after(name.text().length());
        String problem = "expected an " + (five ? "IP" : "IPv4") + " address or host name after daemon name "
                + name.found() + ", found " + (sameLine ? next.found() : "the end of the line") + "; " + name.found()
                + " itself is not the name of a host: write its address behind it" + other;
        throw other.isEmpty()
                ? new ConfigurationException(position, problem)
                : ConfigurationException.ofOtherRing(position, problem);
    }

    private boolean isOfOtherRing(Token token) {
        return !tokens.keywords().otherRingHint(token.text()).isEmpty();
    }

    private void checkAddress(Token name, IpAddress address, Position position) {
        if (address.isAny() || address.isMulticast() || (!address.isIpv6() && address.number() == -1)) {
            throw new ConfigurationException(
                    position, "expected the address of a host for daemon " + name.found() + ", found " + address);
        }
        // In Spread 5 two daemons of one host need different ports, in Spread 4 different addresses.
        String key = five ? address.withPort(port) : address.toString();
        String other = namesByPlace.putIfAbsent(key, name.value());
        if (other != null) {
            throw new ConfigurationException(
                    position,
                    "daemons " + Token.quote(other) + " and " + name.found() + " both have the address " + key
                            + (five
                                    ? "; use another address of the host, or a segment with another port"
                                    : "; the address identifies a daemon, use another one of the host"));
        }
    }

    private void checkId(Token name, int id, Position position) {
        String other = namesById.putIfAbsent(id, name.value());
        if (other != null) {
            throw new ConfigurationException(
                    position,
                    "daemons " + Token.quote(other) + " and " + name.found() + " both have the id "
                            + Integer.toUnsignedString(id) + "; give one of them another " + Keywords.VIRTUAL_ID);
        }
    }

    private ImmutableList<Interface> readInterfaces(Token name) {
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
            interfaces.add(readInterface(name));
        }
        if (count == 0) {
            throw new ConfigurationException(
                    first,
                    "expected at least one interface of daemon " + name.found()
                            + ", found '}'; leave the braces out to use all interfaces");
        }
        return interfaces.build();
    }

    private Interface readInterface(Token name) {
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
                    "an " + (five ? "IP" : "IPv4") + " address among the interfaces of daemon " + name.found(),
                    "; an interface is letters out of D, C and M and then an address");
        }
        boolean all = !daemon && !client && !monitor;
        return new Interface(readAddress(), false, all || daemon, all || client, all || monitor);
    }

    private void checkInterfaces(
            Token name, IpAddress address, Position idPosition, ImmutableList<Interface> interfaces) {
        String text = address.toString();
        Predicate<Interface> own = each ->
                each.address().equals(address) || (five && each.address().isAny());
        if (interfaces.stream().noneMatch(own)) {
            throw new ConfigurationException(
                    idPosition,
                    "the address " + text + " of daemon " + name.found() + " is not among its interfaces; add 'D "
                            + text + "' to the braces");
        }
        if (interfaces.stream().noneMatch(own.and(Interface::daemon))) {
            throw new ConfigurationException(
                    idPosition,
                    "the address " + text + " of daemon " + name.found()
                            + " is not an interface for daemons, but that is where the others send; write 'D' before it");
        }
        for (Interface each : interfaces) {
            String owner = namesByAddress.putIfAbsent(each.address(), name.value());
            if (owner != null && !owner.equals(name.value()) && !each.address().isAny()) {
                tokens.warn(
                        name.position(),
                        "daemons " + Token.quote(owner) + " and " + name.found() + " share the interface address "
                                + each.address() + "; it counts as an address of "
                                + Token.quote(owner));
            }
        }
    }
}
