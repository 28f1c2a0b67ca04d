package org.flushspread.tools;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import org.flushspread.client.Authenticator;
import org.flushspread.client.Mailbox;
import org.flushspread.client.ReceivedMessage;
import org.flushspread.client.Sp;
import org.flushspread.client.SpTime;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** What spuser and sptuser have in common: connecting, the commands that send, and showing what was received. */
final class UserSession {
    /** The longest body a burst sends. */
    static final int MAX_MESSAGE = 102_400;

    private static final int MAX_LINE = 199;
    private static final int MAX_GROUPS = 10;
    private static final int BURST = 10;

    private static final String MENU = """

            ==========
            User Menu:
            ----------

            \tj <group> -- join a group
            \tl <group> -- leave a group

            \ts <group> -- send a message
            \tm <group> -- send a multiline message to group. Terminate with empty line
            \tb <group> -- send a burst of messages

            %s\tq -- quit
            """;

    private static final String READING = """
            \tr -- receive a message (stuck)\s
            \tp -- poll for a message\s
            \te -- enable asynchonous read (default)
            \td -- disable asynchronous read\s

            """;

    final Mailbox mbox = new Mailbox();
    private final Terminal terminal;
    private final Supplier<@Nullable String> lines;
    private final ReceivedMessage message = new ReceivedMessage(4096);
    private ByteBuffer body = ByteBuffer.allocate(MAX_MESSAGE);
    private int sent;
    private int size;

    UserSession(Terminal terminal, Supplier<@Nullable String> lines) {
        this.terminal = terminal;
        this.lines = lines;
    }

    /** True if connected; says so, or why not. */
    boolean connect(UserOptions options) {
        int[] version = {0};
        int[] minor = {0};
        int[] patch = {0};
        Sp.SP_version(version, minor, patch);
        terminal.print("Spread library version is " + version[0] + "." + minor[0] + "." + patch[0] + "\n");
        if (options.login != null) {
            Authenticator password =
                    Authenticator.password(options.login, options.password == null ? "" : options.password);
            Sp.SP_set_auth_method(
                    password.method(),
                    (fd, data) -> {
                        password.authenticate(fd);
                        return 1;
                    },
                    null);
        }
        String name = options.randomName ? "" : options.user;
        int code = Sp.SP_connect_timeout(options.daemon, name, 0, true, mbox, new SpTime(5, 0));
        if (code != SpreadCode.ACCEPT_SESSION.code()) {
            Sp.SP_error(code);
            terminal.print("\nBye.\n");
            System.err.println(options.program() + ": cannot connect to " + options.daemon + why(code));
            return false;
        }
        terminal.print("User: connected to " + options.daemon + " with private group " + mbox.private_group + "\n");
        return true;
    }

    private static String why(int code) {
        if (code == SpreadCode.COULD_NOT_CONNECT.code() || code == SpreadCode.CONNECTION_CLOSED.code()) {
            return ": no daemon answers there (is it running? start one with scripts/spread)";
        }
        if (code == SpreadCode.ILLEGAL_SPREAD.code()) {
            return ": that names no daemon; use -s PORT or -s PORT@HOST with an address or a host name";
        }
        if (code == SpreadCode.REJECT_NOT_UNIQUE.code()) {
            return ": the name is in use at that daemon; use another one with -u NAME";
        }
        return " (" + SpreadCode.of(code).text() + ")";
    }

    void bye() {
        terminal.print("\nBye.\n");
        Sp.SP_disconnect(mbox);
    }

    void prompt() {
        terminal.print("\nUser> ");
    }

    void menu(boolean reading) {
        terminal.print(reading ? MENU.formatted(READING) : MENU.formatted(""));
    }

