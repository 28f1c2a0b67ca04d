package org.flushspread.tools;

import java.util.concurrent.Callable;
import org.flushspread.daemon.LogSetup;
import picocli.CommandLine.Command;

/** The program sptuser: a thread reads from the daemon, the main thread from the keyboard. */
@Command(
        name = "sptuser",
        mixinStandardHelpOptions = true,
        description =
                "Joins and leaves groups, sends and shows messages, by commands typed in; a thread of its own receives.")
public final class SptUser extends UserOptions implements Callable<Integer> {
    private final Terminal terminal = new Terminal();
    private final UserSession session = new UserSession(terminal, terminal::readLine);

    /** Runs the program. */
    public static void main(String[] args) {
        LogSetup.quiet();
        System.exit(UserOptions.run(new SptUser(), args));
    }

    @Override
    public Integer call() {
        if (!session.connect(this)) {
            return FAILED;
        }
        session.menu(false);
        session.prompt();
        Thread reading = new Thread(this::receiveUntilEnd, "receiver");
        reading.setDaemon(true);
        reading.start();
        while (true) {
            String line = terminal.readLine();
            if (line == null || line.startsWith("q")) {
                session.bye();
                return 0;
            }
            if (!session.command(line)) {
                terminal.print("\nUnknown commnad\n");
                session.menu(false);
            }
            session.prompt();
        }
    }

    private void receiveUntilEnd() {
        boolean open = true;
        while (open) {
            open = session.receive();
        }
        if (session.mbox.channel() != null) {
            // The daemon ended it, so there is nothing left to type for.
            System.exit(0);
        }
    }
}
