package org.flushspread.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process with a {@link SnapshotBenchMember}: a JVM with the flags of this one. */
final class SnapshotBenchProcess implements AutoCloseable {
    private static final long STOP_SECONDS = 20;

    private final Process process;
    private volatile boolean primary;

    /** @param said takes each of its words but the one that it is primary */
    SnapshotBenchProcess(String daemon, Path stores, int index, int members, int every, Consumer<String> said) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SnapshotBenchMember.class.getName()));
        command.addAll(List.of(daemon, stores.toString(), "" + index, "" + members, "" + every));
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("a member cannot be started: " + e.getMessage(), e);
        }
        Thread listener = new Thread(() -> listen(said), "member " + index);
        listener.setDaemon(true);
        listener.start();
    }

    private void listen(Consumer<String> said) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(SnapshotBenchMember.PRIMARY)) {
                    primary = true;
                } else {
                    said.accept(line);
                }
            }
        } catch (IOException e) {
            // It ends.
        }
    }

    boolean isPrimary() {
        if (!process.isAlive() && !primary) {
            throw new IllegalStateException("a member has ended with code " + process.exitValue());
        }
        return primary;
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
