package org.flushspread.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.flushspread.client.Events;
import org.flushspread.daemon.LogSetup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** The program spuser: one thread, an event loop over the keyboard and the daemon. */
@Command(
        name = "spuser",
        mixinStandardHelpOptions = true,
        description = "Joins and leaves groups, sends and shows messages, by commands typed in.")
public final class SpUser extends UserOptions implements Callable<Integer> {
    private static final String END = "\u0000end of input";

    private final Terminal terminal = new Terminal();
    private final BlockingQueue<String> typed = new LinkedBlockingQueue<>();
    private final UserSession session = new UserSession(terminal, this::nextLine);

    /** Runs the program. */
    public static void main(String[] args) {
        LogSetup.quiet();
        System.exit(UserOptions.run(new SpUser(), args));
    }

    @Override
    public Integer call() throws IOException {
        if (!session.connect(this)) {
            return FAILED;
        }
        session.menu(true);
        session.prompt();
        Pipe keyboard = Pipe.open();
        keyboard.source().configureBlocking(false);
        startReadingKeyboard(keyboard.sink());
        Events.E_init();
        Events.E_attach_fd(
                keyboard.source(),
                Events.READ_FD,
                (fd, code, data) -> userCommand(keyboard),
                0,
                null,
                Events.LOW_PRIORITY);
        readAsynchronously(true);
        Events.E_handle_events();
        session.bye();
        return 0;
    }

    /** A keyboard cannot be selected on: a thread reads it and makes a pipe ready. */
    private void startReadingKeyboard(Pipe.SinkChannel sink) {
        Thread reading = new Thread(
                () -> {
                    String line;
                    do {
                        line = terminal.readLine();
                        typed.add(line == null ? END : line);
                        try {
                            sink.write(ByteBuffer.wrap(new byte[1]));
                        } catch (IOException e) {
                            return;
                        }
                    } while (line != null);
                },
                "keyboard");
        reading.setDaemon(true);
        reading.start();
    }

    private @Nullable String nextLine() {
        try {
            String line = typed.take();
            if (line.equals(END)) {
                typed.add(END);
                return null;
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private void readAsynchronously(boolean on) {
        if (on) {
            Events.E_attach_fd(
                    session.mbox,
                    Events.READ_FD,
                    (fd, code, data) -> {
                        if (!session.receive()) {
                            Events.E_exit_events();
                        }
                    },
                    0,
                    null,
                    Events.HIGH_PRIORITY);
        } else if (session.mbox.channel() != null) {
            Events.E_detach_fd(session.mbox.channel(), Events.READ_FD);
        }
    }

    private void userCommand(Pipe keyboard) {
        // One byte a line; lines that a command took for itself leave a byte behind, for which no line is there.
        try {
            keyboard.source().read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (typed.isEmpty()) {
            return;
        }
        String line = nextLine();
        if (line == null || line.startsWith("q")) {
            Events.E_exit_events();
            return;
        }
        boolean known = session.command(line);
        if (!known && !line.isEmpty()) {
            known = true;
            switch (line.charAt(0)) {
                case 'r' -> {
                    if (!session.receive()) {
                        Events.E_exit_events();
                    }
                    return;
                }
                case 'p' -> session.poll();
                case 'e' -> readAsynchronously(true);
                case 'd' -> readAsynchronously(false);
                default -> known = false;
            }
        }
        if (!known) {
            terminal.print("\nUnknown commnad\n");
            session.menu(true);
        }
        session.prompt();
    }
}
