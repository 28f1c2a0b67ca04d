package org.flushspread.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    /** Of files that were put aside. */
    private static final int KEPT_DAYS = 30;

    private static final int KEPT_FILES = 10;

    private LogSetup() {}

    /** Warnings and errors to standard error, nothing else: for programs that talk to a person on standard output. */
    public static void quiet() {
        if (System.getProperty("logback.configurationFile") == null
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            quiet(context);
        }
    }

    static void quiet(LoggerContext context) {
        context.reset();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        install(context, appender, pattern(context, "%-5level %msg%n"), Level.WARN);
    }

    private static void install(
            LoggerContext context,
            OutputStreamAppender<ILoggingEvent> appender,
            Encoder<ILoggingEvent> encoder,
            Level level) {
        OutputStreamAppender<ILoggingEvent> used = appender;
        start(context, appender, encoder);
        if (!appender.isStarted() && appender instanceof FileAppender<ILoggingEvent> unusable) {
            // Said where a person or a service manager looks when the file says nothing.
            System.err.println("spread: cannot write the log file " + unusable.getFile()
                    + ": the log goes to standard error. Is there such a directory, and may this user write to it?");
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setTarget("System.err");
            start(context, console, encoder);
            used = console;
        }
        RepeatedLines limited = new RepeatedLines(used);
        limited.setContext(context);
        limited.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(limited);
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
    }

    private static Encoder<ILoggingEvent> pattern(LoggerContext context, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }

    /** The fields of operations 10. */
    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithContext(false);
        encoder.setWithMarkers(false);
        encoder.setWithMDC(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }

    private static void start(
            LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, Encoder<ILoggingEvent> encoder) {
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

    /** Installs, or installs anew, what these say together. */
    static void configure(Options options, LogOptions wanted) {
        if (System.getProperty("logback.configurationFile") == null
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            configure(context, options, wanted);
        }
    }

    static void configure(LoggerContext context, Options options, LogOptions wanted) {
        context.reset();
        install(
                context,
                appender(
                        context,
                        wanted.file().or(options::eventLogFile).map(LogSetup::withHostName),
                        wanted.rotateAt()),
                wanted.json() ? json(context) : pattern(context, pattern(options)),
                Level.toLevel(wanted.level().orElseGet(() -> level(options))));
        context.getLogger("io.netty").setLevel(Level.WARN);
        TYPES.forEach((type, bit) -> {
            if (inDetail(options, bit)) {
                context.getLogger(DaemonLog.PREFIX + type).setLevel(Level.DEBUG);
            }
        });
    }

    private static OutputStreamAppender<ILoggingEvent> appender(
            LoggerContext context, Optional<String> file, OptionalLong rotateAt) {
        if (file.isEmpty()) {
            return new ConsoleAppender<>();
        }
        if (rotateAt.isPresent()) {
            return rotating(context, file.get(), rotateAt.getAsLong());
        }
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file.get());
        return appender;
    }

    private static FileAppender<ILoggingEvent> rotating(LoggerContext context, String file, long size) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(file);
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(file.replace("%", "\\%") + ".%d{yyyy-MM-dd}.%i.gz");
        policy.setMaxFileSize(new FileSize(size));
        policy.setMaxHistory(KEPT_DAYS);
        policy.setTotalSizeCap(new FileSize(size * KEPT_FILES));
        policy.start();
        appender.setRollingPolicy(policy);
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
