package org.flushspread.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A GROUPS message: a part of what one synced set of daemons knows about process groups, sent by its representative after a daemon
 * membership change (groups-protocol 8).
 *
 * @param last true for the message a representative sends last (AGREED); all others are RELIABLE
 * @param daemon name of the sender, at most 19 characters
 * @param syncedSetSize daemons in the sender's synced set, the same in each of its messages
 * @param membershipId the regular membership in which the exchange takes place
 * @param syncedSet ids of the synced set in configuration order; empty in all messages but the first built
 * @param groups entries in name order
 */
public record GroupsMessage(
        boolean last,
        String daemon,
        int syncedSetSize,
        MembershipId membershipId,
        List<Integer> syncedSet,
        List<GroupEntry> groups) {
    /** The longest image a representative builds, message header included. */
    public static final int MAX_IMAGE = 100_000;
    /** The most members one daemon may have in a group so that its entry fits a message (groups-protocol Q7). */
    public static final int MAX_MEMBERS_OF_DAEMON = 3121;

    private static final int SENDER = 4;
    private static final int SENDER_LENGTH = 28;
    private static final int SYNCED_SET_SIZE = 32;
    private static final int PREFIX = MembershipId.LENGTH + 1;
    private static final int GROUP_ENTRY = Name.SLOT + GroupId.LENGTH + 4;
    private static final int DAEMON_ENTRY = 4 + MembershipId.LENGTH + 2;
    private static final int MAX_DAEMONS = 128;

    /**
     * What a representative knows about a group.
     *
     * @param changed true if its members have to be told a new view
     * @param daemons in configuration order; in a continuation of a split group those that follow, possibly none
     */
    public record GroupEntry(Name name, GroupId id, boolean changed, List<DaemonEntry> daemons) {
        public GroupEntry {
            daemons = List.copyOf(daemons);
        }
    }

    /**
     * The members of a group at one daemon.
     *
     * @param members private groups, ascending, at most 65535
     */
    public record DaemonEntry(int procId, MembershipId membershipId, List<Name> members) {
        public DaemonEntry {
            members = List.copyOf(members);
        }

        private int length() {
            return DAEMON_ENTRY + Name.SLOT * members.size();
        }
    }

    public GroupsMessage {
        syncedSet = List.copyOf(syncedSet);
        groups = List.copyOf(groups);
    }

    /** True if the type word of a GROUPS message says that its sender has no more to say. */
    public static boolean isLast(int type) {
        return (type & ServiceType.AGREED_MESS) != 0;
    }

    /** True if an image of this length has the fixed part that the other accessors look at. */
    public static boolean hasPrefix(int length) {
        return length >= MessageHeader.LENGTH + PREFIX;
    }

    /** True if the message belongs to the exchange of {@code membership}; allocates nothing. */
    public static boolean isOf(MembershipId membership, ByteBuf image, int at, boolean littleEndian) {
        return membership.equals(image, at + MessageHeader.LENGTH, littleEndian);
    }

    /** Name of the sending daemon, at most 28 characters. */
    public static String daemon(ByteBuf image, int at) {
        int length = 0;
        while (length < SENDER_LENGTH && image.getByte(at + SENDER + length) != 0) {
            length++;
        }
        return image.toString(at + SENDER, length, StandardCharsets.ISO_8859_1);
    }

    /** The sender's count of its synced set; any int. */
    public static int syncedSetSize(ByteBuf image, int at, boolean littleEndian) {
        return ByteOrderTag.getInt(image, at + SYNCED_SET_SIZE, littleEndian);
    }

    /**
     * Decodes a whole message image (header and payload) in either byte order.
     *
     * @return null if it is cut short, has bytes left over, or says something no daemon would: an empty or oversized synced set, members
     *     out of order or twice
     */
    public static @Nullable GroupsMessage decode(ByteBuf image, int at, int length) {
        if (!hasPrefix(length)) {
            return null;
        }
        boolean little = ByteOrderTag.isLittleEndian(image, at);
        if (MessageHeader.numGroups(image, at, little) != 0
                || MessageHeader.dataLength(image, at, little) != length - MessageHeader.LENGTH) {
            return null;
        }
        return new Reader(image, at + MessageHeader.LENGTH, at + length, little).message(at);
    }

    /** Bytes of the image. */
    public int length() {
        int length = overhead(syncedSet);
        for (GroupEntry group : groups) {
            length += GROUP_ENTRY;
            for (DaemonEntry daemonEntry : group.daemons) {
                length += daemonEntry.length();
            }
        }
        return length;
    }

    /** The packet type that carries the message. */
    public int packetType() {
        return last ? PacketType.AGREED : PacketType.RELIABLE;
    }

    /** Appends the image, little-endian. */
    public void write(ByteBuf out) {
        int service = last ? ServiceType.AGREED_MESS : ServiceType.RELIABLE_MESS;
        out.writeIntLE(ServiceType.GROUPS_MESS | service | ByteOrderTag.LITTLE_ENDIAN);
        byte[] sender = daemon.getBytes(StandardCharsets.ISO_8859_1);
        out.writeBytes(sender);
        out.writeZero(SENDER_LENGTH - sender.length);
        out.writeIntLE(syncedSetSize);
        out.writeIntLE(0);
        out.writeIntLE(ByteOrderTag.LITTLE_ENDIAN);
        out.writeIntLE(length() - MessageHeader.LENGTH);
        membershipId.write(out);
        out.writeByte(syncedSet.isEmpty() ? 0 : 1);
        if (!syncedSet.isEmpty()) {
            out.writeIntLE(syncedSet.size());
            syncedSet.forEach(out::writeIntLE);
        }
        for (GroupEntry group : groups) {
            group.name.write(out);
            group.id.write(out);
            out.writeShortLE(group.changed ? 1 : 0);
            out.writeShortLE(group.daemons.size());
            for (DaemonEntry entry : group.daemons) {
                out.writeIntLE(entry.procId);
                entry.membershipId.write(out);
                out.writeShortLE(entry.members.size());
                for (Name member : entry.members) {
                    member.write(out);
                }
            }
        }
    }

    /**
     * Distributes the state of a synced set over messages of at most {@link #MAX_IMAGE} bytes. They are returned in building order: the
     * first carries the synced set and is to be sent last.
     *
     * @param groups in name order
     */
    public static List<GroupsMessage> split(
            String daemon, MembershipId membershipId, List<Integer> syncedSet, Iterable<GroupEntry> groups) {
        Splitter splitter = new Splitter(daemon, membershipId, syncedSet);
        for (GroupEntry group : groups) {
            splitter.add(group);
        }
        return splitter.finish();
    }

    private static int overhead(List<Integer> syncedSet) {
        return MessageHeader.LENGTH + PREFIX + (syncedSet.isEmpty() ? 0 : 4 + 4 * syncedSet.size());
    }

    /** The splitting rule of groups-protocol 8.3: daemon entries stay whole, a group that does not fit is named again in the next message. */
    private static final class Splitter {
        private static final int CONTINUED = MessageHeader.LENGTH + PREFIX;

        private final String daemon;
        private final MembershipId membershipId;
        private final List<Integer> syncedSet;
        private final List<GroupsMessage> done = new ArrayList<>();
        private List<GroupEntry> current = new ArrayList<>();
        private int length;

        Splitter(String daemon, MembershipId membershipId, List<Integer> syncedSet) {
            this.daemon = daemon;
            this.membershipId = membershipId;
            this.syncedSet = syncedSet;
            this.length = overhead(syncedSet);
        }

        void add(GroupEntry group) {
            if (length + GROUP_ENTRY > MAX_IMAGE) {
                next();
            }
            length += GROUP_ENTRY;
            List<DaemonEntry> fitting = new ArrayList<>();
            for (DaemonEntry entry : group.daemons) {
                // An entry larger than any message goes out alone rather than never.
                if (length + entry.length() > MAX_IMAGE && length > CONTINUED + GROUP_ENTRY) {
                    current.add(new GroupEntry(group.name, group.id, group.changed, fitting));
                    next();
                    length += GROUP_ENTRY;
                    fitting.clear();
                }
                fitting.add(entry);
                length += entry.length();
            }
            current.add(new GroupEntry(group.name, group.id, group.changed, fitting));
        }

        List<GroupsMessage> finish() {
            next();
            return done;
        }

        private void next() {
            boolean first = done.isEmpty();
            done.add(new GroupsMessage(
                    first, daemon, syncedSet.size(), membershipId, first ? syncedSet : List.of(), current));
            current = new ArrayList<>();
            length = CONTINUED;
        }
    }

    /** Walks a payload; every length is checked against what is left before it is used. */
    private static final class Reader {
        private final ByteBuf in;
        private final int end;
        private final boolean little;
        private int at;

        Reader(ByteBuf in, int at, int end, boolean little) {
            this.in = in;
            this.at = at;
            this.end = end;
            this.little = little;
        }

        @Nullable
        GroupsMessage message(int header) {
            MembershipId membershipId = MembershipId.read(in, at, little);
            byte flag = in.getByte(at + MembershipId.LENGTH);
            at += PREFIX;
            List<Integer> syncedSet = flag == 0 ? List.of() : syncedSet();
            if (syncedSet == null) {
                return null;
            }
            List<GroupEntry> groups = new ArrayList<>();
            while (at < end) {
                GroupEntry group = group();
                if (group == null) {
                    return null;
                }
                groups.add(group);
            }
            return new GroupsMessage(
                    isLast(MessageHeader.type(in, header, little)),
                    GroupsMessage.daemon(in, header),
                    GroupsMessage.syncedSetSize(in, header, little),
                    membershipId,
                    syncedSet,
                    groups);
        }

        private @Nullable List<Integer> syncedSet() {
            if (end - at < 4) {
                return null;
            }
            int count = ByteOrderTag.getInt(in, at, little);
            at += 4;
            if (count < 1 || count > MAX_DAEMONS || end - at < 4 * count) {
                return null;
            }
            List<Integer> ids = new ArrayList<>(count);
            for (int i = 0; i < count; i++, at += 4) {
                ids.add(ByteOrderTag.getInt(in, at, little));
            }
            return ids;
        }

        private @Nullable GroupEntry group() {
            if (end - at < GROUP_ENTRY) {
                return null;
            }
            Name name = Name.read(in, at);
            GroupId id = GroupId.read(in, at + Name.SLOT, little);
            boolean changed = ByteOrderTag.getShort(in, at + Name.SLOT + GroupId.LENGTH, little) != 0;
            int count = ByteOrderTag.getShort(in, at + Name.SLOT + GroupId.LENGTH + 2, little) & 0xffff;
            at += GROUP_ENTRY;
            if (end - at < (long) count * DAEMON_ENTRY) {
                return null;
            }
            List<DaemonEntry> daemons = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                DaemonEntry entry = daemonEntry();
                if (entry == null) {
                    return null;
                }
                daemons.add(entry);
            }
            return new GroupEntry(name, id, changed, daemons);
        }

        private @Nullable DaemonEntry daemonEntry() {
            if (end - at < DAEMON_ENTRY) {
                return null;
            }
            int procId = ByteOrderTag.getInt(in, at, little);
            MembershipId cameFrom = MembershipId.read(in, at + 4, little);
            int count = ByteOrderTag.getShort(in, at + DAEMON_ENTRY - 2, little) & 0xffff;
            at += DAEMON_ENTRY;
            if (end - at < (long) count * Name.SLOT) {
                return null;
            }
            List<Name> members = new ArrayList<>(count);
            Name previous = null;
            for (int i = 0; i < count; i++, at += Name.SLOT) {
                Name member = Name.read(in, at);
                if (previous != null && previous.compareTo(member) >= 0) {
                    return null;
                }
                members.add(member);
                previous = member;
            }
            return new DaemonEntry(procId, cameFrom, members);
        }
    }
}
