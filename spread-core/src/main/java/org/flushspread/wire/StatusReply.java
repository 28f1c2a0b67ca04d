package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The answer to STATUS (monitor-protocol 3). All counters wrap silently; all but those of the present ring count since the start.
 *
 * @param seconds since the start
 * @param state of the daemon membership: OP 1, SEG 2, REPRESENTED 3, GATHER 4, FORM 5, EVS 6
 * @param groupsState GOP 1, GTRANS 2, GGATHER 3, GGT 4
 * @param tokenRounds of the present ring
 * @param daemon id of the daemon that answers
 * @param leader {@code proc_id} of the membership id
 * @param members daemons in the membership
 * @param segments segments with a member
 * @param accelerated 0 or 1
 */
public record StatusReply(
        int seconds,
        int state,
        int groupsState,
        int packetsSent,
        int packetsReceived,
        int packetsDelivered,
        int retransmissions,
        int unicastRetransmissions,
        int segmentRetransmissions,
        int broadcastRetransmissions,
        int aru,
        int myAru,
        int highestSequence,
        int tokenHurries,
        int tokenRounds,
        int daemon,
        int leader,
        int messagesDelivered,
        int membershipChanges,
        int members,
        int segments,
        int window,
        int personalWindow,
        int accelerated,
        int acceleratedWindow,
        int sessions,
        int groups,
        int majorVersion,
        int minorVersion,
        int patchVersion) {
    private static final int BODY = 96;
    /** Bytes of the datagram. */
    public static final int LENGTH = PacketHeader.LENGTH + BODY;

    private static final int INTS = 18;

    /** Reads a datagram; null if it is no status reply. */
    public static @Nullable StatusReply read(ByteBuf in, int at, int length) {
        if (length != LENGTH) {
            return null;
        }
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        if ((PacketHeader.type(in, at, little) & PacketType.STATUS) == 0
                || PacketHeader.dataLength(in, at, little) != BODY) {
            return null;
        }
        int[] v = new int[30];
        int body = at + PacketHeader.LENGTH;
        for (int i = 0; i < v.length; i++) {
            v[i] = i < INTS
                    ? ByteOrderTag.getInt(in, body + 4 * i, little)
                    : ByteOrderTag.getShort(in, body + 4 * INTS + 2 * (i - INTS), little);
        }
        return new StatusReply(
                v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15],
                v[16], v[17], v[18], v[19], v[20], v[21], v[22], v[23], v[24], v[25], v[26], v[27], v[28], v[29]);
    }

    /** Appends the whole datagram. */
    public void write(ByteBuf out) {
        PacketHeader.write(out, PacketType.STATUS, 0, daemon, 0, 0, 0, BODY);
        out.writeIntLE(seconds).writeIntLE(state).writeIntLE(groupsState);
        out.writeIntLE(packetsSent).writeIntLE(packetsReceived).writeIntLE(packetsDelivered);
        out.writeIntLE(retransmissions).writeIntLE(unicastRetransmissions);
        out.writeIntLE(segmentRetransmissions).writeIntLE(broadcastRetransmissions);
        out.writeIntLE(aru).writeIntLE(myAru).writeIntLE(highestSequence);
        out.writeIntLE(tokenHurries).writeIntLE(tokenRounds);
        out.writeIntLE(daemon).writeIntLE(leader).writeIntLE(messagesDelivered);
        out.writeShortLE(membershipChanges).writeShortLE(members).writeShortLE(segments);
        out.writeShortLE(window).writeShortLE(personalWindow);
        out.writeShortLE(accelerated).writeShortLE(acceleratedWindow);
        out.writeShortLE(sessions).writeShortLE(groups);
        out.writeShortLE(majorVersion).writeShortLE(minorVersion).writeShortLE(patchVersion);
    }
}
