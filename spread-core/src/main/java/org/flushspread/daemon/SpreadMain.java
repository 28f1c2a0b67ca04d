package org.flushspread.daemon;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
import org.flushspread.config.RingVersion;
import org.flushspread.daemon.seal.SealException;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.kernel.base.ReloadOrigin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The program {@code spread}: the daemon, with the command line of the C program and more (configuration 6).
 * This is the life of its process, from {@link #main} to the exit status; what may be given is in {@link SpreadArguments}.
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
        defaultValueProvider = OptionDefaults.class,
        subcommands = PasswdCommand.class,
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

    @Mixin
    private SpreadArguments arguments = new SpreadArguments();

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
            SpreadMain program = new SpreadMain(out, err);
            Optional<SpreadArguments> few = FewArguments.of(args, System.getenv());
            if (few.isPresent()) {
                program.arguments = few.get();
                return program.call();
            }
            return Parsing.run(program, args);
        } catch (Throwable e) {
            // What call() does not catch: an error in the reading of the command line.
            return Ending.told(e, err).status;
        }
    }

    /** A class of its own, so that nothing of the library for command lines is loaded where it is not needed. */
    private static final class Parsing {
        static int run(SpreadMain program, String[] args) {
            PrintWriter err = program.err;
            CommandLine line = new CommandLine(program);
            line.setOut(program.out);
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
            return line.execute(SpreadArguments.withLettersOnly(args));
        }
    }

    @Override
    public Integer call() {
        try {
            if (arguments.newSealKey().isPresent()) {
                return makeKey(
                                arguments.newSealKey().get(),
                                "give every daemon of the ring a copy, with mode 0600, and start it with --seal-key")
                        .status;
            }
            if (arguments.newMonitorKey().isPresent()) {
                return makeKey(
                                arguments.newMonitorKey().get(),
                                "give every daemon, and who may command them, a copy with mode 0600; both take it with"
                                        + " --monitor-key")
                        .status;
            }
            return (arguments.isCheck() ? check() : arguments.isHashPassword() ? printHash() : serve()).status;
        } catch (SpreadArguments.WrongOption e) {
            err.println("spread: " + e.getMessage());
            return Ending.USAGE.status;
        } catch (Throwable e) {
            return Ending.told(e, err).status;
        }
    }

    private Ending makeKey(Path file, String next) {
        try {
            SealKeys.create(file);
        } catch (SealException e) {
            throw new DaemonStartException(String.valueOf(e.getMessage()), e);
        }
        out.println(file + ": a new key; " + next);
        return Ending.STOPPED;
    }

    private Ending serve() throws InterruptedException {
        DaemonOptions options = arguments.daemonOptions();
        LogOptions logging = arguments.logOptions();
        Optional<Path> found = ConfigurationFile.find(arguments.file());
        List<ConfigurationWarning> warnings = List.of();
        Optional<String> whyRing5 = Optional.empty();
        Configuration configuration;
        if (found.isPresent()) {
            ConfigurationReading reading = ConfigurationReading.read(found.get(), ThisHost::resolve, arguments.ring());
            configuration = reading.configuration();
            warnings = reading.warnings();
            whyRing5 = reading.whyRing5();
        } else {
            configuration = Configuration.local(arguments.ring().orElse(RingVersion.SPREAD4));
        }
        RingVersion ring = configuration.ring();
        Daemon me = me(configuration, found.isPresent());
        LogSetup.configure(configuration.options(), logging);
        Logger log = LoggerFactory.getLogger(DaemonLog.PREFIX + "PRINT");
        log.info(
                "Flush Spread for Java {}, speaks the protocols of Spread {}.{}",
                Version.text(),
                ring.major(),
                ring.minor());
        log.info(
                "{}",
                found.isPresent()
                        ? "configuration file " + found.get().toAbsolutePath()
                        : "no configuration file: using the built-in configuration, one daemon on 127.0.0.1:"
                                + me.port());
        whyRing5.ifPresent(each -> log.info("{}", each));
        warnings.forEach(each -> log.warn("{}", each));
        return serve(
                configuration,
                me,
                options,
                found.map(path -> () -> {
                    ConfigurationReading again = ConfigurationReading.read(path, ThisHost::resolve, Optional.of(ring));
                    // The log file is opened again, too: it may have been moved away.
                    LogSetup.configure(again.configuration().options(), logging);
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
            } else {
                log.warn("a hang-up signal, but there is no configuration file to read again; files of keys,"
                        + " certificates and rights are read");
            }
            var unused = started.thenAccept(daemon -> daemon.reread(ReloadOrigin.HOST));
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
        Path path = ConfigurationFile.find(arguments.file())
                .orElseThrow(() -> new SpreadArguments.WrongOption(
                        "--check: there is no spread.conf here or in /etc; name one with -c FILE"));
        ConfigurationReading reading = ConfigurationReading.read(path, ThisHost::resolve, arguments.ring());
        String text = Files.readString(path, StandardCharsets.ISO_8859_1);
        Daemon me;
        try {
            me = me(reading.configuration(), true);
        } catch (ConfigurationException e) {
            if (arguments.name().isPresent()) {
                throw e;
            }
            me = null;
        }
        ConfigurationReport.of(path, text, reading, me).forEach(out::println);
        return Ending.STOPPED;
    }

    private Ending printHash() throws IOException {
        err.println("Password (the protocol carries its first 8 bytes):");
        byte[] password = PasswdCommand.firstLine(System.in);
        if (password.length == 0) {
            throw new SpreadArguments.WrongOption("no password on standard input");
        }
        out.println("USER:" + PasswordHash.of(password));
        return Ending.STOPPED;
    }

    private Daemon me(Configuration configuration, boolean fromFile) {
        if (arguments.name().isPresent()) {
            return configuration.requireByName(arguments.name().get());
        }
        return fromFile
                ? configuration.requireByAddress(ThisHost.addresses())
                : configuration.daemons().get(0);
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
