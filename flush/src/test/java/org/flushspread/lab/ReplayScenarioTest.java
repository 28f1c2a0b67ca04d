package org.flushspread.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/** {@code scripts/simulate --scenario}: prints or draws a scenario, and its exit code says whether every promise held. */
@ResourceLock(Resources.SYSTEM_OUT)
class ReplayScenarioTest {
    @TempDir
    private Path directory;

    private record Ran(int code, String out, String err) {}

    private static Ran run(String... arguments) {
        return run(new ReplayScenario(), arguments);
    }

    private static Ran run(Object program, String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int code = new CommandLine(program).execute(arguments);
            return new Ran(code, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Test
    void aStoryIsPrinted() {
        Ran ran = run("--scenario", "total-order");

        assertThat(ran.code).isZero();
        assertThat(ran.out).contains("deliver AGREED “B” of ben").endsWith("every promise held\n");
    }

    @Test
    void aScenarioMayEndWhereSomethingIsOnItsWay() throws IOException {
        Path file = directory.resolve("c.scenario");
        Files.writeString(file, "daemons 2\nmember ann plain d1\nrun 6\njoin ann room\n");

        assertThat(run("--scenario", file.toString()))
                .satisfies(each -> assertThat(each.out).endsWith("every promise held\n"));
    }

    @Test
    void aFileIsDrawn() throws IOException {
        Path file = directory.resolve("a.scenario");
        Path page = directory.resolve("pages").resolve("a.html");
        Files.writeString(file, "title Alone\ndaemons 1\nmember ann flush d1\nrun 4\njoin ann room\nrun 1\n");

        Ran ran = run("--scenario", file.toString(), "--html", page.toString());

        assertThat(ran.code).as(ran.err).isZero();
        assertThat(Files.readString(page)).contains("\"Alone\"").contains("room: ann");
    }

    @Test
    void whatIsWrongIsSaid() throws IOException {
        Path file = directory.resolve("b.scenario");
        Files.writeString(file, "daemons 1\ncrash d2\n");

        Ran ran = run("--scenario", file.toString());

        assertThat(ran.code).isEqualTo(2);
        assertThat(ran.err).contains("b.scenario: line 2: there is no daemon 'd2'");
        assertThat(run("--scenario", "no-such-file").err).contains("stories are total-order");
        assertThat(run("--scenario", directory.toString()))
                .satisfies(each -> assertThat(each.err).contains("cannot be read: "))
                .satisfies(each -> assertThat(each.code).isEqualTo(2));
        Files.write(file, new byte[] {'d', (byte) 0xff, (byte) 0xfe});
        assertThat(run("--scenario", file.toString()).err)
                .contains("b.scenario: this is no text")
                .doesNotContain("\tat ");
        Ran unwritable = run("--scenario", "total-order", "--html", directory.toString());
        assertThat(unwritable.code).isEqualTo(2);
        assertThat(unwritable.err).startsWith("Cannot write " + directory).doesNotContain("\tat ");
    }

    @Test
    void aLabThatCannotBeginSaysWhy() {
        assertThat(run(new LabMain(), "--port", "99999"))
                .isEqualTo(new Ran(2, "", "A port is 0 to 65535, and 99999 is none\n"));
        assertThat(run(new LabMain(), "--scenario", directory.toString()).err)
                .startsWith(directory + ": cannot be read: ")
                .doesNotContain("\tat ");
        assertThat(run(new LabMain(), "--scenario", "a.scenario", "--story", "total-order").err)
                .contains("not both");
    }
}
