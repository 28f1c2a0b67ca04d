package org.flushspread.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.flushspread.config.Options;
import org.slf4j.LoggerFactory;

/**
 * Points the logging library of the programs at what spread.conf and the command line say (configuration 3.1). A configuration the user
 * names ({@code -Dlogback.configurationFile}) wins, and so does another logging library.
 */
public final class LogSetup {
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

    /** Warnings and errors to standard error, nothing else: for programs that talk to a person on standard output. */
    public static void quiet() {
        if (System.getProperty("logback.configurationFile") == null
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            quiet(context);
        }
    }

    static void quiet(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        install(context, appender, "%-5level %msg%n", Level.WARN);
    }

    private static void install(
            LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, String pattern, Level level) {
        context.reset();
        start(context, appender, pattern);
        if (!appender.isStarted() && appender instanceof FileAppender<ILoggingEvent> unusable) {
            // Said where a person or a service manager looks when the file says nothing.
            System.err.println("spread: cannot write the log file " + unusable.getFile()
                    + ": the log goes to standard error. Is there such a directory, and may this user write to it?");
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setTarget("System.err");
            start(context, console, pattern);
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(console);
        } else {
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        }
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
    }

    private static void start(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        // The library would make directories that are not there: a mistyped path would look like a silent daemon.
        if (!(appender instanceof FileAppender<ILoggingEvent> file) || hasDirectory(file.getFile())) {
            appender.start();
        }
    }

    private static boolean hasDirectory(String file) {
        Path directory = Path.of(file).toAbsolutePath().getParent();
        return directory == null || Files.isDirectory(directory);
    }

    /**
     * @param level from the command line, over EventPriority
     * @param file from the command line, over EventLogFile
     */
    static void configure(Options options, Optional<String> level, Optional<String> file) {
        if (System.getProperty("logback.configurationFile") != null
                || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        install(
                context,
                appender(file.or(options::eventLogFile).map(LogSetup::withHostName)),
                pattern(options),
                Level.toLevel(level.orElseGet(() -> level(options))));
        context.getLogger("io.netty").setLevel(Level.WARN);
        TYPES.forEach((type, bit) -> {
            if (inDetail(options, bit)) {
                context.getLogger(DaemonLog.PREFIX + type).setLevel(Level.DEBUG);
            }
        });
    }

    private static OutputStreamAppender<ILoggingEvent> appender(Optional<String> file) {
        if (file.isEmpty()) {
            return new ConsoleAppender<>();
        }
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file.get());
        appender.setAppend(true);
        return appender;
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
    private static boolean inDetail(Options options, int bit) {
        boolean named = (options.debugFlags() & bit) != 0 && (Options.DEFAULT_DEBUG_FLAGS & bit) == 0;
        return named || (options.debugFlags() & ALL) != 0;
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
