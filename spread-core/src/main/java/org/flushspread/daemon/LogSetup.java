package org.flushspread.daemon;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.flushspread.config.Options;

/**
 * Points the logging library at what spread.conf and the command line say (configuration 3.1). Works through system properties, which
 * logback reads when the first logger is made: nothing may have logged before. A configuration the user names
 * ({@code -Dlogback.configurationFile}) wins.
 */
final class LogSetup {
    private static final String RESOURCES = "org/flushspread/daemon/";
    private static final String CONFIGURATION_FILE = "logback.configurationFile";
    // Written as class names so that they follow when the library is relocated into the one-file jar.
    private static final String CONSOLE = "ch.qos.logback.core.ConsoleAppender";
    private static final String FILE = "ch.qos.logback.core.FileAppender";
    private static final String NETTY = "io.netty";

    private static final String DEFAULT_FORMAT = "%m/%d/%y %H:%M:%S";

    /** Log types of spread.conf that have a logger of their own, and their bits. */
    private static final Map<String, Integer> TYPES = Map.of(
            "PRINT", 0x4,
            "NETWORK", 0x20,
            "SESSION", 0x80,
            "CONFIGURATION", 0x100,
            "MEMBERSHIP", 0x200);

    private static final int ALL = 0x1;

    private LogSetup() {}

    /**
     * @param level from the command line, over EventPriority
     * @param file from the command line, over EventLogFile
     */
    static void configure(Options options, Optional<String> level, Optional<String> file) {
        if (System.getProperty(CONFIGURATION_FILE) != null) {
            return;
        }
        Optional<String> to = file.or(options::eventLogFile).map(LogSetup::withHostName);
        set("appender", FILE);
        set("console", CONSOLE);
        set("target", "System.out");
        set("netty", NETTY);
        set("level", level.orElseGet(() -> level(options)));
        set("pattern", pattern(options));
        to.ifPresent(name -> set("file", name));
        TYPES.forEach((type, bit) -> set(type, typeLevel(options, bit)));
        System.setProperty(CONFIGURATION_FILE, RESOURCES + (to.isPresent() ? "file.xml" : "console.xml"));
    }

    private static void set(String key, String value) {
        System.setProperty("spread.log." + key, value);
    }

    private static String level(Options options) {
        if (options.debugFlags() == 0) {
            return "ERROR";
        }
        return switch (options.eventPriority()) {
            case 1 -> "DEBUG";
            case 2 -> "INFO";
            case 3 -> "WARN";
            default -> "ERROR";
        };
    }

    /** A type the file names, other than the three that are on by default, is wanted in detail. */
    private static String typeLevel(Options options, int bit) {
        boolean named = (options.debugFlags() & bit) != 0 && (Options.DEFAULT_DEBUG_FLAGS & bit) == 0;
        return named || (options.debugFlags() & ALL) != 0 ? "DEBUG" : "INHERITED";
    }

    private static String pattern(Options options) {
        if (options.eventTimeStamp().isEmpty() && !options.eventPreciseTimeStamp()) {
            return "%d{HH:mm:ss.SSS} %-5level %msg%n";
        }
        String format = options.eventTimeStamp().orElse(DEFAULT_FORMAT);
        return "%d{\"" + javaPattern(format, options.eventPreciseTimeStamp()) + "\"} %msg%n";
    }

    /** The same time stamp in the notation of {@link java.time.format.DateTimeFormatter}. */
    static String javaPattern(String strftime, boolean precise) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < strftime.length(); i++) {
            char c = strftime.charAt(i);
            if (c == '%' && i + 1 < strftime.length()) {
                pattern.append(conversion(strftime.charAt(++i)));
            } else if (Character.isLetter(c)) {
                pattern.append('\'').append(c).append('\'');
            } else if (c == '\'' || c == '"' || c == '{' || c == '}' || c == '[' || c == ']' || c == '#') {
                pattern.append(' ');
            } else {
                pattern.append(c);
            }
        }
        return precise ? pattern + ".SSSSSS" : pattern.toString();
    }

    private static String conversion(char c) {
        return switch (c) {
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'b', 'h' -> "MMM";
            case 'B' -> "MMMM";
            case 'd' -> "dd";
            case 'D' -> "MM/dd/yy";
            case 'e' -> "d";
            case 'F' -> "yyyy-MM-dd";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'j' -> "DDD";
            case 'm' -> "MM";
            case 'M' -> "mm";
            case 'p' -> "a";
            case 'R' -> "HH:mm";
            case 's', 'S' -> "ss";
            case 'T', 'X' -> "HH:mm:ss";
            case 'x' -> "MM/dd/yy";
            case 'c' -> "EEE MMM d HH:mm:ss yyyy";
            case 'y' -> "yy";
            case 'Y' -> "yyyy";
            case 'z' -> "xx";
            case 'Z' -> "z";
            default -> "";
        };
    }

    private static String withHostName(String file) {
        if (!file.contains("%h") && !file.contains("%H")) {
            return file;
        }
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return file.replace("%h", host).replace("%H", host.toLowerCase(Locale.ROOT));
    }
}
