package org.flushspread.examples;

import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import org.flushspread.daemon.LogSetup;
import org.jspecify.annotations.Nullable;
import spread.SpreadConnection;
import spread.SpreadException;
import spread.SpreadGroup;
import spread.SpreadMessage;

/**
 * Sends and receives as many messages as it can and says how long that took: the program Flooder of the official Java library, on package
 * {@code spread}.
 */
public final class SpreadFlooder {
    private static final String USAGE = """
            Usage: spread-flooder
            \t[-u <user name>]     : unique user name
            \t[-m <num messages>]  : number of messages
            \t[-b <num bytes>]     : number of bytes per message
            \t[-s <address>]       : the name or IP for the daemon
            \t[-p <port>]          : the port for the daemon
            \t[-ro]                : read  only (no multicast)
            \t[-wo]                : write only (no receive)
            """;

    private static final String GROUP = "flooder";

    /** So many own messages may be on their way before the first is waited for. */
    private static final int AHEAD = 50;

    private final PrintStream out;
    private String user = "Flooder";
    private int messages = 10_000;
    private int bytes = 1000;
    private @Nullable String address;
    private int port;
    private boolean readOnly;
    private boolean writeOnly;

    SpreadFlooder(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        LogSetup.quiet();
        System.exit(new SpreadFlooder(System.out).run(args));
    }

    int run(String... args) {
        for (int i = 0; i < args.length; i++) {
            boolean valued = List.of("-u", "-m", "-b", "-s", "-p").contains(args[i]) && i + 1 < args.length;
            if (!valued && !args[i].equals("-ro") && !args[i].equals("-wo")) {
                out.print(USAGE);
                return 0;
            }
            switch (args[i]) {
                case "-u" -> user = args[++i];
                case "-m" -> messages = Integer.parseInt(args[++i]);
                case "-b" -> bytes = Integer.parseInt(args[++i]);
                case "-s" -> address = args[++i];
                case "-p" -> port = Integer.parseInt(args[++i]);
                default -> {
                    readOnly = args[i].equals("-ro");
                    writeOnly = !readOnly;
                }
            }
        }
        try {
            flood();
            return 0;
        } catch (SpreadException | InterruptedIOException e) {
            out.println(e.getMessage());
        } catch (UnknownHostException e) {
            out.println("Can't find the daemon " + address);
        }
        return 1;
    }

    private void flood() throws SpreadException, InterruptedIOException, UnknownHostException {
        long start = System.nanoTime();
        SpreadConnection connection = new SpreadConnection();
        connection.connect(InetAddress.getByName(address), port, user, false, false);
        if (!writeOnly) {
            new SpreadGroup().join(connection, GROUP);
        }
        out.println(
                readOnly
                        ? "Only receiving messages"
                        : "Starting multicast of " + messages + " messages, " + bytes + " bytes each"
                                + (writeOnly ? " (self discarding)." : "."));
        SpreadMessage message = new SpreadMessage();
        message.setData(new byte[bytes]);
        message.addGroup(GROUP);
        for (int i = 1; i <= messages; i++) {
            if (!readOnly) {
                connection.multicast(message);
            }
            if (readOnly) {
                connection.receive();
            } else if (i > AHEAD && !writeOnly) {
                receiveOwn(connection);
            }
            if (i % 1000 == 0) {
                out.println("Completed " + i + " messages");
            }
        }
        connection.disconnect();
        report((System.nanoTime() - start) / 1_000_000);
    }

    private static void receiveOwn(SpreadConnection connection) throws SpreadException, InterruptedIOException {
        SpreadGroup me = connection.getPrivateGroup();
        SpreadMessage message;
        do {
            message = connection.receive();
        } while (me != null && !me.equals(message.getSender()));
    }

    private void report(long millis) {
        double directions = readOnly || writeOnly ? 1 : 2;
        double megabits = directions * bytes * messages * 8 * 1000 / Math.max(1, millis) / (1 << 20);
        out.println("Time: " + millis + "ms (" + String.format(Locale.ROOT, "%.2f", megabits) + " Mbps)");
    }
}
