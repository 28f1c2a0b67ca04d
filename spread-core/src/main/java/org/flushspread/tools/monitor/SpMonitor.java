package org.flushspread.tools.monitor;

import com.google.common.collect.ImmutableList;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationException;
import org.flushspread.config.ConfigurationFile;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.daemon.DaemonStartException;
import org.flushspread.daemon.LogSetup;
import org.flushspread.daemon.ThisHost;
import org.flushspread.daemon.seal.SealException;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.tools.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program spmonitor: without a command the menu of the C program, with one an answer for people or scripts. */
@Command(
        name = "spmonitor",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        description = "Looks into a ring of Spread daemons, of C and of this project.",
        subcommands = {
            StatusCommand.class,
            RingCommand.class,
            GroupsCommand.class,
            MembersCommand.class,
            SessionsCommand.class,
            WatchCommand.class,
            PingCommand.class,
            PartitionCommand.class,
            HealCommand.class,
            FlowCommand.class,
            ReloadCommand.class,
            KillCommand.class,
            DoctorCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        footer = {
            "",
            "Exit status: 0 all is well, or was done; 1 something is wrong with the ring, or was not done; 2 wrong command"
                    + " line, configuration or address; 70 an error of the program."
        })
public final class SpMonitor implements Callable<Integer> {
    /** Exit status: something is wrong with the ring, or could not be done. */
    public static final int WRONG = 1;
    /** Exit status: what was said on the command line or in the file cannot be used. */
    static final int UNUSABLE = 2;

    static final int BROKEN = 70;

    private static final String BUILT_IN = "the built-in ring of one daemon on 127.0.0.1:4803";
    private static final int DEFAULT_PORT = 6543;
    private static final int MAX_PORT = 65_535;
    private static final int DEFAULT_INTERVAL = 10;

    @Option(
            names = "-p",
            scope = ScopeType.INHERIT,
            paramLabel = "PORT",
            description = "UDP port that daemons answer to (default: 6543 for the menu, any for commands).")
    private @Nullable Integer port;

    @Option(
            names = "-n",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description = "The daemon on whose host this runs. Default: the one with an address of this host.")
    private @Nullable String name;

    @Option(
            names = "-t",
            scope = ScopeType.INHERIT,
            paramLabel = "SECONDS",
            description = "Time between questions of the menu and of watch (default: 10, watch: 1).")
    private @Nullable Integer interval;

    @Option(
            names = "-c",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description =
                    "The configuration of the ring. Default: ./spread.conf, /etc/spread.conf, /etc/spread/spread.conf, else"
                            + " the built-in ring of one daemon on 127.0.0.1:4803.")
    private @Nullable Path file;

    @Option(
            names = {"--ring", "--ring-version"},
            scope = ScopeType.INHERIT,
            paramLabel = "4|5",
            description =
                    "What the daemons speak: 4 for Spread 4.4, 5 for Spread 5.0 (default: 4; 5 where the file has what only 5 knows).")
    private @Nullable Integer ringVersion;

    @Option(
            names = "--seal-key",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "The key file of a sealed ring, as its daemons have it. Default: $FLUSH_SPREAD_SEAL_KEY.")
    private @Nullable Path sealKey;

    @Option(
            names = "--monitor-key",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description =
                    "Sign commands that change something with the key of this file, as the daemons have it. Default:"
                            + " $FLUSH_SPREAD_MONITOR_KEY.")
    private @Nullable Path monitorKey;

    /** Said once. */
    private boolean saidBuiltIn;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Runs the program. */
    public static void main(String[] args) {
        LogSetup.quiet();
        System.exit(run(
                args,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
    }

    /** The program without the end of the process; its exit status. */
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new SpMonitor());
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((e, all) -> {
            err.println("spmonitor: " + e.getMessage());
            err.println(
                    "usage: spmonitor [-p port] [-n name] [-t seconds] [-c file] [command]; 'spmonitor --help' tells all.");
            return UNUSABLE;
        });
        line.setExecutionExceptionHandler((e, failed, parsed) -> told(e, err));
        return line.execute(withLettersOnly(args));
    }

    private static int told(Exception e, PrintWriter err) {
        if (e instanceof ConfigurationException || e instanceof DaemonStartException || e instanceof SealException) {
            err.println("spmonitor: " + e.getMessage());
            return UNUSABLE;
        }
        if (e instanceof MonitorException) {
            err.println("spmonitor: " + e.getMessage());
            return WRONG;
        }
        err.println("spmonitor: an error in the program, please report it (" + e + ")");
        e.printStackTrace(err);
        return BROKEN;
    }

    /** The C program compares two letters of its flags: -nfoo x means -n x. */
    private static String[] withLettersOnly(String[] args) {
        List<String> flags = new ArrayList<>();
        for (String each : args) {
            boolean flag = each.length() > 2 && each.charAt(0) == '-' && "pntc".indexOf(each.charAt(1)) >= 0;
            flags.add(flag ? each.substring(0, 2) : each);
        }
        return flags.toArray(new String[0]);
    }

    @Override
    public Integer call() {
        Configuration configuration = configuration();
        Daemon self = self(configuration);
        Terminal terminal = new Terminal();
        try (MonitorPort open = new MonitorPort(configuration, self, port(DEFAULT_PORT), keys(), commandKeys())) {
            new Menu(configuration, open, terminal, interval(DEFAULT_INTERVAL), this::configuration).run();
        }
        return 0;
    }

    /** The configuration of the ring, with names looked up as a daemon does. */
    public Configuration configuration() {
        return reading(ThisHost::resolve).configuration();
    }

    /** As {@link #configuration()}, with the warnings about it. */
    ConfigurationReading reading(HostResolver hosts) {
        Optional<Path> found = ConfigurationFile.find(file);
        Optional<RingVersion> ring = RingVersion.ofNumber(ringVersion, "--ring");
        if (found.isPresent()) {
            return ConfigurationReading.read(found.get(), hosts, ring);
        }
        if (!saidBuiltIn) {
            saidBuiltIn = true;
            spec.commandLine()
                    .getErr()
                    .println("spmonitor: there is no spread.conf here or in /etc: looking at " + BUILT_IN
                            + ", which a daemon without a file serves; name the file of another ring with -c FILE");
        }
        return new ConfigurationReading(
                Configuration.local(ring.orElse(RingVersion.SPREAD4)), ImmutableList.of(), Optional.empty());
    }

    /** What {@link #configuration} reads, for a person. */
    public String source() {
        return ConfigurationFile.find(file).map(Path::toString).orElse(BUILT_IN);
    }

    /** The daemon that was named, or the one with an address of this host; the one of the built-in ring. */
    public Daemon self(Configuration configuration) {
        if (name != null) {
            return configuration.requireByName(name);
        }
        return ConfigurationFile.find(file).isPresent()
                ? configuration.requireByAddress(ThisHost.addresses())
                : configuration.daemons().get(0);
    }

    /**
     * The keys of a sealed ring, if any were named.
     *
     * @throws SealException if the file cannot be used
     */
    Optional<SealKeys> keys() {
        return keys(sealKey, "FLUSH_SPREAD_SEAL_KEY");
    }

    /**
     * The keys that commands are signed with, if any were named.
     *
     * @throws SealException if the file cannot be used
     */
    Optional<SealKeys> commandKeys() {
        return keys(monitorKey, "FLUSH_SPREAD_MONITOR_KEY");
    }

    private static Optional<SealKeys> keys(@Nullable Path given, String variable) {
        String usual = System.getenv(variable);
        Path named = given != null ? given : usual == null || usual.isEmpty() ? null : Path.of(usual);
        return Optional.ofNullable(named).map(SealKeys::read);
    }

    /** For a person who hears nothing of any daemon. */
    void hintIfSilent(boolean nobodyAnswers) {
        if (nobodyAnswers && keys().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("spmonitor: no daemon answers. If the ring is sealed, name its key with --seal-key FILE;"
                            + " 'spmonitor doctor' looks for other causes");
        }
    }

    /** The name that was given with -n, or null. */
    public @Nullable String name() {
        return name;
    }

    int port(int otherwise) {
        int chosen = port == null ? otherwise : port;
        if (chosen < 0 || chosen > MAX_PORT) {
            throw new ConfigurationException("-p takes a port from 0 to " + MAX_PORT + ", not " + chosen);
        }
        return chosen;
    }

    int interval(int otherwise) {
        int seconds = interval == null ? otherwise : interval;
        if (seconds <= 0) {
            throw new ConfigurationException("-t takes a number of seconds above 0, not " + seconds);
        }
        return seconds;
    }

    /** A port to ask the daemons of the configuration from. */
    public MonitorPort open(Configuration configuration) {
        return new MonitorPort(configuration, self(configuration), port(0), keys(), commandKeys());
    }
}
