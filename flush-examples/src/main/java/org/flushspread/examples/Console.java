package org.flushspread.examples;

import java.io.BufferedReader;
import java.io.IOError;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Lines from a person and lines to a person. On a terminal, what is printed while somebody types appears above the line being typed;
 * otherwise it is plain standard input and output. Any thread may print.
 */
interface Console extends AutoCloseable {
    /** The next line, or null at the end of input and after {@link #close}. */
    @Nullable
    String readLine();

    void println(String line);

    /**
     * False if the lines come from a file or another program, which cannot wait for what it reads: each command then waits for its effect,
     * and the exit status tells whether all of them had one.
     */
    default boolean isPerson() {
        return true;
    }

    /** Ends the waiting in {@link #readLine}. */
    @Override
    void close();

    /** A console on standard input and output. */
    static Console open(String prompt) {
        try {
            return Boolean.getBoolean("flushspread.terminal") ? new OnTerminal(prompt) : new Plain();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A thread of its own waits for the keyboard, so that the program can end without it. It waits only while the program does: no prompt is
     * shown to somebody whose last command ends the program.
     */
    abstract class Waiting implements Console {
        private static final String END = "\u0000";

        private final BlockingQueue<String> typed = new LinkedBlockingQueue<>();
        private final Semaphore asked = new Semaphore(0);

        /** Waits for a line; null at the end. */
        abstract @Nullable String await();

        final void start() {
            Thread keyboard = new Thread(
                    () -> {
                        String line;
                        do {
                            asked.acquireUninterruptibly();
                            line = await();
                            typed.add(line == null ? END : line);
                        } while (line != null);
                    },
                    "keyboard");
            keyboard.setDaemon(true);
            keyboard.start();
        }

        @Override
        public final @Nullable String readLine() {
            asked.release();
            try {
                String line = typed.take();
                return line.equals(END) ? null : line;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        @Override
        public void close() {
            typed.add(END);
        }
    }

    /** Standard input and output as they are. */
    final class Plain extends Waiting {
        private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);

        Plain() {
            start();
        }

        @Override
        @Nullable
        String await() {
            try {
                return in.readLine();
            } catch (IOException e) {
                return null;
            }
        }

        @Override
        public void println(String line) {
            out.println(line);
        }

        @Override
        public boolean isPerson() {
            return false;
        }
    }

    /** A terminal with a prompt, line editing and history. */
    final class OnTerminal extends Waiting {
        // Asking the terminal what it can do would bring its answers in between what is typed.
        private final Terminal terminal =
                TerminalBuilder.builder().system(true).graphemeCluster(false).build();
        private final LineReader reader =
                LineReaderBuilder.builder().terminal(terminal).build();
        private final String prompt;
        private volatile boolean closed;

        OnTerminal(String prompt) throws IOException {
            this.prompt = prompt;
            reader.option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
            start();
        }

        @Override
        @Nullable
        String await() {
            try {
                return reader.readLine(prompt);
            } catch (UserInterruptException | EndOfFileException e) {
                return null;
            } catch (IllegalStateException | IOError e) {
                if (closed) {
                    // The program ended while somebody was typing.
                    return null;
                }
                throw e;
            }
        }

        @Override
        public void println(String line) {
            reader.printAbove(line);
        }

        @Override
        public void close() {
            super.close();
            closed = true;
            try {
                terminal.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
