package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program spread: its command line, its exit status, its log. */
class SpreadMainTest {
    private static final int PORT = TestPorts.free();

    @TempDir
    Path directory;

    private record Outcome(int status, String out, String err) {}

    private static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = SpreadMain.run(args, new PrintWriter(out), new PrintWriter(err));
        return new Outcome(status, out.toString(), err.toString());
    }

    @Test
    void onlyTwoLettersOfTheSwitchesOfTheCProgramCount() {
        assertThat(SpreadArguments.withLettersOnly(
                        new String[] {"-name", "d1", "-conf", "-n.conf", "--nio", "-log", "y"}))
                .containsExactly("-n", "d1", "-c", "-n.conf", "--nio", "-l", "y");
    }

    @Test
    void aWrongCommandLineIsStatusTwoAndASentence() {
        assertThat(run("-x")).satisfies(o -> {
            assertThat(o.status()).isEqualTo(2);
            assertThat(o.err()).contains("Unknown option: '-x'").contains("usage: spread");
        });
        assertThat(run("-l", "maybe").status()).isEqualTo(2);
        assertThat(run("-n").status()).isEqualTo(2);
        assertThat(run("--run-length", "99").err()).contains("run length must be 1..64, not 99");
        assertThat(run("--max-sessions", "0").err()).contains("--max-sessions must be positive, not 0");
        assertThat(run("--log-level", "LOUD").status()).isEqualTo(2);
        assertThat(run("--log", "xml").err()).contains("--log takes text or json, not 'xml'");
        assertThat(run("--log-rotate", "much").err()).contains("--log-rotate takes a size as 500KB, 50MB or 1GB");
        assertThat(run("--http", "everywhere").err()).contains("--http takes a port");
        assertThat(run("--http", "999999").status()).isEqualTo(2);
    }

    @Test
    void aWrongConfigurationIsStatusOneAndASentence() throws IOException {
        Path file = Files.writeString(directory.resolve("spread.conf"), "Spread_Segment 127.0.0.255:15660 {\n}\n");
        assertThat(run("-c", file.toString())).satisfies(o -> {
            assertThat(o.status()).isEqualTo(1);
            assertThat(o.err()).startsWith("spread: " + file + ":");
        });
        assertThat(run("-c", directory.resolve("missing").toString()).err()).contains("there is no such file");
        Files.writeString(file, "Spread_Segment 127.0.0.255:15660 { d1 127.0.0.1 { 127.0.0.1 } }\n");
        assertThat(run("-c", file.toString(), "-n", "d2").err())
                .contains("no daemon is called")
                .contains("d1");
    }

    /** Like any file it needs: the command line is right. */
    @Test
    void aFileOfOptionsThatCannotBeReadIsStatusOneAndASentence() throws IOException {
        Path missing = directory.resolve("missing");
        assertThat(run("--properties", missing.toString())).satisfies(o -> {
            assertThat(o.status()).isEqualTo(1);
            assertThat(o.err())
                    .isEqualToIgnoringNewLines(
                            "spread: cannot read the file of --properties, " + missing + ": there is no such file");
        });
        assertThat(run("--properties=" + directory).status()).isEqualTo(1);
        Path odd = Files.writeString(directory.resolve("odd"), "log-file = C:\\users\\me\n");
        assertThat(run("--properties", odd.toString())).satisfies(o -> {
            assertThat(o.status()).isEqualTo(1);
            assertThat(o.err()).contains(odd.toString()).contains("A backslash in a value is written twice.");
        });
        Path wrong = Files.writeString(directory.resolve("wrong"), "max-sessions = many\n");
        assertThat(run("--properties", wrong.toString()).status())
                .as("an option that cannot be")
                .isEqualTo(2);
    }

    @Test
    void helpAndVersionTellWhatItIs() {
        assertThat(run("--help").out()).contains("IPv4 only between daemons;");
        assertThat(run("--help").out())
                .contains("-n", "-c", "-l", "IPv4 only", "FLUSH_SPREAD_MAX_SESSIONS", "Exit status");
        assertThat(run("--version").out()).contains("Spread 4.4");
    }

    @Test
    void timeStampFormatsOfTheCDaemonAreUnderstood() {
        assertThat(LogSetup.javaPattern("%m/%d/%y %H:%M:%S", false)).isEqualTo("MM/dd/yy HH:mm:ss");
        assertThat(LogSetup.javaPattern("[at %F %T]", true)).isEqualTo(" 'a''t' yyyy-MM-dd HH:mm:ss .SSSSSS");
    }

    @Test
    void aSignalEndsItWithStatusZeroAndNothingLeftBehind() throws IOException, InterruptedException {
        File log = directory.resolve("log").toFile();
        Process process = start(log, JavaProgram.OF_TESTS.classPath(), "");
        try {
            Wait.until("it serves", () -> read(log).contains("membership {d1}") || !process.isAlive());
            assertThat(read(log)).contains("clients connect with " + PORT).contains(PORT + "@127.0.0.1");
            assertThat(directory.resolve(Integer.toString(PORT))).exists();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(directory.resolve(Integer.toString(PORT))).doesNotExist();
            assertThat(Files.readAllLines(directory.resolve("d1")))
                    .satisfiesExactly(
                            first -> assertThat(first).matches("B \\d+"),
                            second -> assertThat(second).matches("M \\d+ \\d+ 0 >  0"));
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Not only exceptions end a start: here a part of the installation is missing, what reads the command line too. */
    @ParameterizedTest
    @ValueSource(strings = {"netty-transport-classes-epoll", "picocli"})
    void aStartThatFailsWithAnErrorSaysSoAndIsNoSignal(String missing) throws IOException, InterruptedException {
        File log = directory.resolve("log").toFile();
        String incomplete = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> !each.contains(missing))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = start(log, incomplete, "");
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(read(log))
                    .contains("spread: cannot start: the installation is incomplete")
                    .doesNotContain("as told by a signal");
            assertThat(process.exitValue()).isEqualTo(70);
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    @Test
    void aHangUpReadsTheConfigurationAgain() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "needs /bin/kill");
        assumeTrue(!ignoresHangUps(), "this process was told to ignore hang-ups, and so are its children");
        File log = directory.resolve("log").toFile();
        Process process = start(log, JavaProgram.OF_TESTS.classPath(), "");
        try {
            Wait.until("it serves", () -> read(log).contains("membership {d1}") || !process.isAlive());
            hangUp(process);
            Wait.until("the same file changes nothing", () -> read(log).contains("in force: unchanged"));
            configure("Window = 100\n");
            hangUp(process);
            Wait.until("it says what changed", () -> read(log).contains("in force: Window from 160 to 100"));
            configure("Windwo = 100\n");
            hangUp(process);
            Wait.until("a wrong file is refused", () -> read(log).contains("did you mean 'Window'?"));
            assertThat(process.isAlive()).isTrue();
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Below a file, and in a directory that is not there, which the log library would make. */
    @ParameterizedTest
    @ValueSource(strings = {"file/spread.log", "mistyped/spread.log"})
    void aLogFileThatCannotBeOpenedIsSaidAndTheLogGoesToStandardError(String name)
            throws IOException, InterruptedException {
        File log = directory.resolve("log").toFile();
        Files.writeString(directory.resolve("file"), "");
        Process process = start(log, JavaProgram.OF_TESTS.classPath(), "EventLogFile = " + name + "\n");
        try {
            Wait.until("it serves", () -> read(log).contains("membership {d1}") || !process.isAlive());
            assertThat(read(log).lines().filter(line -> line.startsWith("spread: ")))
                    .singleElement()
                    .asString()
                    .contains("cannot write the log file " + name, "standard error");
            assertThat(directory.resolve("mistyped")).doesNotExist();
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    /** Told to know IPv4 only, or on a machine that does, it listens there as ever. */
    @Test
    void withoutIpv6ItListensOnIpv4() throws IOException {
        File log = directory.resolve("log").toFile();
        Process process = start(log, JavaProgram.OF_TESTS.classPath(), "", "-Djava.net.preferIPv4Stack=true");
        try {
            Wait.until("it serves", () -> read(log).contains("membership {d1}") || !process.isAlive());
            assertThat(read(log)).contains("127.0.0.1:" + PORT + "/tcp").doesNotContain("[::");
        } finally {
            process.destroyForcibly().onExit().join();
        }
    }

    private static boolean ignoresHangUps() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0;
            }
        }
        return true;
    }

    private void hangUp(Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("/bin/kill", "-HUP", Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private Path configure(String options) throws IOException {
        return Files.writeString(
                directory.resolve("my.conf"),
                options + "Spread_Segment 127.0.0.255:" + PORT + " { d1 127.0.0.1 { 127.0.0.1 } }\n");
    }

    private Process start(File log, String classPath, String options, String... jvm) throws IOException {
        Path file = configure(options);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JavaProgram.OF_TESTS.flags());
        command.add("-Xmx64m");
        command.addAll(List.of(jvm));
        command.addAll(
                List.of("-cp", classPath, SpreadMain.class.getName(), "-nd1", "d1", "-c", file.toString(), "-l", "y"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log);
        builder.environment().put("FLUSH_SPREAD_SOCKET_DIRECTORY", directory.toString());
        builder.environment().put("FLUSH_SPREAD_LOG_LEVEL", "debug");
        return builder.start();
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
