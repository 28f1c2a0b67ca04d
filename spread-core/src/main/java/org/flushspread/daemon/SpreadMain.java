package org.flushspread.daemon;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.ConfigurationFile;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.ConfigurationWarning;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.ReloadOrigin;
import org.flushspread.kernel.base.SlowClients;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * The program {@code spread}: the daemon, with the command line of the C program and more (configuration 6).
 *
 * <p>One class because picocli wants the options, which are most of it, as fields of the command they belong to.
 */
@Command(
        name = "spread",
        description = {
            "The Spread daemon: ordered, reliable group communication for the clients that connect to it.",
            "Without a configuration file it serves this machine alone, on 127.0.0.1:4803. IPv4 only between"
                    + " daemons; clients may use IPv6.",
            ""
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = SpreadMain.Version.class,
        defaultValueProvider = SpreadMain.Defaults.class,
        footer = {
            "",
            "Every option with a long name can also be given in the environment (--max-sessions as "
                    + "FLUSH_SPREAD_MAX_SESSIONS) or in the file of --properties (max-sessions = 500); the command "
                    + "line wins, then the environment. Nothing of this is ever written into spread.conf, which C "
                    + "daemons share.",
            "A hang-up (SIGHUP) reads the configuration again; SIGUSR1 prints the last protocol events on standard"
                    + " error; SIGTERM and SIGINT stop the daemon.",
            "Exit status: 0 told to stop, by a signal or a monitor; 1 it cannot start or go on, for a reason outside the"
                    + " program (configuration, addresses, files); 2 wrong command line; 70 an error of the program,"
                    + " its installation or its memory."
        })
public final class SpreadMain implements Callable<Integer> {
    private static final long START_SECONDS = 10;
    /** Two such shares may be taken by clients; the ring and what is on its way have the rest. */
    private static final int CLIENT_SHARE = 4;

    @Option(
            names = "-n",
            paramLabel = "NAME",
            description = "The daemon of the configuration to be. Default: the one with an address of this host.")
    private @Nullable String name;

    @Option(
            names = "-c",
            paramLabel = "FILE",
            description =
                    "The configuration. Default: ./spread.conf, /etc/spread.conf, /etc/spread/spread.conf, or else a"
                            + " built-in one: one daemon on 127.0.0.1:4803.")
    private @Nullable Path file;

    @Option(names = "-l", paramLabel = "y|n", description = "Write an event log to a file named as the daemon.")
    private @Nullable String eventLog;

    @Option(names = "--max-sessions", paramLabel = "N", description = "Client sessions at one time.")
    private @Nullable Integer maxSessions;

    @Option(
            names = "--max-handshakes",
            paramLabel = "N",
            description = "Of these, sessions that have not finished the handshake.")
    private @Nullable Integer maxHandshakes;

    @Option(
            names = "--handshake-timeout",
            paramLabel = "SECONDS",
            description = "Time a client has from its connection to the end of the handshake.")
    private @Nullable Integer handshakeTimeout;

    @Option(
            names = "--water-mark",
            paramLabel = "N",
            description = "Messages waiting for the ring from which on clients are not read.")
    private @Nullable Integer waterMark;

    @Option(
            names = "--max-session-bytes",
            paramLabel = "BYTES",
            description = "Bytes queued for a slow client before it is disconnected, besides MaxSessionMessages.")
    private @Nullable Long maxSessionBytes;

    @Option(
            names = "--max-client-bytes",
            paramLabel = "BYTES",
            description = "Bytes queued for all clients together, and as many again of unfinished messages from them."
                    + " Default: a quarter of the direct memory of the process.")
    private @Nullable Long maxClientBytes;

    @Option(
            names = "--slow-clients",
            paramLabel = "WHAT",
            description = "disconnect: a client beyond its limits is disconnected (the default, as in C). backpressure:"
                    + " senders wait for it, and it is disconnected when it takes nothing for too long.")
    private @Nullable String slowClients;

    @Option(
            names = "--stalled-client-after",
            paramLabel = "SECONDS",
            description = "With backpressure, how long a client may take nothing while senders wait. Default: 5.")
    private @Nullable Integer stalledClientAfter;

    @Option(names = "--no-packing", description = "Give each small message a packet of its own.")
    private boolean noPacking;

    @Option(
            names = "--run-length",
            paramLabel = "N",
            description = "Datagrams handed to the system in one call, 1..64; 1 sends each by itself.")
    private @Nullable Integer runLength;

    @Option(
            names = "--receive-buffer",
            paramLabel = "BYTES",
            description = "Receive buffer asked for each data socket.")
    private @Nullable Integer receiveBuffer;

    @Option(
            names = "--socket-directory",
            paramLabel = "DIR",
            description =
                    "Where the unix domain socket named after the port stands; C clients look in /tmp. 'none': no such"
                            + " socket.")
    private @Nullable String socketDirectory;

    @Option(
            names = "--access-directory",
            paramLabel = "DIR",
            description =
                    "Where spread.access_ip and spread.access_pword are looked for, before /etc. Default: the working"
                            + " directory.")
    private @Nullable Path accessDirectory;

    @Option(
            names = "--dead-client-after",
            paramLabel = "SECONDS",
            description =
                    "Time without any answer of a client's host after which its TCP connection ends; 0: the system's"
                            + " own, about two hours. Default: 60.")
    private @Nullable Integer deadClientAfter;

    @Option(
            names = "--http",
            paramLabel = "[ADDRESS:]PORT",
            description =
                    "Serve the live page, /metrics, /status and /health on this port, of 127.0.0.1 unless an address is"
                            + " given. Default: not at all.")
    private @Nullable String http;

    @Option(
            names = "--admin-socket",
            paramLabel = "y|n",
            description =
                    "Serve the same on the unix domain socket named as the clients' with .admin behind, for this user"
                            + " only. Default: y.")
    private @Nullable String adminSocket;

    @Option(names = "--nio", description = "Use the JDK's sockets even where epoll is available (slower).")
    private boolean nio;

    @Option(names = "--log-level", paramLabel = "LEVEL", description = "DEBUG, INFO, WARN or ERROR.")
    private @Nullable String logLevel;

    @Option(names = "--log-file", paramLabel = "FILE", description = "Append the log to this file.")
    private @Nullable String logFile;

    @SuppressWarnings("UnusedVariable") // read by Defaults, from the arguments
    @Option(names = "--properties", paramLabel = "FILE", description = "A file with options, key = value.")
    private @Nullable Path properties;

    @Option(
            names = "--check",
            description =
                    "Check the configuration, print everything that is in force, the hash, and what C daemons would do"
                            + " otherwise, and end.")
    private boolean check;

    @Option(
            names = "--hash-password",
            description = "Read a password from standard input, print its line for spread.access_pword, and end.")
    private boolean hashPassword;

    private static volatile boolean endsByItself;

    /** Who started this process and asks to be told how the daemon is. */
    private volatile Optional<ServiceManagerSocket> serviceManager = Optional.empty();

    private final PrintWriter out;
    private final PrintWriter err;

    /** For what describes the options: completion and manual pages. */
    SpreadMain() {
        this(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }

    SpreadMain(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        int status = Ending.BROKEN.status;
        try {
            status = run(
                    args,
                    new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                    new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        } catch (Throwable e) {
            // Not even what says why could run: no memory, or half an installation.
            System.err.println("spread: cannot start: " + e);
        } finally {
            // Whatever was thrown: the hook must not take this for a signal.
            endsByItself = true;
            System.exit(status);
        }
    }

    /** The program without the end of the process. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        try {
            CommandLine line = new CommandLine(new SpreadMain(out, err));
            line.setOut(out);
            line.setErr(err);
            line.setOverwrittenOptionsAllowed(true);
            line.setParameterExceptionHandler((e, commandLine) -> {
                if (e.getCause() instanceof DaemonStartException unusable) {
                    return Ending.told(unusable, err).status;
                }
                err.println("spread: " + e.getMessage());
                err.println("usage: spread [-l y|n] [-n name] [-c file] [options]; 'spread --help' tells all.");
                return Ending.USAGE.status;
            });
            return line.execute(withLettersOnly(args));
        } catch (Throwable e) {
            // What call() does not catch: an error in the reading of the command line.
            return Ending.told(e, err).status;
        }
    }

    /** The C program compares two letters of a switch: -nfoo x means -n x. */
    static String[] withLettersOnly(String[] args) {
        String[] shortened = args.clone();
        for (int i = 0; i < args.length; i++) {
            String each = args[i];
            if (each.length() > 2 && (each.startsWith("-n") || each.startsWith("-c") || each.startsWith("-l"))) {
                shortened[i] = each.substring(0, 2);
            }
            if (each.equals("-n") || each.equals("-c") || each.equals("-l") || !shortened[i].equals(each)) {
                i++;
            }
        }
        return shortened;
    }

    @Override
    public Integer call() {
        try {
            return (check ? check() : hashPassword ? printHash() : serve()).status;
        } catch (WrongOption e) {
            err.println("spread: " + e.getMessage());
            return Ending.USAGE.status;
        } catch (Throwable e) {
            return Ending.told(e, err).status;
        }
    }

    /** An option has a value that it cannot have. */
    private static final class WrongOption extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongOption(String sentence) {
            super(sentence);
        }
    }

    private Ending serve() throws InterruptedException {
        DaemonOptions options;
        try {
            options = options();
        } catch (IllegalArgumentException e) {
            throw new WrongOption(String.valueOf(e.getMessage()));
        }
        Optional<String> level = level();
        Optional<Path> found = ConfigurationFile.find(file);
        List<ConfigurationWarning> warnings = List.of();
        Configuration configuration;
        if (found.isPresent()) {
            ConfigurationReading reading = ConfigurationReading.read(found.get(), ThisHost::resolve);
            configuration = reading.configuration();
            warnings = reading.warnings();
        } else {
            configuration = Configuration.local();
        }
        Daemon me = me(configuration, found.isPresent());
        LogSetup.configure(configuration.options(), level, Optional.ofNullable(logFile));
        Logger log = LoggerFactory.getLogger(DaemonLog.PREFIX + "PRINT");
        log.info("Flush Spread for Java {}, speaks the protocols of Spread 4.4", Version.text());
        log.info(
                "{}",
                found.isPresent()
                        ? "configuration file " + found.get().toAbsolutePath()
                        : "no configuration file: using the built-in configuration, one daemon on 127.0.0.1:"
                                + me.port());
        warnings.forEach(each -> log.warn("{}", each));
        return serve(
                configuration,
                me,
                options,
                found.map(path -> () -> {
                    ConfigurationReading again = ConfigurationReading.read(path, ThisHost::resolve);
                    // The log file is opened again, too: it may have been moved away.
                    LogSetup.configure(again.configuration().options(), level, Optional.ofNullable(logFile));
                    again.warnings().forEach(each -> log.warn("{}", each));
                    return again.configuration();
                }),
                log);
    }

    private Ending serve(
            Configuration configuration,
            Daemon me,
            DaemonOptions options,
            Optional<Supplier<Configuration>> reread,
            Logger log)
            throws InterruptedException {
        CompletableFuture<SpreadDaemon> started = new CompletableFuture<>();
        Thread hook = new Thread(
                () -> {
                    if (!endsByItself) {
                        log.info("stopping, as told by a signal");
                        started.orTimeout(START_SECONDS, TimeUnit.SECONDS)
                                .handle((daemon, failed) -> {
                                    if (daemon != null) {
                                        serviceManager.ifPresent(ServiceManagerSocket::stopping);
                                        daemon.close();
                                    }
                                    return Ending.STOPPED;
                                })
                                .join();
                        // The status of a process that a signal ends would not be 0.
                        Runtime.getRuntime().halt(Ending.STOPPED.status);
                    }
                },
                "spread-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        Signals.handle("HUP", () -> {
            if (reread.isPresent()) {
                log.info("a hang-up signal: reading the configuration again");
                var unused = started.thenAccept(daemon -> daemon.reread(ReloadOrigin.HOST));
            } else {
                log.warn("a hang-up signal, but there is no configuration file to read again; nothing changes");
            }
        });
        Signals.handle("USR1", () -> {
            var unused =
                    started.thenAccept(daemon -> err.print(daemon.recorded())).thenRun(err::flush);
        });
        SpreadDaemon daemon;
        try {
            daemon = reread.isPresent()
                    ? SpreadDaemon.start(configuration, me, options, reread.get())
                    : SpreadDaemon.start(configuration, me, options);
        } catch (Throwable e) {
            started.completeExceptionally(e);
            throw e;
        }
        started.complete(daemon);
        serviceManager = ServiceManagerSocket.open(System.getenv(), daemon.loop());
        serviceManager.ifPresent(each -> each.ready("serves clients as " + daemon.name()));
        daemon.await();
        if (daemon.failure().isPresent()) {
            err.println("spread: " + daemon.failure().get());
            return Ending.BROKEN;
        }
        return Ending.STOPPED;
    }

    private Ending check() throws IOException {
        Path path = ConfigurationFile.find(file)
                .orElseThrow(() ->
                        new WrongOption("--check: there is no spread.conf here or in /etc; name one with -c FILE"));
        ConfigurationReading reading = ConfigurationReading.read(path, ThisHost::resolve);
        String text = Files.readString(path, StandardCharsets.ISO_8859_1);
        Daemon me;
        try {
            me = me(reading.configuration(), true);
        } catch (ConfigurationException e) {
            if (name != null) {
                throw e;
            }
            me = null;
        }
        ConfigurationReport.of(path, text, reading, me).forEach(out::println);
        return Ending.STOPPED;
    }

    private Ending printHash() throws IOException {
        err.println("Password (the protocol carries its first 8 bytes):");
        byte[] password = firstLine(System.in);
        if (password.length == 0) {
            throw new WrongOption("no password on standard input");
        }
        out.println("USER:" + PasswordHash.of(password));
        return Ending.STOPPED;
    }

    /** As bytes: what a client sends is compared byte by byte, in whatever encoding it was typed. */
    private static byte[] firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n' && next != '\r'; next = in.read()) {
            line.write(next);
        }
        return line.toByteArray();
    }

    private Daemon me(Configuration configuration, boolean fromFile) {
        if (name != null) {
            return configuration.requireByName(name);
        }
        return fromFile
                ? configuration.requireByAddress(ThisHost.addresses())
                : configuration.daemons().get(0);
    }

    private DaemonOptions options() {
        KernelSettings base = KernelSettings.DEFAULTS;
        long forClients = positive(
                "--max-client-bytes",
                maxClientBytes,
                Math.min(base.maxClientBytes(), SystemLimits.directMemory() / CLIENT_SHARE));
        KernelSettings kernel = new KernelSettings(
                        positive("--max-sessions", maxSessions, base.maxSessions()),
                        positive("--max-handshakes", maxHandshakes, base.maxHandshakes()),
                        handshakeTimeout == null
                                ? base.handshakeTimeout()
                                : Duration.ofSeconds(positive("--handshake-timeout", handshakeTimeout, 1)),
                        positive("--water-mark", waterMark, base.waterMark()),
                        positive("--max-session-bytes", maxSessionBytes, Math.min(base.maxSessionBytes(), forClients)),
                        forClients,
                        base.packing() && !noPacking,
                        base.maxPacket())
                .withSlowClients(slowClients(), stalledAfter(base));
        DaemonOptions options =
                DaemonOptions.DEFAULTS.withKernel(kernel).withNio(nio).withEventLog(eventLog());
        if (runLength != null) {
            options = options.withRunLength(runLength);
        }
        if (receiveBuffer != null) {
            options = options.withReceiveBuffer(positive("--receive-buffer", receiveBuffer, 1));
        }
        if (deadClientAfter != null) {
            options = options.withDeadClientAfter(Duration.ofSeconds(deadClientAfter));
        }
        if (socketDirectory != null) {
            options = options.withSocketDirectory(
                    socketDirectory.equals("none") ? Optional.empty() : Optional.of(Path.of(socketDirectory)));
        }
        options = options.withAdmin(
                new AdminOptions(yes("--admin-socket", adminSocket, true), Optional.ofNullable(httpAddress())));
        return accessDirectory == null ? options : options.withAccessDirectory(accessDirectory);
    }

    private SlowClients slowClients() {
        if (slowClients == null || slowClients.equals("disconnect")) {
            return SlowClients.DISCONNECT;
        }
        if (slowClients.equals("backpressure")) {
            return SlowClients.BACKPRESSURE;
        }
        throw new WrongOption("--slow-clients takes disconnect or backpressure, not '" + slowClients + "'");
    }

    private Duration stalledAfter(KernelSettings base) {
        if (stalledClientAfter == null) {
            return base.stalledAfter();
        }
        int seconds = positive("--stalled-client-after", stalledClientAfter, 1);
        if (seconds > 3600) {
            throw new WrongOption("--stalled-client-after takes 1 to 3600 seconds, not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    private boolean eventLog() {
        return yes("-l", eventLog, false);
    }

    private static boolean yes(String option, @Nullable String value, boolean otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value.equals("y") || value.equals("n")) {
            return value.equals("y");
        }
        throw new WrongOption(option + " takes y or n, not '" + value + "'");
    }

    private @Nullable InetSocketAddress httpAddress() {
        if (http == null) {
            return null;
        }
        int colon = http.lastIndexOf(':');
        try {
            int port = Integer.parseInt(http.substring(colon + 1));
            InetSocketAddress address = new InetSocketAddress(colon < 0 ? "127.0.0.1" : http.substring(0, colon), port);
            if (!address.isUnresolved()) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new WrongOption("--http takes a port, or an address and a port as 10.0.0.1:9100, not '" + http + "'");
        }
        throw new WrongOption("--http " + http + ": no such address");
    }

    private Optional<String> level() {
        if (logLevel == null) {
            return Optional.empty();
        }
        String level = logLevel.toUpperCase(Locale.ROOT);
        if (!List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF").contains(level)) {
            throw new WrongOption("--log-level takes DEBUG, INFO, WARN or ERROR, not '" + logLevel + "'");
        }
        return Optional.of(level);
    }

    private static long positive(String option, @Nullable Long value, long otherwise) {
        if (value != null && value < 1) {
            throw new WrongOption(option + " must be positive, not " + value);
        }
        return value == null ? otherwise : value;
    }

    private static int positive(String option, @Nullable Integer value, int otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value < 1) {
            throw new WrongOption(option + " must be positive, not " + value);
        }
        return value;
    }

    /** Where an option comes from that the command line does not give. */
    static final class Defaults implements CommandLine.IDefaultValueProvider {
        private static final String PREFIX = "FLUSH_SPREAD_";

        private @Nullable Properties file;

        @Override
        public @Nullable String defaultValue(ArgSpec argument) {
            if (!(argument instanceof OptionSpec option)
                    || !option.longestName().startsWith("--")) {
                return null;
            }
            String key = option.longestName().substring(2);
            if (key.equals("help") || key.equals("version")) {
                return null;
            }
            String variable = PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
            String value = System.getenv(variable);
            if (value != null || key.equals("properties")) {
                return value;
            }
            return properties(option).getProperty(key);
        }

        /** The properties file stands on the same command line, so it is looked up before anything is assigned. */
        private Properties properties(OptionSpec option) {
            Properties known = file;
            if (known != null) {
                return known;
            }
            Properties read = new Properties();
            String path = null;
            CommandLine.ParseResult parsed = option.command().commandLine().getParseResult();
            List<String> args = parsed == null ? List.of() : parsed.originalArgs();
            for (int i = 0; i < args.size(); i++) {
                if (args.get(i).equals("--properties") && i + 1 < args.size()) {
                    path = args.get(i + 1);
                } else if (args.get(i).startsWith("--properties=")) {
                    path = args.get(i).substring("--properties=".length());
                }
            }
            path = path == null ? System.getenv(PREFIX + "PROPERTIES") : path;
            if (path != null) {
                load(read, path);
            }
            file = read;
            return read;
        }

        private static void load(Properties into, String path) {
            try (InputStream in = Files.newInputStream(Path.of(path))) {
                into.load(in);
            } catch (NoSuchFileException e) {
                throw unusable(path, "there is no such file", e);
            } catch (IOException e) {
                throw unusable(path, String.valueOf(e.getMessage()), e);
            } catch (IllegalArgumentException e) {
                // A backslash and u without four digits behind it.
                throw unusable(path, e.getMessage() + " A backslash in a value is written twice.", e);
            }
        }

        private static DaemonStartException unusable(String path, String why, Exception cause) {
            return new DaemonStartException("cannot read the file of --properties, " + path + ": " + why, cause);
        }
    }

    /** The version of this build. */
    static final class Version implements CommandLine.IVersionProvider {
        static String text() {
            return SpreadDaemon.version();
        }

        @Override
        public String[] getVersion() {
            LogSetup.quiet();
            return new String[] {
                "Flush Spread for Java " + text() + " (protocols of Spread 4.4)",
                "sockets: " + (Sockets.best() == Sockets.EPOLL ? "epoll" : "NIO")
            };
        }
    }
}
