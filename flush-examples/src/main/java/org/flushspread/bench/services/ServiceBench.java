package org.flushspread.bench.services;

import com.google.common.base.Splitter;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.flushspread.daemon.LogSetup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The program bench --replica. */
@CommandLine.Command(
        name = "bench --replica",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures how many commands a second a replicated state machine of three members applies and how long each takes, and with "
                    + "--vs the same for other systems, one after the other, with the same load.",
            ""
        },
        footer = {
            "",
            "Each member is a process with its daemon in it, and so is the program that loads them, in a closed loop with so many commands "
                    + "on their way. flush-spread: that program is a member; flush-spread-clients: it is none. jgroups-raft: it is a member; "
                    + "ratis, etcd: it is a client. All on this machine.",
            "memory: nothing is forced to disk; etcd, which knows no such thing, has its files in /dev/shm. disk: a command is "
                    + "acknowledged when it is on the disks that the system waits for.",
            "One line 'service ...' for each measurement, one 'ratio ...' for each load: ours against the best of the others."
        })
public final class ServiceBench implements Callable<Integer> {
    /** A system that can be measured. */
    private enum Candidate {
        FLUSH_SPREAD("org.flushspread.bench.services.FlushSpread"),
        FLUSH_SPREAD_CLIENTS("org.flushspread.bench.services.FlushSpreadClients"),
        RATIS("org.flushspread.bench.peers.Ratis"),
        JGROUPS_RAFT("org.flushspread.bench.peers.JGroupsRaft"),
        ETCD("org.flushspread.bench.peers.Etcd");

        private final String implementation;

        Candidate(String implementation) {
            this.implementation = implementation;
        }

