package org.flushspread.flush.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.flushspread.flush.replica.Role;
import org.flushspread.interop.Programs;
import org.jspecify.annotations.Nullable;

/** A {@link MemberProcess} in one of its lives, seen by those who ask it. Any thread. */
final class Member {
    static final String GONE = "gone";

    final String name;
    private final Process process;
    private final Writer in;
    private final Map<Long, CompletableFuture<String>> asked = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean primary;
    private volatile boolean gone;
    private volatile @Nullable String lastWords;

    Member(String name, List<String> command, Path errors) {
        this.name = name;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        in = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "answers of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = out.readLine()) != null) {
                take(line);
            }
        } catch (IOException e) {
            // The process has been killed.
        } finally {
            gone = true;
            primary = false;
            asked.values().forEach(each -> each.complete(GONE));
        }
    }

    private void take(String line) {
        String[] parts = line.split(" ", 2);
        if (parts[0].matches("\\d+")) {
            CompletableFuture<String> answer = asked.remove(Long.parseLong(parts[0]));
            if (answer != null) {
                answer.complete(parts[1]);
            }
        } else if (parts[0].equals("ended")) {
            lastWords = line;
        } else if (line.startsWith(MemberProcess.ROLE)) {
            primary = line.equals(MemberProcess.ROLE + Role.PRIMARY);
        }
    }

    /** The answer, without its number; {@link #GONE} if the process has ended. */
    CompletableFuture<String> ask(String command) {
        long number = numbers.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        asked.put(number, answer);
        tell(number + " " + command);
        if (gone) {
            answer.complete(GONE);
        }
        return answer;
    }

    void tell(String line) {
        synchronized (in) {
            try {
                in.write(line + "\n");
                in.flush();
            } catch (IOException e) {
                // It has ended, which its reader notices.
            }
        }
    }

    boolean isGone() {
        return gone;
    }

    boolean isPrimary() {
        return primary;
    }

    /** Why it has ended by itself; null if it said nothing. */
    @Nullable
    String lastWords() {
        return lastWords;
    }

    void pause() {
        Programs.succeeds("kill", "-STOP", Long.toString(process.pid()));
    }

    void resume() {
        Programs.succeeds("kill", "-CONT", Long.toString(process.pid()));
    }

    /** As kill -9, and waits for the end. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + (gone ? " (gone)" : primary ? " (primary)" : " (no primary)");
    }
}