    /**
     * Carries out a command that both programs know.
     *
     * @return false if it is none of them
     */
    boolean command(String line) {
        if (line.isEmpty()) {
            return false;
        }
        switch (line.charAt(0)) {
            case 'j' -> request(line, true);
            case 'l' -> request(line, false);
            case 's' -> send(line, false);
            case 'm' -> send(line, true);
            case 'b' -> burst(line);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String[] groups(String line, int most) {
        String rest = line.length() < 2 ? "" : line.substring(2).trim();
        String[] all = rest.isEmpty() ? new String[0] : rest.split("\\s+");
        return all.length > most ? Arrays.copyOf(all, most) : all;
    }

    private void request(String line, boolean join) {
        String[] groups = groups(line, 1);
        if (groups.length == 0) {
            terminal.print(" invalid group \n");
            return;
        }
        int code = join ? Sp.SP_join(mbox, groups[0]) : Sp.SP_leave(mbox, groups[0]);
        if (code < 0) {
            Sp.SP_error(code);
        }
    }

    private void send(String line, boolean multiline) {
        String[] groups = groups(line, MAX_GROUPS);
        if (groups.length == 0) {
            terminal.print(" invalid group \n");
            return;
        }
        terminal.print("enter message: ");
        StringBuilder text = new StringBuilder();
        while (true) {
            String next = lines.get();
            if (next == null) {
                break;
            }
            if (multiline && next.isEmpty()) {
                break;
            }
            text.append(!multiline && next.length() >= MAX_LINE ? next.substring(0, MAX_LINE - 1) : next)
                    .append('\n');
            if (!multiline) {
                break;
            }
        }
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        int code = Sp.SP_multigroup_multicast(mbox, ServiceType.SAFE_MESS, groups, (short) 1, bytes);
        if (code < 0) {
            Sp.SP_error(code);
            return;
        }
        sent++;
    }

    private void burst(String line) {
        String[] groups = groups(line, 1);
        String group = groups.length == 0 ? "dummy_group_name" : groups[0];
        terminal.print("enter size of each message: ");
        String said = lines.get();
        try {
            if (said != null && !said.isBlank()) {
                size = Integer.parseInt(said.trim());
            }
        } catch (NumberFormatException e) {
            terminal.print("'" + said.trim() + "' is no number of bytes\n");
            return;
        }
        size = Math.max(0, Math.min(size, MAX_MESSAGE));
        terminal.print("sending " + BURST + " messages of " + size + " bytes\n");
        for (int i = 1; i <= BURST; i++) {
            sent++;
            byte[] start = ("mess num " + sent + " ").getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(start, size));
            int code = Sp.SP_multicast(mbox, ServiceType.FIFO_MESS, group, (short) 2, bytes);
            if (code < 0) {
                Sp.SP_error(code);
                return;
            }
            terminal.print("sent message " + i + " (total " + sent + ")\n");
        }
    }

    /** Receives one message and shows it; false if the connection has ended, which it says. */
    boolean receive() {
        message.service_type = 0;
        body.clear();
        int length = Sp.SP_receive(mbox, message, body);
        if (length == SpreadCode.BUFFER_TOO_SHORT.code()) {
            body = ByteBuffer.allocate(-message.endian_mismatch);
            message.service_type = 0;
            length = Sp.SP_receive(mbox, message, body);
        } else if (length == SpreadCode.GROUPS_TOO_SHORT.code()) {
            terminal.print("\n(the group list has " + -message.num_groups + " names and is cut)\n");
            message.service_type = ServiceType.DROP_RECV;
            length = Sp.SP_receive(mbox, message, body);
            message.num_groups = message.groups.length;
        }
        if (length < 0 && length != SpreadCode.BUFFER_TOO_SHORT.code()) {
            if (mbox.channel() != null) {
                Sp.SP_error(length);
                terminal.print("\n============================\n\nBye.\n");
            }
            return false;
        }
        terminal.print(MessageText.of(message, length, body.flip()));
        prompt();
        return true;
    }

    void poll() {
        terminal.print("Polling sais: " + Sp.SP_poll(mbox) + "\n");
    }
}
