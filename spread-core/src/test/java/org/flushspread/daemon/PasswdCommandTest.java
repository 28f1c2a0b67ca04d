package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.flushspread.tools.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** spread passwd (configuration 7.1). */
@Timeout(180)
class PasswdCommandTest {
    @TempDir
    private Path directory;

    private record Outcome(int status, String out, String err) {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Outcome run(PasswdCommand command, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = new CommandLine(command);
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return new Outcome(line.execute(args), out.toString(), err.toString());
    }

    private static Outcome piped(String input, Path file, String user) {
        InputStream in = new ByteArrayInputStream(bytes(input));
        return run(new PasswdCommand(null, in), file.toString(), user, "--stdin", "--rounds", "4096");
    }

    private static Outcome typed(Path file, String user, String... answers) {
        ArrayDeque<String> rest = new ArrayDeque<>(List.of(answers));
        PasswdCommand.Prompt person = what -> {
            String next = rest.poll();
            return next == null ? null : next.toCharArray();
        };
        return run(new PasswdCommand(person, InputStream.nullInputStream()), file.toString(), user, "--rounds", "4096");
    }

    @Test
    void aUserIsAddedToANewFileThatIsForItsOwnerOnly() throws IOException {
        Path file = directory.resolve("spread.access_pword");
        Outcome outcome = piped("secret\nrest", file, "alice");
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("user alice was added");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        PasswordFile users = PasswordFile.read(file);
        assertThat(users.accepts("alice", bytes("secret"))).isTrue();
        assertThat(users.accepts("alice", bytes("Secret"))).isFalse();
        assertThat(Files.readString(file))
                .contains("alice:$pbkdf2-sha256$4096$", "alice:$scram-sha-256$4096$")
                .doesNotContain("secret");
        try (var all = Files.list(directory)) {
            assertThat(all).containsExactly(file);
        }
    }

    @Test
    void aPasswordIsChangedWhereItStandsAndTheRestStays() throws IOException {
        Path file = directory.resolve("file");
        String others = "# users\n\nbob:" + PasswordHash.of(bytes("b"), 1000) + "\n";
        Files.writeString(file, others);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        piped("one\n", file, "alice");
        piped("carol's\n", file, "carol");
        Outcome again = piped("two\n", file, "alice");
        assertThat(again.out()).contains("user alice has another password");
        List<String> lines = Files.readAllLines(file);
        assertThat(String.join("\n", lines.subList(0, 3)) + "\n").isEqualTo(others);
        assertThat(lines.subList(3, 5)).allMatch(each -> each.startsWith("alice:"));
        assertThat(lines.subList(5, 7)).allMatch(each -> each.startsWith("carol:"));
        assertThat(lines).hasSize(7);
        PasswordFile users = PasswordFile.read(file);
        assertThat(users.accepts("alice", bytes("two"))).isTrue();
        assertThat(users.accepts("alice", bytes("one"))).isFalse();
        assertThat(users.accepts("bob", bytes("b"))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatALinkLeadsToIsReplacedAndNotTheLink() throws IOException {
        Path target = directory.resolve("target");
        Files.writeString(target, "# empty\n");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        assertThat(piped("x\n", link, "alice").status()).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(target)).contains("alice:");
    }

    @Test
    void aPersonIsAskedTwice() throws IOException {
        Path file = directory.resolve("file");
        assertThat(typed(file, "alice", "p\u00e4ss", "p\u00e4ss").status()).isZero();
        assertThat(PasswordFile.read(file).accepts("alice", bytes("p\u00e4ss"))).isTrue();
        byte[] before = Files.readAllBytes(file);
        for (String[] answers : new String[][] {{"a", "b"}, {"a"}, {}, {"", ""}}) {
            Outcome outcome = typed(file, "alice", answers);
            assertThat(outcome.status()).as(Arrays.toString(answers)).isEqualTo(1);
            assertThat(outcome.err()).contains("not changed");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aUserThatTheFileCannotHoldIsRefused() {
        Path file = directory.resolve("file");
        for (String each : new String[] {"", "a:b", "#a", " a", "x".repeat(32), "\u00e4".repeat(16), "a\nb"}) {
            assertThat(piped("x\n", file, each).status()).as(each).isEqualTo(2);
        }
        assertThat(file).doesNotExist();
        assertThat(run(new PasswdCommand(), file.toString(), "a", "--stdin", "--rounds", "10")
                        .status())
                .isEqualTo(2);
    }

    /** Who changes one user must not throw away what he has not understood. */
    @Test
    void aFileWithAWrongLineIsLeftAsItIs() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "alice:nonsense\n");
        Outcome outcome = piped("x\n", file, "bob");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains(file + ":1: ");
        assertThat(Files.readString(file)).isEqualTo("alice:nonsense\n");
        assertThat(piped("x\n", directory.resolve("none/file"), "bob").status()).isEqualTo(1);
    }

    @Test
    void itIsACommandOfTheProgramSpread() throws IOException {
        Path file = directory.resolve("file");
        try (Program program =
                Program.java(SpreadMain.class, "passwd", file.toString(), "alice", "--stdin", "--rounds", "4096")) {
            program.type("secret\n");
            assertThat(program.exit()).as(program.errors()).isZero();
        }
        assertThat(PasswordFile.read(file).accepts("alice", bytes("secret"))).isTrue();
        try (Program wrong = Program.java(SpreadMain.class, "passwd", file.toString())) {
            assertThat(wrong.exit()).isEqualTo(2);
        }
    }
}
