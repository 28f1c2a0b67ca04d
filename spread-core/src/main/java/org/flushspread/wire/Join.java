package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JOIN (membership-protocol 2.7): a representative looks for others.
 *
 * @param procId the sender
 * @param members the daemons of its segment it speaks for; none of a ring leader; for people only
 * @param reps at least one: first the sender itself, then the others it has heard
 */
public record Join(int procId, List<Integer> members, List<Representative> reps) {
    public Join {
        members = List.copyOf(members);
        reps = List.copyOf(reps);
    }

    /** Reads a datagram whose length agrees with its header; null if the body is malformed. */
    public static @Nullable Join read(ByteBuf in, int at, int length) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        int body = at + PacketHeader.LENGTH;
        int available = length - PacketHeader.LENGTH;
        MembersInfo members = MembersInfo.readVariable(in, body, available, little);
        if (members == null) {
            return null;
        }
        RepsInfo reps = RepsInfo.read(in, body + members.length(), available - members.length(), little);
        return reps == null || available != members.length() + reps.length()
                ? null
                : new Join(PacketHeader.procId(in, at, little), members.members(), reps.reps());
    }

    /** Appends the whole datagram. */
    public void write(ByteBuf out, int confHash) {
        MembersInfo membersInfo = new MembersInfo(members, List.of());
        RepsInfo repsInfo = new RepsInfo(reps, 0);
        PacketHeader.write(
                out, PacketType.JOIN, procId, procId, 0, 0, confHash, membersInfo.length() + repsInfo.length());
        membersInfo.writeVariable(out);
        repsInfo.writeVariable(out);
    }

    /** The sender as representative. */
    public Representative sender() {
        return reps.get(0);
    }
}
