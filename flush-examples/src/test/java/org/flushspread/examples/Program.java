package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;

/** A process, its keyboard, and what it has printed so far. */
final class Program {
    private final Process process;
    private final Path output;
    private final BufferedWriter keyboard;
    private int read;

    /** @param output a new file for what it prints */
    Program(Path output, List<String> command) throws IOException {
        this.output = output;
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        keyboard = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.ISO_8859_1));
    }

    /** A Java program of this module. */
    static Program java(Path output, Class<?> main, String... args) throws IOException {
        List<String> command = JavaProgram.SHIPPED.command(main.getName(), "-Xmx96m");
        command.addAll(List.of(args));
        return new Program(output, command);
    }

    void type(String... lines) throws IOException {
        for (String each : lines) {
            keyboard.write(each + "\n");
        }
        keyboard.flush();
    }

    void endOfInput() throws IOException {
        keyboard.close();
    }

    String output() {
        try {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has printed this, behind what was waited for before. */
    void prints(String text) {
        Wait.until("'" + text + "' in " + output, () -> output().indexOf(text, read) >= 0);
        read = output().indexOf(text, read) + text.length();
    }

    /** Waits for its end, or gives up after a while. */
    void ends() throws InterruptedException {
        process.waitFor(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    int exitStatus() throws InterruptedException {
        assertThat(process.waitFor(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS))
                .as("ended; printed %s", output())
                .isTrue();
        return process.exitValue();
    }

    /** Tells it to end, as Ctrl-C does; it may take a while to tidy up. */
    void interrupt() {
        process.destroy();
    }

    void kill() {
        kill(List.of(this));
    }

    /** Kills all of them at one time and waits for their end: until then they may hold locks, and write files. */
    static void kill(List<Program> programs) {
        programs.forEach(each -> each.process.destroyForcibly());
        for (Program each : programs) {
            each.process
                    .onExit()
                    .orTimeout(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }
}
