package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ALIVE (membership-protocol 2.6): a daemon without a ring tells its segment that it is there.
 *
 * @param procId the sender
 * @param members the daemons of its segment it has heard, itself first; for people only
 */
public record Alive(int procId, List<Integer> members) {
    public Alive {
        members = List.copyOf(members);
    }

    /** Reads a datagram whose length agrees with its header; null if the body is malformed. */
    public static @Nullable Alive read(ByteBuf in, int at, int length) {
        boolean little = ByteOrderTag.isLittleEndian(in, at);
        MembersInfo members =
                MembersInfo.readVariable(in, at + PacketHeader.LENGTH, length - PacketHeader.LENGTH, little);
        return members == null || length != PacketHeader.LENGTH + members.length()
                ? null
                : new Alive(PacketHeader.procId(in, at, little), members.members());
    }

    /** Appends the whole datagram. */
    public void write(ByteBuf out, int confHash) {
        MembersInfo info = new MembersInfo(members, List.of());
        PacketHeader.write(out, PacketType.ALIVE, procId, procId, 0, 0, confHash, info.length());
        info.writeVariable(out);
    }
}