        boolean isOurs() {
            return this == FLUSH_SPREAD || this == FLUSH_SPREAD_CLIENTS;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Candidate of(String name) {
            return valueOf(name.trim().toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    private enum Storage {
        MEMORY,
        DISK
    }

    private static final int PORTS = 200;

    private record Load(Storage storage, String bytes, String window) {}

    private record Result(Candidate system, double rate, double p99) {}

    @Option(names = "--vs", paramLabel = "NAME", split = ",", description = "Others: ratis, jgroups-raft, etcd.")
    private List<String> others = List.of();

    @Option(
            names = "--ours",
            paramLabel = "NAME",
            split = ",",
            description = "flush-spread, flush-spread-clients (default: both).")
    private List<String> ours = List.of("flush-spread", "flush-spread-clients");

    @Option(names = "--storage", paramLabel = "NAME", split = ",", description = "memory, disk (default: both).")
    private List<Storage> storages = List.of(Storage.values());

    @Option(names = "--bytes", paramLabel = "N", split = ",", description = "Sizes of commands (default: 16,1024).")
    private List<Integer> bytes = List.of(16, 1024);

    @Option(
            names = "--window",
            paramLabel = "N",
            split = ",",
            description = "Commands on their way (default: 1,100,10000).")
    private List<Integer> windows = List.of(1, 100, 10_000);

    @Option(names = "--seconds", paramLabel = "N", description = "Of each measurement (default: ${DEFAULT-VALUE}).")
    private double seconds = 5;

    @Option(names = "--warmup", paramLabel = "N", description = "Of the same load before (default: ${DEFAULT-VALUE}).")
    private double warmup = 5;

    @Option(names = "--repeat", paramLabel = "N", description = "Rounds (default: ${DEFAULT-VALUE}).")
    private int repeat = 1;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "Where logs are, in a directory of its own that is removed (default: that for temporary files).")
    private @Nullable Path directory;

    @Option(names = "--port", paramLabel = "N", description = "The first of 200 (default: ${DEFAULT-VALUE}).")
    private int port = 16_100;

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    private int used;
    private final Map<Load, List<Result>> results = new LinkedHashMap<>();

    public static void main(String[] args) {
        LogSetup.quiet();
        System.exit(new CommandLine(new ServiceBench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        List<Candidate> systems = new ArrayList<>();
        for (String each : concat(ours, others)) {
            systems.add(system(each));
        }
        if (bytes.stream().anyMatch(each -> each < 1 || each > 1_000_000)
                || windows.stream().anyMatch(each -> each < 1)
                || seconds <= 0
                || warmup < 0
                || repeat < 1) {
            throw new ParameterException(
                    commandLine(), "--bytes takes 1 to 1000000, --window, --seconds and --repeat more than 0");
        }
        if (port < 1 || port > 65_535 - PORTS) {
            throw new ParameterException(commandLine(), "--port takes 1 to " + (65_535 - PORTS) + ", not " + port);
        }
        if (directory != null && !Files.isDirectory(directory)) {
            throw new ParameterException(commandLine(), "--directory: " + directory + " is no directory");
        }
        boolean whole = true;
        for (int round = 0; round < repeat; round++) {
            for (Storage storage : storages) {
                for (Candidate system : systems) {
                    whole &= measure(system, storage);
                }
            }
        }
        results.forEach(this::compare);
        return whole ? 0 : 1;
    }

    private CommandLine commandLine() {
        return java.util.Objects.requireNonNull(spec).commandLine();
    }

    private static List<String> concat(List<String> one, List<String> other) {
        List<String> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    private Candidate system(String name) {
        try {
            return Candidate.of(name);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(
                    commandLine(),
                    "'" + name + "' is none of flush-spread, flush-spread-clients, ratis, jgroups-raft, etcd");
        }
    }

    /** False if it failed, which has been said. */
    private boolean measure(Candidate system, Storage storage) throws Exception {
        ReplicatedService service = ReplicatedService.of(system.implementation);
        Path home = Files.createTempDirectory(root(system, storage), "bench-service");
        Place place = new Place(port + 20 * (used++ % 10), home, storage == Storage.DISK);
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < Place.MEMBERS; i++) {
                Files.createDirectories(place.of(i));
            }
            for (int i = 0; i < service.servers(); i++) {
                processes.add(start(system, place, home.resolve("server" + i), "serve", "" + i));
            }
            Process load = start(
                    system, place, home.resolve("load"), "load", "" + warmup, "" + seconds, list(bytes), list(windows));
            processes.add(load);
            read(system, storage, load);
            boolean done = load.waitFor() == 0;
            if (!done) {
                System.err.println(system + " failed; the end of its words:\n" + lastLines(home.resolve("load")));
            }
            return done;
        } finally {
            processes.forEach(Process::destroyForcibly);
            for (Process each : processes) {
                each.waitFor();
            }
            MoreFiles.deleteRecursively(home, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private Path root(Candidate system, Storage storage) {
        Path memory = Path.of("/dev/shm");
        if (system == Candidate.ETCD && storage == Storage.MEMORY && Files.isDirectory(memory)) {
            return memory;
        }
        return directory != null ? directory : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static String list(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static Process start(Candidate system, Place place, Path errors, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseParallelGC",
                "-cp",
                System.getProperty("java.class.path"),
                ServiceProcess.class.getName(),
                system.implementation,
                "" + place.port(),
                place.directory().toString(),
                "" + place.durable()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        if (arguments[0].equals("serve")) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        return builder.start();
    }

    private void read(Candidate system, Storage storage, Process load) throws IOException {
        try (BufferedReader lines = load.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(ServiceProcess.RESULT)) {
                    String words = line.substring(ServiceProcess.RESULT.length());
                    System.out.printf(
                            "service system=%s storage=%s %s%n",
                            system, storage.name().toLowerCase(Locale.ROOT), words);
                    keep(system, storage, words);
                }
            }
        }
    }

    private void keep(Candidate system, Storage storage, String words) {
        Load load = new Load(storage, word(words, "bytes"), word(words, "window"));
        results.computeIfAbsent(load, first -> new ArrayList<>())
                .add(new Result(
                        system, Double.parseDouble(word(words, "rate")), Double.parseDouble(word(words, "p99_us"))));
    }

    private static String word(String words, String name) {
        for (String each : Splitter.on(' ').split(words)) {
            if (each.startsWith(name + "=")) {
                return each.substring(name.length() + 1);
            }
        }
        throw new IllegalArgumentException("there is no " + name + "= in '" + words + "'");
    }

    /** The middle of all rounds of ours, against that of the best of the others. */
    private void compare(Load load, List<Result> of) {
        @Nullable Candidate best = null;
        for (Candidate each : Candidate.values()) {
            if (!each.isOurs() && has(of, each) && (best == null || rate(of, each) > rate(of, best))) {
                best = each;
            }
        }
        for (Candidate each : Candidate.values()) {
            if (best != null && each.isOurs() && has(of, each)) {
                System.out.printf(
                        Locale.ROOT,
                        "ratio %s/%s storage=%s bytes=%s window=%s rounds=%d rate=%.2f p99=%.2f%n",
                        each,
                        best,
                        load.storage().name().toLowerCase(Locale.ROOT),
                        load.bytes(),
                        load.window(),
                        repeat,
                        rate(of, each) / rate(of, best),
                        p99(of, each) / p99(of, best));
            }
        }
    }

    private static boolean has(List<Result> results, Candidate system) {
        return results.stream().anyMatch(each -> each.system() == system);
    }

    private static double rate(List<Result> results, Candidate of) {
        return middle(results, of, Result::rate);
    }

    private static double p99(List<Result> results, Candidate of) {
        return middle(results, of, Result::p99);
    }

    private static double middle(List<Result> results, Candidate of, ToDoubleFunction<Result> figure) {
        double[] sorted = results.stream()
                .filter(each -> each.system() == of)
                .mapToDouble(figure)
                .sorted()
                .toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static String lastLines(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }
}
