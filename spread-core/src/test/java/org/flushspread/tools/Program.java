package org.flushspread.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flushspread.JavaProgram;
import org.flushspread.Wait;

/** A program in a process of its own, driven as a person would: type, look what it says. */
public final class Program implements AutoCloseable {
    /** Generous: what a machine with other work needs for some programs that start each other. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Process process;
    private final Path output;
    private final Path errors;
    private int seen;

    private Program(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** One of ours, by its main class. */
    public static Program java(Class<?> main, String... args) {
        return java(Map.of(), main, args);
    }

    public static Program java(Map<String, String> environment, Class<?> main, String... args) {
        List<String> command = JavaProgram.OF_TESTS.command(main.getName(), "-Xmx128m");
        Collections.addAll(command, args);
        return start(environment, command);
    }

    public static Program start(List<String> command) {
        return start(Map.of(), command);
    }

    private static Program start(Map<String, String> environment, List<String> command) {
        try {
            Path output = Files.createTempFile("program", ".out");
            Path errors = Files.createTempFile("program", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            return new Program(builder.start(), output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Program type(String lines) {
        try {
            process.getOutputStream().write(lines.getBytes(StandardCharsets.ISO_8859_1));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Waits until it has said this, behind what was expected before. */
    public Program expect(String text) {
        Wait.until(
                () -> "'" + text + "' behind position " + seen + " of:\n" + output() + "\nIt said on standard error:\n"
                        + errors(),
                () -> output().indexOf(text, seen) >= 0);
        seen = output().indexOf(text, seen) + text.length();
        return this;
    }

    public String output() {
        return text(output);
    }

    /** What it said on standard error. */
    public String errors() {
        return text(errors);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As Ctrl-C or a service manager does. */
    void terminate() {
        process.destroy();
    }

    long pid() {
        return process.pid();
    }

    /** Waits for its end; the exit status. */
    public int exit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("it does not end; it said:\n" + output() + errors());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
