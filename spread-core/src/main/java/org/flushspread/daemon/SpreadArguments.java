package org.flushspread.daemon;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.SlowClients;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the program {@code spread} (configuration 6): what may be given, and what it means to a daemon. */
final class SpreadArguments {
    /** Two such shares may be taken by clients; the ring and what is on its way have the rest. */
    private static final int CLIENT_SHARE = 4;

    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,5})([KMGkmg])[Bb]?");

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

    @Option(
            names = "--ring",
            paramLabel = "4|5",
            description =
                    "Which daemons share the ring: 4 for those of Spread 4.4, 5 for those of Spread 5.0. Default: 4; 5"
                            + " where the configuration has what only Spread 5 knows.")
    private @Nullable String ring;

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
            names = "--max-client-messages",
            paramLabel = "N",
            description = "Messages queued for all clients together before the one with the longest queue is"
                    + " disconnected. Default: 2000000.")
    private @Nullable Long maxClientMessages;

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

    @Mixin
    private AccessArguments access = new AccessArguments();

    @Mixin
    private SealArguments seal = new SealArguments();

    @Mixin
    private TlsArguments tls = new TlsArguments();

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

    @Option(
            names = "--log",
            paramLabel = "text|json",
            description = "Write the log for people (the default), or for machines: one JSON object a line.")
    private @Nullable String log;

    @Option(
            names = "--log-rotate",
            paramLabel = "SIZE",
            description =
                    "Put the log file aside each day and when it gets this large (50MB); ten such sizes and 30 days"
                            + " of old files, packed, are kept. Default: it grows.")
    private @Nullable String logRotate;

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

    /** Sets one of the options that {@link FewArguments} knows; false for any other. */
    boolean take(String option, String value) {
        switch (option) {
            case "-n" -> name = value;
            case "-c" -> file = Path.of(value);
            case "--socket-directory" -> socketDirectory = value;
            case "--http" -> http = value;
            case "--log-file" -> logFile = value;
            case "--log" -> log = value;
            default -> {
                return false;
            }
        }
        return true;
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

    /** An option has a value that it cannot have. */
    static final class WrongOption extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongOption(String sentence) {
            super(sentence);
        }
    }

    /** The daemon of the configuration to be. */
    Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** The configuration that was named. */
    @Nullable
    Path file() {
        return file;
    }

    /** The ring version that was named. */
    Optional<RingVersion> ring() {
        if (ring == null) {
            return Optional.empty();
        }
        if (!ring.equals("4") && !ring.equals("5")) {
            throw new WrongOption("--ring takes 4 or 5, not '" + ring + "'");
        }
        return RingVersion.ofNumber(Integer.valueOf(ring), "--ring");
    }

    /** @throws WrongOption if a value cannot be */
    LogOptions logOptions() {
        return new LogOptions(logLevel(), Optional.ofNullable(logFile), isJson(), rotateAt());
    }

    private boolean isJson() {
        if (log == null || log.equals("text")) {
            return false;
        }
        if (log.equals("json")) {
            return true;
        }
        throw new WrongOption("--log takes text or json, not '" + log + "'");
    }

    private OptionalLong rotateAt() {
        if (logRotate == null) {
            return OptionalLong.empty();
        }
        Matcher size = SIZE.matcher(logRotate);
        if (!size.matches()) {
            throw new WrongOption("--log-rotate takes a size as 500KB, 50MB or 1GB, not '" + logRotate + "'");
        }
        long unit = 1L
                << (10
                        * (1
                                + "KMG"
                                        .indexOf(size.group(2)
                                                .toUpperCase(Locale.ROOT)
                                                .charAt(0))));
        return OptionalLong.of(Long.parseLong(size.group(1)) * unit);
    }

    boolean isCheck() {
        return check;
    }

    /** Where a key file is to be made, if that is all that is wanted. */
    Optional<Path> newSealKey() {
        return seal.newKey();
    }

    Optional<Path> newMonitorKey() {
        return access.newMonitorKey();
    }

    boolean isHashPassword() {
        return hashPassword;
    }

    /** @throws WrongOption if a value cannot be */
    DaemonOptions daemonOptions() {
        try {
            DaemonOptions options = DaemonOptions.DEFAULTS
                    .withKernel(kernelSettings())
                    .withNio(nio)
                    .withEventLog(yes("-l", eventLog, false))
                    .withAdmin(new AdminOptions(
                            yes("--admin-socket", adminSocket, true), Optional.ofNullable(httpAddress())));
            options = access.in(seal.options().map(options::withSeal).orElse(options));
            options = tls.options().map(options::withTls).orElse(options);
            if (runLength != null) {
                options = options.withRunLength(runLength);
            }
            if (receiveBuffer != null) {
                options = options.withReceiveBuffer(positive("--receive-buffer", receiveBuffer));
            }
            if (deadClientAfter != null) {
                options = options.withDeadClientAfter(Duration.ofSeconds(deadClientAfter));
            }
            if (socketDirectory != null) {
                options = options.withSocketDirectory(
                        socketDirectory.equals("none") ? Optional.empty() : Optional.of(Path.of(socketDirectory)));
            }
            return accessDirectory == null ? options : options.withAccessDirectory(accessDirectory);
        } catch (IllegalArgumentException e) {
            throw new WrongOption(String.valueOf(e.getMessage()));
        }
    }

    private KernelSettings kernelSettings() {
        KernelSettings standard = KernelSettings.DEFAULTS;
        long forClients = maxClientBytes == null
                ? Math.min(standard.maxClientBytes(), SystemLimits.directMemory() / CLIENT_SHARE)
                : positive("--max-client-bytes", maxClientBytes);
        KernelSettings settings = standard.withMaxClientBytes(forClients)
                .withMaxSessionBytes(Math.min(standard.maxSessionBytes(), forClients))
                .withPacking(!noPacking)
                .withSlowClients(slowClients(), stalledAfter());
        if (maxSessions != null) {
            settings = settings.withMaxSessions(positive("--max-sessions", maxSessions));
        }
        if (maxHandshakes != null) {
            settings = settings.withMaxHandshakes(positive("--max-handshakes", maxHandshakes));
        }
        if (handshakeTimeout != null) {
            settings = settings.withHandshakeTimeout(
                    Duration.ofSeconds(positive("--handshake-timeout", handshakeTimeout)));
        }
        if (waterMark != null) {
            settings = settings.withWaterMark(positive("--water-mark", waterMark));
        }
        if (maxClientMessages != null) {
            settings = settings.withMaxClientMessages(positive("--max-client-messages", maxClientMessages));
        }
        return maxSessionBytes == null
                ? settings
                : settings.withMaxSessionBytes(positive("--max-session-bytes", maxSessionBytes));
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

    private Duration stalledAfter() {
        if (stalledClientAfter == null) {
            return KernelSettings.DEFAULT_STALLED_AFTER;
        }
        int seconds = positive("--stalled-client-after", stalledClientAfter);
        if (seconds > 3600) {
            throw new WrongOption("--stalled-client-after takes 1 to 3600 seconds, not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    static boolean yes(String option, @Nullable String value, boolean otherwise) {
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

    /** @throws WrongOption if there is no such level */
    private Optional<String> logLevel() {
        if (logLevel == null) {
            return Optional.empty();
        }
        String level = logLevel.toUpperCase(Locale.ROOT);
        if (!List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF").contains(level)) {
            throw new WrongOption("--log-level takes DEBUG, INFO, WARN or ERROR, not '" + logLevel + "'");
        }
        return Optional.of(level);
    }

    private static int positive(String option, int value) {
        return Math.toIntExact(positive(option, (long) value));
    }

    private static long positive(String option, long value) {
        if (value < 1) {
            throw new WrongOption(option + " must be positive, not " + value);
        }
        return value;
    }
}
