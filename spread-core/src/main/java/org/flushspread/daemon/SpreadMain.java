package org.flushspread.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
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
import org.flushspread.kernel.KernelSettings;
import org.flushspread.wire.Addresses;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The program {@code spread}: the daemon, with the command line of the C program and more (configuration 6). */
@Command(
        name = "spread",
        description = {
            "The Spread daemon: ordered, reliable group communication for the clients that connect to it.",
            "Without a configuration file it serves this machine alone, on 127.0.0.1:4803. IPv4 only.",
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
            "Exit status: 0 stopped by a signal, 1 it could not start or go on, 2 wrong command line."
        })
public final class SpreadMain implements Callable<Integer> {
    private static final int STOPPED = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
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
            names = "--hash-password",
            description = "Read a password from standard input, print its line for spread.access_pword, and end.")
    private boolean hashPassword;

    private static volatile boolean endsByItself;

    private final PrintWriter out;
    private final PrintWriter err;

    SpreadMain(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        int status = run(
                args,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        endsByItself = true;
        System.exit(status);
    }

    /** The program without the end of the process. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        SpreadMain program = new SpreadMain(out, err);
        CommandLine line = new CommandLine(program);
        line.setOut(out);
        line.setErr(err);
        line.setOverwrittenOptionsAllowed(true);
        line.setExecutionExceptionHandler((e, commandLine, parsed) -> {
            if (e instanceof ConfigurationException
                    || e instanceof DaemonStartException
                    || e instanceof IllegalArgumentException) {
                err.println("spread: " + e.getMessage());
                return e instanceof IllegalArgumentException ? USAGE : FAILED;
            }
            throw e;
        });
        line.setParameterExceptionHandler((e, commandLine) -> {
            err.println("spread: " + e.getMessage());
            err.println("usage: spread [-l y|n] [-n name] [-c file] [options]; 'spread --help' tells all.");
            return USAGE;
        });
        return line.execute(withLettersOnly(args));
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
    public Integer call() throws InterruptedException, IOException {
        if (hashPassword) {
            return printHash();
        }
        Optional<Path> found = ConfigurationFile.find(file);
        List<ConfigurationWarning> warnings = List.of();
        Configuration configuration;
        if (found.isPresent()) {
            ConfigurationReading reading = ConfigurationReading.read(found.get(), SpreadMain::resolve);
            configuration = reading.configuration();
            warnings = reading.warnings();
        } else {
            configuration = Configuration.local();
        }
        Daemon me = me(configuration, found.isPresent());
        DaemonOptions options = options();
        LogSetup.configure(configuration.options(), level(), Optional.ofNullable(logFile));
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
                found.map(path -> () -> Configuration.read(path, SpreadMain::resolve)),
                log);
    }

    private Integer serve(
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
                                        daemon.close();
                                    }
                                    return STOPPED;
                                })
                                .join();
                        // The status of a process that a signal ends would not be 0.
                        Runtime.getRuntime().halt(STOPPED);
                    }
                },
                "spread-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        SpreadDaemon daemon;
        try {
            daemon = reread.isPresent()
                    ? SpreadDaemon.start(configuration, me, options, reread.get())
                    : SpreadDaemon.start(configuration, me, options);
        } catch (RuntimeException e) {
            started.completeExceptionally(e);
            throw e;
        }
        started.complete(daemon);
        daemon.await();
        if (daemon.failure().isPresent()) {
            err.println("spread: " + daemon.failure().get());
            return FAILED;
        }
        return STOPPED;
    }

    private Integer printHash() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        err.println("Password (the protocol carries its first 8 bytes):");
        String password = in.readLine();
        if (password == null || password.isEmpty()) {
            throw new IllegalArgumentException("no password on standard input");
        }
        out.println("USER:" + PasswordHash.of(password.getBytes(StandardCharsets.UTF_8)));
        return STOPPED;
    }

    private Daemon me(Configuration configuration, boolean fromFile) {
        if (name != null) {
            return configuration.requireByName(name);
        }
        return fromFile
                ? configuration.requireByAddress(addressesOfThisHost())
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
                base.maxPacket());
        DaemonOptions options =
                DaemonOptions.DEFAULTS.withKernel(kernel).withNio(nio).withEventLog(eventLog());
        if (runLength != null) {
            options = options.withRunLength(runLength);
        }
        if (receiveBuffer != null) {
            options = options.withReceiveBuffer(positive("--receive-buffer", receiveBuffer, 1));
        }
        if (socketDirectory != null) {
            options = options.withSocketDirectory(
                    socketDirectory.equals("none") ? Optional.empty() : Optional.of(Path.of(socketDirectory)));
        }
        return accessDirectory == null ? options : options.withAccessDirectory(accessDirectory);
    }

    private boolean eventLog() {
        if (eventLog == null || eventLog.equals("n")) {
            return false;
        }
        if (eventLog.equals("y")) {
            return true;
        }
        throw new IllegalArgumentException("-l takes y or n, not '" + eventLog + "'");
    }

    private Optional<String> level() {
        if (logLevel == null) {
            return Optional.empty();
        }
        String level = logLevel.toUpperCase(Locale.ROOT);
        if (!List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF").contains(level)) {
            throw new IllegalArgumentException("--log-level takes DEBUG, INFO, WARN or ERROR, not '" + logLevel + "'");
        }
        return Optional.of(level);
    }

    private static long positive(String option, @Nullable Long value, long otherwise) {
        if (value != null && value < 1) {
            throw new IllegalArgumentException(option + " must be positive, not " + value);
        }
        return value == null ? otherwise : value;
    }

    private static int positive(String option, @Nullable Integer value, int otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be positive, not " + value);
        }
        return value;
    }

    /** The addresses of the host's name, then those of its interfaces (configuration 5). */
    private static List<Integer> addressesOfThisHost() {
        List<Integer> found = new ArrayList<>();
        try {
            InetAddress self = InetAddress.getLocalHost();
            for (InetAddress each : InetAddress.getAllByName(self.getHostName())) {
                addIpv4(each, found);
            }
        } catch (UnknownHostException nameIsUnknown) {
            // Then the interfaces have to tell.
            found.clear();
        }
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InterfaceAddress each : card.getInterfaceAddresses()) {
                    addIpv4(each.getAddress(), found);
                }
            }
        } catch (SocketException e) {
            throw new DaemonStartException(
                    "cannot list the addresses of this host: " + e.getMessage() + ". Use -n.", e);
        }
        return found;
    }

    private static void addIpv4(InetAddress address, List<Integer> to) {
        if (address instanceof Inet4Address) {
            to.add(Addresses.of(address.getAddress()));
        }
    }

    private static OptionalInt resolve(String host) {
        try {
            for (InetAddress each : InetAddress.getAllByName(host)) {
                if (each instanceof Inet4Address) {
                    return OptionalInt.of(Addresses.of(each.getAddress()));
                }
            }
        } catch (UnknownHostException e) {
            return OptionalInt.empty();
        }
        return OptionalInt.empty();
    }

    /** Where an option comes from that the command line does not give. */
    static final class Defaults implements CommandLine.IDefaultValueProvider {
        private static final String PREFIX = "FLUSH_SPREAD_";

        private @Nullable Properties file;

        @Override
        public @Nullable String defaultValue(ArgSpec argument) throws IOException {
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
        private Properties properties(OptionSpec option) throws IOException {
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
                try (InputStream in = Files.newInputStream(Path.of(path))) {
                    read.load(in);
                }
            }
            file = read;
            return read;
        }
    }

    /** The version of this build. */
    static final class Version implements CommandLine.IVersionProvider {
        static String text() {
            String version = SpreadMain.class.getPackage().getImplementationVersion();
            return version == null ? "(development build)" : version;
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
