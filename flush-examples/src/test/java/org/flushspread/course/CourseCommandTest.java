package org.flushspread.course;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/course} as a learner uses it. */
@Tag("once")
class CourseCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();

    private int course(String... args) {
        out.getBuffer().setLength(0);
        PrintWriter writer = new PrintWriter(out, true);
        return Course.run(writer, writer, args);
    }

    @Test
    void aLearnerGetsABeginningAndIsToldWhatItBreaksAndHowToSeeItAgain() {
        Path mine = directory.resolve("mine");
        assertThat(course("start", "4", mine.toString())).isZero();
        assertThat(mine.resolve("Chat.java"))
                .content()
                .doesNotContain("package ")
                .contains("class Chat", "TODO");
        assertThat(course("check", "4", mine.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "broken, in story 1",
                        "What was promised:  ",
                        "What happened:      a1 shows a1-says-1., and b1 does not",
                        "b1   starts, with empty memory",
                        "scripts/course check 4 " + mine + " --level 1 --seed 1");
        String first = out.toString();
        assertThat(course("check", "4", mine.toString(), "--level", "1", "--seed", "1"))
                .isEqualTo(1);
        assertThat(out.toString()).isEqualTo(first);
    }

    @Test
    void aBeginningIsNeverWrittenOverWhatALearnerHas() throws Exception {
        Path file = directory.resolve("Chat.java");
        Files.writeString(file, "mine");
        assertThat(course("start", "chat", directory.toString())).isEqualTo(2);
        assertThat(file).content().isEqualTo("mine");
    }

    @Test
    void aDirectoryThatCannotBeMadeIsSaidSo() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "mine");
        assertThat(course("start", "4", file.resolve("below").toString())).isEqualTo(2);
        assertThat(out.toString()).contains("Cannot write ", "name a directory that you may write to");
    }

    @Test
    void aProgramThatEndsTheCheckerHasNotPassed() throws Exception {
        String chat = Files.readString(Path.of("src/test/java/org/flushspread/course/starter/Chat.java"));
        Files.writeString(
                directory.resolve("Chat.java"),
                chat.replaceFirst("package [a-z.]+;", "").replace("place = here;", "System.exit(0);"));
        Path said = directory.resolve("said");
        Process checker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Course.class.getName(),
                        "check",
                        "4",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(checker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(checker.exitValue()).isEqualTo(1);
        assertThat(said).content().contains("a program that calls System.exit");
    }

    @Test
    void aProgramOfALearnersOwnPasses() throws Exception {
        String solutions = "src/test/java/org/flushspread/course/solution/";
        for (String each : new String[] {"Chat.java", "Conversation.java"}) {
            String text = Files.readString(Path.of(solutions + each));
            Files.writeString(
                    directory.resolve(each), text.replace("package org.flushspread.course.solution", "package mine"));
        }
        assertThat(course("check", "4", directory.toString(), "--seeds", "1")).isZero();
        assertThat(out.toString()).contains("level 4, everything", "It has kept all its promises.");
    }

    @Test
    void whatDoesNotCompileIsSaidSo() throws Exception {
        Files.writeString(directory.resolve("Chat.java"), "class Chat { int x = \"\"; }");
        assertThat(course("check", "4", directory.toString())).isEqualTo(2);
        assertThat(out.toString()).contains("It does not compile", "Chat.java:1");
        Files.writeString(directory.resolve("Chat.java"), "class Chat {}");
        assertThat(course("check", "4", directory.toString())).isEqualTo(2);
        assertThat(out.toString()).contains("Chat does not implement org.flushspread.course.api.Chat");
    }

    @Test
    void thereIsAListAndNoExerciseNine() {
        assertThat(course("list")).isZero();
        assertThat(out.toString()).contains(" 1  Bank ", " 8  Worker ", "spec/course/8-worker.md");
        assertThat(course("check", "9")).isEqualTo(2);
        assertThat(course("check", "1", "--level", "5")).isEqualTo(2);
    }
}
