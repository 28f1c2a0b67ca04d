package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples that write to standard output, as processes. */
@Timeout(90)
class ProgramsTest {
    private final Daemons daemons = new Daemons();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        started.forEach(Process::destroyForcibly);
        daemons.close();
    }

    /** A program, its keyboard, and what it has printed so far. */
    private final class Program {
        private final Process process;
        private final Path output;
        private final BufferedWriter keyboard;
        private int read;

        Program(String name, List<String> command) throws IOException {
            output = directory.resolve(name);
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            started.add(process);
            keyboard =
                    new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.ISO_8859_1));
        }

        void type(String... lines) throws IOException {
            for (String each : lines) {
                keyboard.write(each + "\n");
            }
            keyboard.flush();
        }

        String output() {
            try {
                return Files.readString(output, StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        /** Waits until it has printed this, behind what was waited for before. */
        void prints(String text) {
            Daemons.until("'" + text + "' in " + output, () -> output().indexOf(text, read) >= 0);
            read = output().indexOf(text, read) + text.length();
        }

        int exitStatus() throws InterruptedException {
            assertThat(process.waitFor(Daemons.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ended; printed %s", output())
                    .isTrue();
            return process.exitValue();
        }
    }

    private static List<String> java(Class<?> main, String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(List.of(args));
        return command;
    }

    /** Without the tests' own settings of the log. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> !each.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void simpleMulticastShowsEveryMemberTheSameOrder() throws Exception {
        List<Program> both = new ArrayList<>();
        for (String name : List.of("u1", "u2")) {
            both.add(new Program(
                    name,
                    java(SimpleMulticast.class, "group", "-u", name, "-s", daemons.name(), "-n", "2", "-m", "20")));
        }
        List<List<String>> orders = new ArrayList<>();
        for (Program each : both) {
            assertThat(each.exitStatus()).as(each.output()).isZero();
            assertThat(each.output()).contains("connected as #u").contains("left group");
            orders.add(each.output()
                    .lines()
                    .filter(line -> line.contains("message "))
                    .toList());
        }
        assertThat(orders.get(0)).hasSize(40).isEqualTo(orders.get(1));
    }

    @Test
    void simpleMulticastSaysWhatIsWrong() throws Exception {
        daemons.close();
        Program alone = new Program("u", java(SimpleMulticast.class, "g", "-s", daemons.name()));
        assertThat(alone.exitStatus()).isEqualTo(1);
        assertThat(alone.output()).contains("simple-multicast: cannot connect to " + daemons.name());
    }

    @Test
    void flushUserPrintsWhatTheCProgramPrints() throws Exception {
        String ours = session("ours", java(FlushUser.class, "-u", "bob", "-s", daemons.name()));
        assertThat(ours)
                .contains(
                        "Received REGULAR membership for group room with 1 members, where I am member 0:\n\t#bob#d1\n")
                .contains("received SAFE message from #bob#d1, of type 1, (endian 0) to 1 groups \n(6 bytes): hello\n")
                .contains("Received a subgroupcast message to group room: receivers:\n\t#bob#d1\n");
        String home = System.getenv("SPREAD_C_HOME");
        Assumptions.assumeTrue(home != null, "SPREAD_C_HOME is not set: not compared with the C program");
        String theirs = session("theirs", List.of(home + "/bin/flush_user", "-u", "bob", "-s", daemons.name()));
        assertThat(ours).isEqualTo(theirs);
    }

    /** Plays one session; what differs from run to run is masked. */
    private String session(String name, List<String> command) throws Exception {
        Program program = new Program(name, command);
        program.prints("User> ");
        program.type("j room", "r");
        program.prints("There are 0");
        program.type("x", "s room", "hello", "r");
        program.prints("There are 0");
        program.type("g room", "0", "g room", "x", "g room", "2", "#bob#d1", "#bob#d1", "to myself", "r");
        program.prints("There are 0");
        program.type("b room", "9", "r");
        program.prints("mess num ");
        program.prints("There are");
        program.type("j", "s", "p", "l room", "f room");
        program.prints("Bye.");
        assertThat(program.exitStatus()).isZero();
        return program.output()
                .replaceAll("grp id is \\S+ \\S+ \\S+", "grp id is ID")
                .replaceAll("Polling says: \\d+", "Polling says: N")
                .replaceAll("There are \\d+ buffered", "There are N buffered")
                .replaceAll("mbox = \\d+", "mbox = N")
                .replaceAll("_error: \\((-\\d+)\\).*", "_error: $1");
    }
}
