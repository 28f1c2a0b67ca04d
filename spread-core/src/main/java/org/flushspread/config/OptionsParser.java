package org.flushspread.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the option lines of a spread.conf (configuration 3.1). The last line of an option wins. */
final class OptionsParser {
    private static final int MAX_TIME_STAMP = 39;
    private static final int MAX_USER = 32;

    private final TokenStream tokens;
    private final AuthMethods authMethods = new AuthMethods();
    private final Map<String, Token> seen = new LinkedHashMap<>();
    private final Map<String, Integer> timers = new LinkedHashMap<>();

    private int window = Options.DEFAULT_WINDOW;
    private int personalWindow = Options.DEFAULT_PERSONAL_WINDOW;
    private Optional<Boolean> acceleratedRing = Optional.empty();
    private int acceleratedWindow = Options.DEFAULT_ACCELERATED_WINDOW;
    private boolean dangerousMonitor;
    private int maxSessionMessages = Options.DEFAULT_MAX_SESSION_MESSAGES;
    private Options.SocketPortReuse socketPortReuse = Options.SocketPortReuse.AUTO;
    private int debugFlags = Options.DEFAULT_DEBUG_FLAGS;
    private int eventPriority = Options.DEFAULT_EVENT_PRIORITY;
    private Optional<String> eventLogFile = Optional.empty();
    private Optional<String> eventTimeStamp = Optional.empty();
    private boolean eventPreciseTimeStamp;
    private Optional<String> runtimeDir = Optional.empty();
    private Optional<String> daemonUser = Optional.empty();
    private Optional<String> daemonGroup = Optional.empty();
    private boolean debugInitialSequence;
    private Optional<Boolean> wideAreaNetwork = Optional.empty();
    private boolean excludeSegmentAddresses;
    private boolean ignoreMulticastJoinErrors;
    private Optional<Boolean> activeIpv6 = Optional.empty();

    OptionsParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** Reads one option; {@link TokenStream#isOption()} holds. */
    void readOption() {
        Token option = tokens.takeOption();
        switch (option.text()) {
            case "EventTimeStamp" ->
                eventTimeStamp = Optional.of(tokens.takeEqualsIf(option) ? timeStamp() : Options.DEFAULT_TIME_STAMP);
            case "EventPreciseTimeStamp" -> eventPreciseTimeStamp = true;
            case "DebugInitialSequence" -> debugInitialSequence = true;
            default -> {
                tokens.takeEquals(option);
                readValue(option);
            }
        }
        seen.put(option.text(), option);
    }

    private void readValue(Token option) {
        switch (option.text()) {
            case "DebugFlags" -> debugFlags = logTypes();
            case "EventPriority" -> eventPriority = level();
            case "EventLogFile" -> eventLogFile = Optional.of(text("a file name"));
            case "DangerousMonitor" -> dangerousMonitor = yesOrNo(option);
            case "SocketPortReuse" -> socketPortReuse = socketPortReuse();
            case "MaxSessionMessages" -> maxSessionMessages = maxSessionMessages(option);
            case "RuntimeDir" -> runtimeDir = withoutEffect(option, text("a directory"));
            case "DaemonUser" -> daemonUser = withoutEffect(option, user(option, "a user name"));
            case "DaemonGroup" -> daemonGroup = withoutEffect(option, user(option, "a group name"));
            case "RequiredAuthMethods" -> authMethods.require(option, methods(), tokens);
            case "AllowedAuthMethods" -> authMethods.allow(option, methods(), tokens);
            case "AccessControlPolicy" -> readPolicy();
            case "LinkProtocol" -> readLinkProtocol();
            case "Window" -> window = tokens.takeNumber(option, 1);
            case "PersonalWindow" -> personalWindow = tokens.takeNumber(option, 1);
            case "AcceleratedRing" -> acceleratedRing = Optional.of(yesOrNo(option));
            case "WideAreaNetwork" -> wideAreaNetwork = Optional.of(yesOrNo(option));
            case "ExcludeSegAddrsFromHash" -> excludeSegmentAddresses = yesOrNo(option);
            case "IgnoreMulticastJoinErrors" -> ignoreMulticastJoinErrors = yesOrNo(option);
            case Keywords.ACTIVE_IP_VERSION -> activeIpv6 = Optional.of(ipVersion());
            case "AcceleratedWindow" -> acceleratedWindow = tokens.takeNumber(option, 0);
            default -> timers.put(option.text(), tokens.takeNumber(option, 1));
        }
    }

    /** The options of the whole file, after the rules between them are checked. */
    Options options() {
        checkWindows();
        authMethods.check();
        return new Options(
                window,
                personalWindow,
                acceleratedRing,
                acceleratedWindow,
                timers(),
                dangerousMonitor,
                maxSessionMessages,
                socketPortReuse,
                authMethods.allowed(),
                authMethods.required(),
                debugFlags,
                eventPriority,
                eventLogFile,
                effectiveTimeStamp(),
                eventPreciseTimeStamp,
                runtimeDir,
                daemonUser,
                daemonGroup,
                wideAreaNetwork,
                excludeSegmentAddresses,
                ignoreMulticastJoinErrors,
                debugInitialSequence);
    }

    private void checkWindows() {
        if (personalWindow > window) {
            throw new ConfigurationException(
                    laterOf("PersonalWindow", "Window").position(),
                    "PersonalWindow (" + personalWindow + ") must not be over Window (" + window + ")");
        }
        if (acceleratedRing.orElse(false) && acceleratedWindow > personalWindow) {
            throw new ConfigurationException(
                    laterOf("AcceleratedWindow", "PersonalWindow", "AcceleratedRing")
                            .position(),
                    "AcceleratedWindow (" + acceleratedWindow + ") must not be over PersonalWindow (" + personalWindow
                            + ") while AcceleratedRing is on");
        }
        if (personalWindow > Options.MAX_SENT_IN_A_VISIT) {
            tokens.warn(
                    laterOf("PersonalWindow").position(),
                    "PersonalWindow (" + personalWindow + ") is more than this daemon sends at a time, which is "
                            + Options.MAX_SENT_IN_A_VISIT
                            + " packets; with more, daemons would run out of places to keep them. C daemons do, so do"
                            + " not set more in a ring with them");
        }
    }

    /** The last of these options in the file; at least one was read. */
    private Token laterOf(String... options) {
        Token last = null;
        for (String option : options) {
            Token token = seen.get(option);
            if (token != null && (last == null || token.offset() > last.offset())) {
                last = token;
            }
        }
        if (last == null) {
            throw new IllegalStateException("the defaults contradict each other");
        }
        return last;
    }

    private Optional<Timers> timers() {
        if (timers.isEmpty()) {
            return Optional.empty();
        }
        long[] millis = new long[Keywords.TIMERS.size()];
        int i = 0;
        for (String name : Keywords.TIMERS) {
            Integer value = timers.get(name);
            if (value == null) {
                throw new ConfigurationException(
                        laterOf(timers.keySet().toArray(String[]::new)).position(),
                        "expected all nine membership timers or none, found no " + name + "; the nine are "
                                + String.join(", ", Keywords.TIMERS));
            }
            millis[i++] = value;
        }
        return Optional.of(Timers.ofMillis(
                millis[0], millis[1], millis[2], millis[3], millis[4], millis[5], millis[6], millis[7], millis[8]));
    }

    /** EventPreciseTimeStamp turns time stamps on and wants the seconds at the end of the format (configuration 3.1). */
    private Optional<String> effectiveTimeStamp() {
        if (!eventPreciseTimeStamp) {
            return eventTimeStamp;
        }
        String format = eventTimeStamp.orElse(Options.DEFAULT_TIME_STAMP);
        boolean endsInSeconds = format.endsWith("%S") || format.endsWith("%s");
        boolean fits = format.length() + 3 <= MAX_TIME_STAMP;
        return Optional.of(endsInSeconds || !fits ? format : format + " %s");
    }

    private String timeStamp() {
        Token token = tokens.takeString("a time stamp format after EventTimeStamp =");
        if (token.value().length() > MAX_TIME_STAMP) {
            throw new ConfigurationException(
                    token.position(),
                    "the time stamp format has " + token.value().length() + " characters; Spread allows at most "
                            + MAX_TIME_STAMP);
        }
        return token.value();
    }

    private int logTypes() {
        tokens.take(TokenKind.OPEN, "before the log types");
        int flags = 0;
        while (!tokens.takeIf(TokenKind.CLOSE)) {
            boolean remove = tokens.takeIf(TokenKind.BANG);
            Token token = tokens.peek();
            Integer bits = token.kind() == TokenKind.KEYWORD ? Keywords.LOG_TYPES.get(token.text()) : null;
            if (bits == null) {
                String separators = token.text().contains(",") ? "; separate log types by blanks only" : "";
                throw tokens.expected(
                        remove ? "a log type after '!'" : "a log type or '}'",
                        separators.isEmpty() ? Keywords.hint(token.text(), Keywords.LOG_TYPES.keySet()) : separators);
            }
            tokens.take();
            flags = remove ? flags & ~bits : flags | bits;
        }
        return flags;
    }

    private int level() {
        Token token = tokens.peek();
        Integer level = token.kind() == TokenKind.KEYWORD ? Keywords.LEVELS.get(token.text()) : null;
        if (level == null) {
            throw tokens.expected(
                    "one of " + String.join(", ", Keywords.LEVELS.keySet()) + " after EventPriority =",
                    Keywords.hint(token.text(), Keywords.LEVELS.keySet()));
        }
        tokens.take();
        return level;
    }

    /** Whether the file says that its addresses are IPv6, as far as it was read. */
    Optional<Boolean> activeIpv6() {
        return activeIpv6;
    }

    private boolean ipVersion() {
        Token token = tokens.takeString("IPv4 or IPv6 after " + Keywords.ACTIVE_IP_VERSION + " =");
        return switch (token.value()) {
            case "IPv4" -> false;
            case "IPv6" -> true;
            default ->
                throw new ConfigurationException(
                        token.position(),
                        "expected IPv4 or IPv6 after " + Keywords.ACTIVE_IP_VERSION + " =, found " + token.found());
        };
    }

    private boolean yesOrNo(Token option) {
        if (tokens.peek().kind() != TokenKind.BOOLEAN) {
            throw tokens.expected(TokenKind.BOOLEAN + " after " + option.text() + " =", "");
        }
        String word = tokens.take().text().toLowerCase(Locale.ROOT);
        return word.equals("true") || word.equals("yes");
    }

    private Options.SocketPortReuse socketPortReuse() {
        if (tokens.peek().kind() != TokenKind.SWITCH) {
            throw tokens.expected(TokenKind.SWITCH + " after SocketPortReuse =", "");
        }
        return Options.SocketPortReuse.valueOf(tokens.take().text().toUpperCase(Locale.ROOT));
    }

    private int maxSessionMessages(Token option) {
        int value = tokens.takeNumber(option, 0);
        if (value == 0) {
            tokens.warn(option.position(), "MaxSessionMessages = 0 disconnects every client at its first message");
        }
        return value;
    }

    private String text(String what) {
        return tokens.takeString(what).value();
    }

    private String user(Token option, String what) {
        Token token = tokens.takeString(what);
        if (token.value().length() > MAX_USER) {
            throw new ConfigurationException(
                    token.position(),
                    option.text() + " has " + token.value().length() + " characters; Spread allows at most "
                            + MAX_USER);
        }
        return token.value();
    }

    /** A Java process can neither change its user nor its root directory. */
    private Optional<String> withoutEffect(Token option, String value) {
        String instead = option.text().equals("RuntimeDir")
                ? "start the daemon in that directory"
                : "start the daemon as that user (User= and Group= of a systemd unit, or setpriv)";
        tokens.warn(option.position(), option.text() + " has no effect on this daemon: " + instead);
        return Optional.of(value);
    }

    private Token methods() {
        return tokens.takeString("the names of authentication methods, in quotes");
    }

    private void readPolicy() {
        Token token = tokens.takeString("the name of an access control policy");
        if (!token.value().equals("PERMIT")) {
            throw new ConfigurationException(
                    token.position(),
                    "expected \"PERMIT\", the only access control policy there is, found " + token.found());
        }
    }

    private void readLinkProtocol() {
        Token token = tokens.peek();
        if (token.kind() != TokenKind.KEYWORD || !Keywords.LINK_PROTOCOLS.contains(token.text())) {
            throw tokens.expected(
                    "Hop or TcpHop after LinkProtocol =", Keywords.hint(token.text(), Keywords.LINK_PROTOCOLS));
        }
        tokens.take();
        if (token.isKeyword("TcpHop")) {
            tokens.warn(token.position(), "LinkProtocol = TcpHop has no effect");
        }
    }
}
