package org.flushspread;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.flushspread.daemon.SpreadMain;
import org.flushspread.daemon.TestPorts;
import org.jspecify.annotations.Nullable;

/**
 * How tests start programs of ours as processes. A program that runs for some seconds spends most of them on loading its classes, so the first
 * test that starts one puts the classes of this build into jars, and makes an archive of them as a daemon has loaded them; without an archive
 * programs run all the same.
 */
public final class JavaProgram {
    /** Programs with the classes of the tests. */
    public static final JavaProgram OF_TESTS = new JavaProgram("tests", directory -> true);

    /** Programs as users have them: nothing of the tests, their settings of the log neither. */
    public static final JavaProgram SHIPPED =
            new JavaProgram("shipped", directory -> !directory.endsWith("test-classes"));

    private static final Path DIRECTORY = Path.of(System.getProperty("basedir", "."), "target", "programs");
    private static final List<String> VIRTUAL_MACHINE = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final String name;
    private final Predicate<Path> wanted;
    private @Nullable Path build;

    private JavaProgram(String name, Predicate<Path> wanted) {
        this.name = name;
        this.wanted = wanted;
    }

    /** The beginning of a command line: its arguments may follow. */
    public List<String> command(String mainClass, String... flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", classPath(), mainClass));
        return command;
    }

    /** The same for a shell. */
    public String shellCommand(String mainClass, String... flags) {
        return "'" + String.join("' '", command(mainClass, flags)) + "'";
    }

    /** Of the virtual machine; it may be given another class path, and has no archive then. */
    public List<String> flags() {
        List<String> flags = new ArrayList<>(VIRTUAL_MACHINE);
        Path archive = build().resolve("archive");
        if (Files.exists(archive)) {
            // Nothing is said of a class that the archive does not have.
            flags.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable", "-Xlog:all=error:stderr"));
        }
        return flags;
    }

    /** The class path of the tests, with jars in place of its directories. */
    public String classPath() {
        return classPath(build());
    }

    private String classPath(Path of) {
        List<String> path = new ArrayList<>();
        for (Path each : entries()) {
            path.add((Files.isDirectory(each) ? jar(of, path.size()) : each).toString());
        }
        return String.join(File.pathSeparator, path);
    }

    private List<Path> entries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(each -> Files.exists(each) && wanted.test(each))
                .toList();
    }

    private static Path jar(Path of, int number) {
        return of.resolve(number + ".jar");
    }

    /** Jars and archive of the classes as they are now; whichever test process comes first makes them. */
    private Path build() {
        synchronized (DIRECTORY) {
            return buildOnce();
        }
    }

    private Path buildOnce() {
        Path made = build;
        if (made != null) {
            return made;
        }
        try {
            Path home = Files.createDirectories(DIRECTORY).toAbsolutePath().normalize();
            try (FileChannel file = FileChannel.open(
                            home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                made = home.resolve(name + "-" + state());
                if (lock.isValid() && !Files.exists(made.resolve("done"))) {
                    removeEarlier(home);
                    make(Files.createDirectories(made));
                    Files.createFile(made.resolve("done"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        build = made;
        return made;
    }

    /** Another after each build, on each JDK, and for each class path. */
    private String state() throws IOException {
        long state = System.getProperty("java.class.path").hashCode() * 31L
                + System.getProperty("java.runtime.version").hashCode();
        for (Path each : entries()) {
            try (Stream<Path> files = Files.walk(each)) {
                for (Path file : files.sorted().toList()) {
                    state = (state * 31 + file.hashCode()) * 31
                            + Files.getLastModifiedTime(file).toMillis();
                }
            }
        }
        return HexFormat.of().toHexDigits(state);
    }

    /** Those of the last hour may be in use by tests with another class path. */
    private void removeEarlier(Path home) throws IOException {
        long old = System.currentTimeMillis() - TimeUnit.HOURS.toMillis(1);
        List<Path> earlier;
        try (Stream<Path> builds = Files.list(home)) {
            earlier = builds.filter(each -> each.getFileName().toString().startsWith(name + "-"))
                    .toList();
        }
        for (Path each : earlier) {
            if (Files.getLastModifiedTime(each).toMillis() < old) {
                try (Stream<Path> files = Files.walk(each)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    private void make(Path here) throws IOException {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        List<Path> entries = entries();
        for (int i = 0; i < entries.size(); i++) {
            if (Files.isDirectory(entries.get(i))) {
                String[] arguments = {
                    "--create",
                    "--no-compress",
                    "--file",
                    jar(here, i).toString(),
                    "-C",
                    entries.get(i).toString(),
                    "."
                };
                if (jar.run(System.out, System.err, arguments) != 0) {
                    throw new IOException("no jar can be made of " + entries.get(i));
                }
            }
        }
        archive(here);
    }

    /** A daemon that starts, is listened to and stops. */
    private void archive(Path here) throws IOException {
        Path configuration = Files.writeString(
                here.resolve("spread.conf"),
                "Spread_Segment 127.0.0.255:" + TestPorts.free() + " { localhost 127.0.0.1 }\n");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(VIRTUAL_MACHINE);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + here.resolve("archive"), "-cp", classPath(here)));
        command.addAll(List.of(SpreadMain.class.getName(), "-n", "localhost", "-c", configuration.toString()));
        command.addAll(List.of("--socket-directory", "none"));
        Path log = here.resolve("log");
        Process daemon = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Wait.until(
                    () -> "a daemon to listen: " + said(log),
                    () -> !daemon.isAlive() || said(log).contains("clients connect with"));
            daemon.destroy();
            daemon.waitFor(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            daemon.destroyForcibly();
        }
    }

    private static String said(Path log) {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
