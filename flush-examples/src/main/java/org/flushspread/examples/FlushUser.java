package org.flushspread.examples;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.flushspread.client.Mailbox;
import org.flushspread.client.ReceivedMessage;
import org.flushspread.client.Service;
import org.flushspread.client.Sp;
import org.flushspread.flush.Fl;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The C program flush_user, with its commands and its lines: the FL_ procedures one by one. */
@Command(
        name = "flush_user",
        mixinStandardHelpOptions = true,
        description = "Each FL_ procedure by a command typed in; a menu tells them. Nothing is received without r.")
public final class FlushUser implements Callable<Integer> {
    private static final int MAX_RECEIVERS = 9;
    private static final int BURST = 10;
    private static final int MAX_MESSAGE = 102_400;
    private static final String MENU = """

            ==========
            User Menu:
            ----------

            \tj <group> -- join a group
            \tl <group> -- leave a group

            \ts <group> -- send a message
            \tg <group> -- send a subgroup message
            \tb <group> -- send a burst of messages

            \tr -- receive a message (stuck)\s
            \tp -- poll for a message\s
            \tf <group> -- send a FLUSH_OK message

            \tq -- quit
            """;

    @Option(names = "-u", paramLabel = "NAME", description = "Private name, unique at the daemon. Default: user.")
    private String user = "user";

    @Option(names = "-s", paramLabel = "ADDRESS", description = "Daemon, PORT or PORT@HOST. Default: 4803.")
    private String daemon = "4803";

