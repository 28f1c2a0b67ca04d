package org.flushspread.tools;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.flushspread.client.MembInfo;
import org.flushspread.client.ReceivedMessage;
import org.flushspread.client.Service;
import org.flushspread.client.Sp;
import org.flushspread.client.VsSetInfo;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;

/** A received message in the lines of the C program spuser, which scripts read. */
final class MessageText {
    private MessageText() {}

    /**
     * The lines.
     *
     * @param length what the receive call answered
     * @param body flipped
     */
    static String of(ReceivedMessage m, int length, ByteBuffer body) {
        StringBuilder text = new StringBuilder("\n============================\n");
        int type = m.service_type;
        if (ServiceType.isRegular(type)) {
            text.append("received ").append(service(type)).append(" message from ");
            data(text, m, length, body);
        } else if (ServiceType.isMembership(type)) {
            membership(text, m, body);
        } else if (ServiceType.isReject(type)) {
            text.append("REJECTED message from ").append(m.sender);
            text.append(", of servicetype 0x").append(Integer.toHexString(type));
            text.append(" messtype ").append(m.mess_type);
            body(text, m, length, body);
        } else {
            text.append("received message of unknown message type 0x").append(Integer.toHexString(type));
            text.append(" with ret ").append(length).append('\n');
        }
        return text.toString();
    }

    /** Where a peer sets several bits, the C program names the weakest. */
    private static String service(int type) {
        return Service.of(Integer.lowestOneBit(type & ServiceType.REGULAR_MESS)).name();
    }

    private static void data(StringBuilder text, ReceivedMessage m, int length, ByteBuffer body) {
        text.append(m.sender).append(", of type ").append(m.mess_type).append(',');
        body(text, m, length, body);
    }

    private static void body(StringBuilder text, ReceivedMessage m, int length, ByteBuffer body) {
        if (text.charAt(text.length() - 1) != ',') {
            text.append(',');
        }
        text.append(" (endian ").append(m.endian_mismatch).append(") to ").append(m.num_groups);
        text.append(" groups \n(")
                .append(length)
                .append(" bytes): ")
                .append(upToNul(body))
                .append('\n');
    }

    /** A C program prints a body as a string. */
    private static String upToNul(ByteBuffer body) {
        int end = body.position();
        while (end < body.limit() && body.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - body.position()];
        body.get(body.position(), bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void membership(StringBuilder text, ReceivedMessage m, ByteBuffer body) {
        int type = m.service_type;
        if (ServiceType.isTransition(type)) {
            text.append("received TRANSITIONAL membership for group ")
                    .append(m.sender)
                    .append('\n');
        } else if (ServiceType.isSelfLeave(type)) {
            text.append("received membership message that left group ")
                    .append(m.sender)
                    .append('\n');
        } else if (ServiceType.isRegularMembership(type)) {
            text.append("Received REGULAR membership for group ")
                    .append(m.sender)
                    .append(" with ")
                    .append(m.num_groups);
            text.append(" members, where I am member ").append(m.mess_type).append(":\n");
            for (int i = 0; i < m.num_groups; i++) {
                text.append('\t').append(m.groups[i]).append('\n');
            }
            regular(text, type, body);
        } else {
            text.append("received incorrecty membership message of type 0x")
                    .append(Integer.toHexString(type))
                    .append('\n');
        }
    }

    private static void regular(StringBuilder text, int type, ByteBuffer body) {
        MembInfo info = new MembInfo();
        if (Sp.SP_get_memb_info(body, type, info) < 0) {
            text.append("BUG: membership message does not have valid body\n");
            return;
        }
        text.append("grp id is ").append(info.gid.membershipId().procId()).append(' ');
        text.append(info.gid.membershipId().time())
                .append(' ')
                .append(info.gid.index())
                .append('\n');
        if ((type & ServiceType.CAUSED_BY_NETWORK) == 0) {
            text.append("Due to the ")
                    .append(cause(type))
                    .append(" of ")
                    .append(info.changed_member)
                    .append('\n');
            return;
        }
        text.append("Due to NETWORK change with ").append(info.num_vs_sets).append(" VS sets\n");
        VsSetInfo[] sets = new VsSetInfo[info.num_vs_sets];
        int[] mine = {0};
        int count = Sp.SP_get_vs_sets_info(body, sets, mine);
        for (int i = 0; i < count; i++) {
            text.append(i == mine[0] ? "LOCAL" : "OTHER")
                    .append(" VS set ")
                    .append(i)
                    .append(" has ");
            text.append(sets[i].num_members).append(" members:\n");
            String[] members = new String[sets[i].num_members];
            if (Sp.SP_get_vs_set_members(body, sets[i], members) == SpreadCode.ILLEGAL_MESSAGE.code()) {
                text.append("BUG: membership message does not have valid body\n");
                return;
            }
            for (String member : members) {
                text.append('\t').append(member).append('\n');
            }
        }
    }

    private static String cause(int type) {
        if ((type & ServiceType.CAUSED_BY_JOIN) != 0) {
            return "JOIN";
        }
        return (type & ServiceType.CAUSED_BY_LEAVE) != 0 ? "LEAVE" : "DISCONNECT";
    }
}
