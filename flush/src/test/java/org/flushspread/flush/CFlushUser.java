package org.flushspread.flush;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flushspread.interop.CSpread;

/** The C library's program flush_user, told what to do line by line. It works on the protocol only while it receives. */
final class CFlushUser implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();
    private final String name;

    /**
     * @param library whose program it is
     * @param daemon port@host
     */
    CFlushUser(CSpread library, String daemon, String name) {
        try {
            process = new ProcessBuilder("stdbuf", "-oL", library.program("flush_user"), "-u", name, "-s", daemon)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::read, "flush_user " + name);
        reader.setDaemon(true);
        reader.start();
        String greeting = upTo("connected to");
        this.name = greeting.substring(greeting.lastIndexOf(' ') + 1).strip();
    }

    /** Its private group. */
    String name() {
        return name;
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
            for (String line; (line = in.readLine()) != null; ) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add(e.toString());
        }
    }

    void say(String... commands) {
        try {
            for (String each : commands) {
                process.getOutputStream().write((each + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(heard), e);
        }
    }

    /** Everything it says up to a line with this text. */
    private String upTo(String text) {
        StringBuilder all = new StringBuilder();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (true) {
                String line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw new AssertionError("flush_user never said '" + text + "' but " + heard);
                }
                heard.add(line);
                all.append(line).append('\n');
                if (line.contains(text)) {
                    return all.toString();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Begins a receive, in which the library works; {@link #event} waits for what it gives. */
    void beginReceive() {
        say("r");
    }

    /** What the receive that was begun gave. */
    String event() {
        return upTo("buffered messages waiting");
    }

    String receive() {
        beginReceive();
        return event();
    }

    /** Receives until an event says this. */
    String receive(String text) {
        while (true) {
            String event = receive();
            if (event.contains(text)) {
                return event;
            }
        }
    }

    /** Answers the request to flush and begins to wait for the view. */
    void flush(String group) {
        say("f " + group, "r");
        upTo("Sent a FLUSH_OK");
    }

    void awaitExit() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("flush_user does not end: " + heard);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It dies; the daemon sees the connection break. */
    void kill() {
        // stdbuf replaces itself by the program, so its process is the program.
        process.destroyForcibly();
        awaitExit();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