    private final Mailbox mbox = new Mailbox();
    private final ReceivedMessage m = new ReceivedMessage(100);
    private final ByteBuffer body = ByteBuffer.allocate(MAX_MESSAGE);
    private final BufferedReader in = new BufferedReader(
            new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.ISO_8859_1));
    private int sent;

    /** Runs the program. */
    public static void main(String[] args) {
        // Bytes that were typed in go out as they were, whatever their character set.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.ISO_8859_1));
        System.exit(Example.run(new FlushUser(), args));
    }

    @Override
    public Integer call() throws IOException {
        int[] version = {0};
        int[] minor = {0};
        int[] patch = {0};
        Fl.FL_version(version, minor, patch);
        print("Flush library version is %d.%d.%d\n", version[0], minor[0], patch[0]);
        int code = Fl.FL_connect(daemon, user, 0, mbox);
        if (code != SpreadCode.ACCEPT_SESSION.code()) {
            Sp.SP_error(code);
            print("\nBye.\n");
            return 1;
        }
        print("User: connected to %s with private group %s\n", daemon, mbox.private_group);
        print(MENU);
        boolean more = true;
        while (more) {
            print("\nUser> ");
            String line = in.readLine();
            more = line != null && command(line);
        }
        print("\nBye.\n");
        print("Calling FL_disconnect(mbox = %d)\n", 1);
        Fl.FL_disconnect(mbox);
        return 0;
    }

    /** Carries out a command; false if the program is to end, which it does after an error. */
    private boolean command(String line) throws IOException {
        String group = line.length() > 1 ? line.substring(1).strip().split("\\s", 2)[0] : "";
        char command = line.isEmpty() ? '\n' : line.charAt(0);
        if ("jlsgbf".indexOf(command) >= 0 && group.isEmpty()) {
            print(" invalid group \n");
            return true;
        }
        switch (command) {
            case 'j' -> {
                return succeeded(Fl.FL_join(mbox, group));
            }
            case 'l' -> {
                return succeeded(Fl.FL_leave(mbox, group));
            }
            case 's' -> {
                return send(group);
            }
            case 'g' -> {
                return sendToSubgroup(group);
            }
            case 'b' -> {
                return burst(group);
            }
            case 'r' -> {
                return receive();
            }
            case 'p' -> print("Polling says: %d\n", Fl.FL_poll(mbox));
            case 'f' -> {
                int code = Fl.FL_flush(mbox, group);
                print("Sent a FLUSH_OK message to group '%s'\n", group);
                return succeeded(code);
            }
            case 'q' -> {
                return false;
            }
            default -> print("\nUnknown commnad\n" + MENU);
        }
        return true;
    }

    private boolean send(String group) throws IOException {
        sent++;
        byte[] message = ask("enter message: ");
        print("user.c : multicasting message of size %d:\n'%s'\n", message.length, text(message));
        return succeeded(Fl.FL_multicast(mbox, ServiceType.SAFE_MESS, group, (short) 1, ByteBuffer.wrap(message)));
    }

    private boolean sendToSubgroup(String group) throws IOException {
        int count = number(ask("enter number of receivers: "));
        if (count < 1 || count > MAX_RECEIVERS) {
            print("invalid number of receivers, must be an integer in the range [1, %d]\n", MAX_RECEIVERS);
            return true;
        }
        String[] receivers = new String[count];
        for (int i = 0; i < count; i++) {
            receivers[i] = text(ask("enter recvr " + (i + 1) + ": ")).strip();
        }
        byte[] message = ask("enter message: ");
        sent++;
        print("user.c: subgroupcasting message of size %d to group %s with receivers:\n", message.length, group);
        for (String each : receivers) {
            print("%s\n", each);
        }
        return succeeded(Fl.FL_subgroupcast(
                mbox, ServiceType.SAFE_MESS, group, count, receivers, (short) 0, ByteBuffer.wrap(message)));
    }

    private boolean burst(String group) throws IOException {
        int size = Math.min(Math.max(0, number(ask("enter size of each message: "))), MAX_MESSAGE);
        print("sending %d messages of %d bytes\n", BURST, size);
        for (int i = 0; i < BURST; i++) {
            byte[] message = new byte[size];
            byte[] text = ("mess num " + (sent + 1)).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, message, 0, Math.min(size, text.length));
            if (!succeeded(Fl.FL_multicast(mbox, ServiceType.FIFO_MESS, group, (short) 2, ByteBuffer.wrap(message)))) {
                return false;
            }
            sent++;
            print("sent message %d (total %d)\n", i + 1, sent);
        }
        return true;
    }

    private boolean receive() {
        m.service_type = 0;
        int length = Fl.FL_receive(mbox, m, body.clear());
        body.flip();
        print("\n============================\n");
        if (!succeeded(length)) {
            return false;
        }
        int type = m.service_type;
        if (Fl.Is_flush_req_mess(type)) {
            print("received a FLUSH_REQ message for group %s\n", m.sender);
        } else if (ServiceType.isRegular(type)) {
            showData(length);
        } else if (ServiceType.isRegularMembership(type)) {
            showView();
        } else if (ServiceType.isTransition(type)) {
            print("received TRANSITIONAL membership for group %s\n", m.sender);
        } else if (Fl.Is_self_leave(type)) {
            print("received membership message that left group %s\n", m.sender);
        } else {
            print("received message of unknown message type %d with ret %d\n", type, length);
        }
        print("There are %d buffered messages waiting to be delivered\n", m.more_msgs);
        print("\nUser> ");
        return true;
    }

    private void showData(int length) {
        byte[] bytes = new byte[length];
        body.get(bytes);
        print("received %s ", service(m.service_type));
        print(
                "message from %s, of type %d, (endian %d) to %d groups \n",
                m.sender, m.mess_type, m.endian_mismatch, m.num_groups);
        print("(%d bytes): %s\n", length, text(bytes));
        print("Message is:\n'%s'\n", text(bytes));
        if (Fl.Is_subgroup_mess(m.service_type)) {
            print("Received a subgroupcast message to group %s: receivers:\n", m.groups[m.num_groups - 1]);
            for (int i = 0; i < m.num_groups - 1; i++) {
                print("\t%s\n", m.groups[i]);
            }
        }
    }

    private void showView() {
        print(
                "Received REGULAR membership for group %s with %d members, where I am member %d:\n",
                m.sender, m.num_groups, m.mess_type);
        for (int i = 0; i < m.num_groups; i++) {
            print("\t%s\n", m.groups[i]);
        }
        body.order(java.nio.ByteOrder.nativeOrder());
        int id = Fl.FL_get_gid_offset_memb_mess();
        print("grp id is %d %d %d\n", body.getInt(id), body.getInt(id + 4), body.getInt(id + 8));
        if ((m.service_type & ServiceType.CAUSED_BY_NETWORK) == 0) {
            print("Due to the %s of %s\n", cause(m.service_type), name(0));
            return;
        }
        int count = body.getInt(Fl.FL_get_num_vs_offset_memb_mess());
        print("Due to NETWORK change. VS set has %d members:\n", count);
        for (int i = 0; i < count; i++) {
            print("\t%s\n", name(i));
        }
    }

    /** A name of the virtual synchrony set in the body of a view; 32 bytes each, padded with zeros. */
    private String name(int index) {
        byte[] name = new byte[Sp.MAX_GROUP_NAME];
        body.get(Fl.FL_get_vs_set_offset_memb_mess() + index * Sp.MAX_GROUP_NAME, name);
        return text(name);
    }

    /** Where a peer sets several bits, the C program names the weakest. */
    private static String service(int type) {
        return Service.of(Integer.lowestOneBit(type & ServiceType.REGULAR_MESS)).name();
    }

    private static String cause(int type) {
        if ((type & ServiceType.CAUSED_BY_JOIN) != 0) {
            return "JOIN";
        }
        return (type & ServiceType.CAUSED_BY_LEAVE) != 0 ? "LEAVE" : "DISCONNECT";
    }

    private boolean succeeded(int code) {
        if (code < 0) {
            Fl.FL_error(code);
        }
        return code >= 0;
    }

    /** The bytes of a line, its end included, as fgets gives them. */
    private byte[] ask(String question) throws IOException {
        print("%s", question);
        @Nullable String line = in.readLine();
        return (line == null ? "" : line + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int number(byte[] line) {
        try {
            return Integer.parseInt(text(line).strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** As C prints a string: up to the first zero. */
    private static String text(byte[] bytes) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = all.indexOf('\0');
        return end < 0 ? all : all.substring(0, end);
    }

    private static void print(String format, Object... values) {
        System.out.print(values.length == 0 ? format : String.format(java.util.Locale.ROOT, format, values));
        System.out.flush();
    }
}
