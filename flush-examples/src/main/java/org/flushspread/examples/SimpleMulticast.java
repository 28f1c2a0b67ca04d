package org.flushspread.examples;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.flushspread.client.Mailbox;
import org.flushspread.client.MembInfo;
import org.flushspread.client.ReceivedMessage;
import org.flushspread.client.Sp;
import org.flushspread.client.SpTime;
import org.flushspread.client.SpreadException;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plain Spread with the SP_ procedures, as in a C program: connect, join, multicast, receive, leave. */
@Command(
        name = "simple-multicast",
        mixinStandardHelpOptions = true,
        description = {
            "Joins a group, waits for its members, sends some messages and shows what it receives until all "
                    + "members' messages are there. Every member shows the same order.",
            ""
        })
public final class SimpleMulticast implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "GROUP", description = "The group.")
    private String group = "";

    @Option(
            names = "-u",
            paramLabel = "NAME",
            description = "Private name, unique at the daemon. Default: ${DEFAULT-VALUE}.")
    private String name = "user";

    @Option(names = "-s", paramLabel = "PORT[@HOST]", description = "The daemon. Default: ${DEFAULT-VALUE}.")
    private String daemon = "4803@localhost";

    @Option(names = "-m", paramLabel = "N", description = "Messages to send. Default: ${DEFAULT-VALUE}.")
    private int messages = 3;

    @Option(names = "-n", paramLabel = "N", description = "Members to wait for. Default: ${DEFAULT-VALUE}.")
    private int members = 1;

    private final Mailbox mbox = new Mailbox();
    private final ReceivedMessage m = new ReceivedMessage(100);
    private final ByteBuffer body = ByteBuffer.allocate(100_000);

    /** Runs the program. */
    public static void main(String[] args) {
        System.exit(Example.run(new SimpleMulticast(), args));
    }

    @Override
    public Integer call() {
        int code = Sp.SP_connect_timeout(daemon, name, 0, true, mbox, new SpTime(5, 0));
        if (code != SpreadCode.ACCEPT_SESSION.code()) {
            throw new SpreadException(SpreadCode.of(code), "cannot connect to " + daemon + ": " + Sp.errorText(code));
        }
        System.out.println("connected as " + mbox.private_group);
        check(Sp.SP_join(mbox, group));
        int there = 0;
        while (there < members) {
            receive();
            if (ServiceType.isRegularMembership(m.service_type)) {
                there = m.num_groups;
            }
        }
        for (int i = 1; i <= messages; i++) {
            ByteBuffer text = ByteBuffer.wrap(("message " + i).getBytes(StandardCharsets.UTF_8));
            check(Sp.SP_multicast(mbox, ServiceType.AGREED_MESS, group, (short) i, text));
        }
        int received = 0;
        while (received < members * messages) {
            receive();
            if (ServiceType.isRegular(m.service_type)) {
                received++;
            }
        }
        check(Sp.SP_leave(mbox, group));
        do {
            receive();
        } while (!ServiceType.isSelfLeave(m.service_type));
        return Sp.SP_disconnect(mbox);
    }

    /** Waits for the next message and shows it. */
    private void receive() {
        m.service_type = 0; // no DROP_RECV: what is too long would be an error, and could be received again
        int length = check(Sp.SP_receive(mbox, m, body.clear()));
        body.flip();
        if (ServiceType.isRegular(m.service_type)) {
            String text = StandardCharsets.UTF_8.decode(body.slice(0, length)).toString();
            System.out.println(m.sender + " (type " + m.mess_type + "): " + text);
        } else if (ServiceType.isRegularMembership(m.service_type)) {
            MembInfo info = new MembInfo();
            check(Sp.SP_get_memb_info(body, m.service_type, info));
            System.out.println("membership of " + m.sender + ", number " + info.gid.index() + ", I am member "
                    + m.mess_type + " of " + m.num_groups + ":");
            for (int i = 0; i < m.num_groups; i++) {
                System.out.println("    " + m.groups[i] + (m.groups[i].equals(info.changed_member) ? "  <- new" : ""));
            }
        } else {
            System.out.println((ServiceType.isSelfLeave(m.service_type) ? "left " : "transition in ") + m.sender);
        }
    }

    private static int check(int code) {
        if (code < 0) {
            throw new SpreadException(SpreadCode.of(code), Sp.errorText(code));
        }
        return code;
    }
}
