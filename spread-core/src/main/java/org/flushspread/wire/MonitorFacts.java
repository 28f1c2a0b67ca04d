package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What a daemon of this project puts into the header of a STATUS reply when it was asked a {@link MonitorQuestion} (monitor-protocol 8).
 *
 * @param question the number of the question that is answered
 * @param hash of the configuration, or of the entry that was asked for
 * @param membership id of the last regular membership
 * @param epochSeconds the daemon's wall clock
 */
public record MonitorFacts(int question, int hash, MembershipId membership, int epochSeconds) {
    /** The facts in a STATUS reply, or null where there are none: from a C daemon, or when none were asked for. */
    public static @Nullable MonitorFacts read(ByteBuf reply, int at) {
        boolean little = ByteOrderTag.isLittleEndian(reply, at);
        int question = PacketHeader.tokenRound(reply, at, little);
        return question == 0
                ? null
                : new MonitorFacts(
                        question,
                        PacketHeader.confHash(reply, at, little),
                        MembershipId.read(reply, at + PacketHeader.MEMBERSHIP_ID, little),
                        PacketHeader.sequence(reply, at, little));
    }

    /** Puts the facts into a little-endian reply that begins at {@code at}. */
    public void write(ByteBuf reply, int at) {
        reply.setIntLE(at + PacketHeader.MEMBERSHIP_ID, membership.procId());
        reply.setIntLE(at + PacketHeader.MEMBERSHIP_ID + 4, membership.time());
        reply.setIntLE(at + PacketHeader.SEQUENCE, epochSeconds);
        reply.setIntLE(at + PacketHeader.TOKEN_ROUND, question);
        reply.setIntLE(at + PacketHeader.CONF_HASH, hash);
    }
}
