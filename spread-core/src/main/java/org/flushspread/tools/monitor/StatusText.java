package org.flushspread.tools.monitor;

import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/** A status report as the C program prints it (monitor-protocol 10). */
final class StatusText {
    private StatusText() {}

    /**
     * The text of a report, without the prompt.
     *
     * @param name of the daemon
     * @param leader name of the leader
     * @param before the report that came before it, of whichever daemon; null if this is the first
     */
    static String of(StatusReply status, String name, String leader, @Nullable StatusReply before) {
        StringBuilder text = new StringBuilder("\n============================\n");
        text.append(String.format(
                "Status at %s V %d.%02d.%2d (state %d, gstate %d) after %d seconds :\n",
                name,
                status.majorVersion(),
                status.minorVersion(),
                status.patchVersion(),
                status.state(),
                status.groupsState(),
                status.seconds()));
        text.append(String.format(
                "Membership  :  %d  procs in %d segments, leader is %s, %s protocol\n",
                status.members(), status.segments(), leader, status.accelerated() == 0 ? "regular" : "accelerated"));
        row(
                text,
                "rounds   ",
                status.tokenRounds(),
                "tok_hurry ",
                status.tokenHurries(),
                "memb change",
                status.membershipChanges());
        row(
                text,
                "sent pack",
                status.packetsSent(),
                "recv pack ",
                status.packetsReceived(),
                "retrans    ",
                status.retransmissions());
        row(
                text,
                "u retrans",
                status.unicastRetransmissions(),
                "s retrans ",
                status.segmentRetransmissions(),
                "b retrans  ",
                status.broadcastRetransmissions());
        row(text, "My_aru   ", status.myAru(), "Aru       ", status.aru(), "Highest seq", status.highestSequence());
        row(text, "Sessions ", status.sessions(), "Groups    ", status.groups(), "Window     ", status.window());
        text.append(String.format(
                "Deliver M:%8d\tDeliver Pk:%8d\tP/A Window :%8d/%d\n",
                status.messagesDelivered(),
                status.packetsDelivered(),
                status.personalWindow(),
                status.acceleratedWindow()));
        row(
                text,
                "Delta Mes",
                status.messagesDelivered() - (before == null ? 0 : before.messagesDelivered()),
                "Delta Pk  ",
                status.aru() - (before == null ? 0 : before.aru()),
                "Delta sec  ",
                status.seconds() - (before == null ? 0 : before.seconds()));
        return text.append("==================================\n").toString();
    }

    private static void row(StringBuilder text, String a, int x, String b, int y, String c, int z) {
        text.append(String.format("%s:%8d\t%s:%8d\t%s:%8d\n", a, x, b, y, c, z));
    }
}
