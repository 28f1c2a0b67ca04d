package org.flushspread.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.flushspread.daemon.LogSetup;
import org.jspecify.annotations.Nullable;
import spread.BasicMessageListener;
import spread.MembershipInfo;
import spread.SpreadConnection;
import spread.SpreadException;
import spread.SpreadGroup;
import spread.SpreadMessage;

/**
 * Joins, leaves, sends and shows what arrives, by one-letter commands: the program User of the official Java library, on package
 * {@code spread}.
 */
public final class SpreadUser implements BasicMessageListener {
    private static final String USAGE = """
            Usage: spread-user
            \t[-u <user name>]   : unique user name
            \t[-s <address>]     : the name or IP for the daemon
            \t[-p <port>]        : the port for the daemon
            """;

    private final SpreadConnection connection = new SpreadConnection();
    private final BufferedReader keyboard;
    private final PrintStream out;
    private @Nullable SpreadGroup group;
    private @Nullable Thread receiver;
    private boolean listening;
    private int sent;

    SpreadUser(InputStream in, PrintStream out) {
        keyboard = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.out = out;
    }

    public static void main(String[] args) {
        LogSetup.quiet();
        System.exit(new SpreadUser(System.in, System.out).run(args));
    }

    int run(String... args) {
        String user = "User";
        String address = null;
        int port = 0;
        for (int i = 0; i < args.length; i += 2) {
            String value = i + 1 < args.length ? args[i + 1] : "";
            if (value.isEmpty() || !List.of("-u", "-s", "-p").contains(args[i])) {
                out.print(USAGE);
                return 0;
            }
            switch (args[i]) {
                case "-u" -> user = value;
                case "-s" -> address = value;
                default -> port = Integer.parseInt(value);
            }
        }
        try {
            connection.connect(InetAddress.getByName(address), port, user, false, true);
        } catch (SpreadException e) {
            out.println("There was an error connecting to the daemon: " + e.getMessage());
            return 1;
        } catch (UnknownHostException e) {
            out.println("Can't find the daemon " + address);
            return 1;
        }
        startReceiving();
        showMenu();
        return commands();
    }

    private void showMenu() {
        out.print("""

                ==========
                User Menu:
                ==========

                \tj <group> -- join a group
                \tl -- leave a group

                \ts <group> -- send a message
                \tb <group> -- send a burst of messages

                """);
        out.print(
                listening
                        ? "\tt -- stop the listener\n\n"
                        : "\tr -- receive a message\n\tp -- poll for a message\n\tt -- add a listener\n\n");
        out.println("\tq -- quit");
    }

    private int commands() {
        try {
            while (true) {
                String line = ask("\nUser> ");
                if (line == null || line.startsWith("q")) {
                    connection.disconnect();
                    return 0;
                }
                String[] words =
                        line.substring(Math.min(1, line.length())).strip().split("\\s+");
                List<String> groups = words[0].isEmpty() ? List.of() : Arrays.asList(words);
                command(line.isEmpty() ? ' ' : line.charAt(0), groups);
            }
        } catch (SpreadException | IOException e) {
            out.println("The connection to the daemon has ended: " + e.getMessage());
            return 1;
        }
    }

    private @Nullable String ask(String prompt) throws IOException {
        out.print(prompt);
        out.flush();
        return keyboard.readLine();
    }

    private void command(char command, List<String> groups) throws SpreadException, IOException {
        switch (command) {
            case 'j' -> join(groups);
            case 'l' -> leave();
            case 's' -> send(groups);
            case 'b' -> burst(groups);
            case 'r' -> receive();
            case 'p' -> {
                if (!listening) {
                    out.println(connection.poll() ? "There is a message waiting." : "There is no message waiting.");
                }
            }
            case 't' -> switchListener();
            default -> {
                out.println("Unknown command");
                showMenu();
            }
        }
    }

    private void join(List<String> groups) throws SpreadException {
        if (groups.isEmpty()) {
            out.println("No group name.");
            return;
        }
        SpreadGroup joined = new SpreadGroup();
        try {
            joined.join(connection, groups.get(0));
        } catch (SpreadException e) {
            if (!connection.isConnected()) {
                throw e;
            }
            out.println(e.getMessage());
            return;
        }
        group = joined;
        out.println("Joined " + joined + ".");
    }

    private void leave() throws SpreadException {
        SpreadGroup left = group;
        if (left == null) {
            out.println("No group to leave.");
            return;
        }
        String name = left.toString();
        left.leave();
        group = null;
        out.println("Left " + name + ".");
    }

    private void send(List<String> groups) throws SpreadException, IOException {
        SpreadMessage message = new SpreadMessage();
        message.setSafe();
        groups.forEach(message::addGroup);
        String text = ask("Enter message: ");
        message.setData((text == null ? "" : text).getBytes(StandardCharsets.UTF_8));
        connection.multicast(message);
        sent++;
        out.println("Sent message " + sent + ".");
    }

    private void burst(List<String> groups) throws SpreadException, IOException {
        if (groups.isEmpty()) {
            out.println("No group name.");
            return;
        }
        SpreadMessage message = new SpreadMessage();
        message.setSafe();
        message.addGroup(groups.get(0));
        int size = size(ask("Enter the size of each message: "));
        out.println("Sending 10 messages of " + size + " bytes.");
        for (int i = 0; i < 10; i++) {
            byte[] text = ("mess num " + i).getBytes(StandardCharsets.US_ASCII);
            message.setData(Arrays.copyOf(text, Math.max(size, text.length)));
            connection.multicast(message);
            sent++;
            out.println("Sent message " + (i + 1) + " (total " + sent + ").");
        }
    }

    private static int size(@Nullable String answer) {
        try {
            int size = Integer.parseInt(answer == null ? "" : answer.strip());
            return size < 0 ? 20 : size;
        } catch (NumberFormatException e) {
            return 20;
        }
    }

    // ------------------------------------------------------------------------------------------- receiving

    private void startReceiving() {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!Thread.currentThread().isInterrupted()) {
                            show(connection.receive());
                        }
                    } catch (InterruptedIOException e) {
                        // told to stop; nothing is lost by that
                    } catch (SpreadException e) {
                        if (connection.getPrivateGroup() != null) {
                            out.println("Nothing more will be received: " + e.getMessage());
                        }
                    }
                },
                "receiver");
        thread.setDaemon(true);
        receiver = thread;
        thread.start();
    }

    private void stopReceiving() throws InterruptedIOException {
        Thread thread = receiver;
        receiver = null;
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    /** One message by a call of our own; the receiver thread has to step aside. */
    private void receive() throws SpreadException, IOException {
        if (!listening) {
            stopReceiving();
            show(connection.receive());
            startReceiving();
        }
    }

    private void switchListener() throws InterruptedIOException {
        if (listening) {
            connection.remove(this);
            startReceiving();
        } else {
            stopReceiving();
            connection.add(this);
        }
        listening = !listening;
    }

    @Override
    public void messageReceived(SpreadMessage message) {
        show(message);
    }

    private void show(SpreadMessage message) {
        StringBuilder text = new StringBuilder("\n");
        MembershipInfo info = message.getMembershipInfo();
        if (info != null) {
            describe(info, text);
        } else {
            describe(message, text);
        }
        out.print(text);
        out.flush();
    }

    private static void describe(SpreadMessage message, StringBuilder text) {
        text.append("Received a ").append(service(message));
        text.append(message.isReject() ? " REJECTED message.\n" : " message.\n");
        text.append("Sent by  ").append(message.getSender()).append(".\n");
        text.append("Type is ").append(message.getType()).append(".\n");
        text.append(message.getEndianMismatch() ? "There is an endian mismatch.\n" : "There is no endian mismatch.\n");
        text.append("To ").append(message.getGroups().length).append(" groups.\n");
        text.append("The data is ").append(message.getData().length).append(" bytes.\n");
        text.append("The message is: ").append(new String(message.getData(), StandardCharsets.UTF_8));
        text.append('\n');
    }

    private static String service(SpreadMessage message) {
        if (message.isUnreliable()) {
            return "UNRELIABLE";
        } else if (message.isReliable()) {
            return "RELIABLE";
        } else if (message.isFifo()) {
            return "FIFO";
        } else if (message.isCausal()) {
            return "CAUSAL";
        }
        return message.isAgreed() ? "AGREED" : "SAFE";
    }

    private static void describe(MembershipInfo info, StringBuilder text) {
        SpreadGroup[] members = info.getMembers();
        if (members == null) {
            text.append(info.isTransition() ? "TRANSITIONAL membership for group " : "SELF-LEAVE message for group ");
            text.append(info.getGroup()).append('\n');
            return;
        }
        text.append("REGULAR membership for group ").append(info.getGroup());
        text.append(" with ").append(members.length).append(" members:\n");
        for (SpreadGroup each : members) {
            text.append("\t\t").append(each).append('\n');
        }
        text.append("Group ID is ").append(info.getGroupID()).append("\n\tDue to ");
        if (info.isCausedByJoin()) {
            text.append("the JOIN of ").append(info.getJoined()).append('\n');
        } else if (info.isCausedByLeave()) {
            text.append("the LEAVE of ").append(info.getLeft()).append('\n');
        } else if (info.isCausedByDisconnect()) {
            text.append("the DISCONNECT of ").append(info.getDisconnected()).append('\n');
        } else {
            text.append("NETWORK change\n");
            describeSets(info, text);
        }
    }

    private static void describeSets(MembershipInfo info, StringBuilder text) {
        MembershipInfo.VirtualSynchronySet[] sets = info.getVirtualSynchronySets();
        for (int i = 0; sets != null && i < sets.length; i++) {
            text.append(sets[i] == info.getMyVirtualSynchronySet() ? "\t\t(LOCAL) " : "\t\t(OTHER) ");
            text.append("Virtual Synchrony Set ").append(i).append(" has ");
            text.append(sets[i].getSize()).append(" members:\n");
            for (SpreadGroup each : sets[i].getMembers()) {
                text.append("\t\t\t").append(each).append('\n');
            }
        }
    }
}
