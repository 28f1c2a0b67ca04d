package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/** The four requests of a monitor program (monitor-protocol 2 to 6). */
public final class MonitorPackets {
    /** Entries of the tables in PARTITION and FC. */
    public static final int SLOTS = 128;
    /** {@code data_len} of PARTITION: one short for each daemon. */
    public static final int PARTITION_LENGTH = 2 * SLOTS;
    /** {@code data_len} of FC: two shorts for each daemon. */
    public static final int FLOW_CONTROL_LENGTH = 4 * SLOTS;
    /** PARTITION: the daemon shall exit. */
    public static final int EXIT = -1;
    /** FC: the value stays as it is. */
    public static final int UNCHANGED = -1;

    private MonitorPackets() {}

    /** True if the header carries the magic number and the hash by which daemons of Spread 4 know monitor programs. */
    public static boolean isFromMonitor4(ByteBuf in, int at, boolean little) {
        return ByteOrderTag.getInt(in, at + PacketHeader.MEMBERSHIP_ID, little) == PacketHeader.MONITOR_MAGIC
                && PacketHeader.confHash(in, at, little) == PacketHeader.MONITOR_HASH;
    }

    /** The UDP port a status reply goes to. */
    public static int replyPort(ByteBuf in, int at, boolean little) {
        return PacketHeader.sequence(in, at, little) & 0xffff;
    }

    /** PARTITION: the component of the daemon at {@code index}. The length was checked. */
    public static int component(ByteBuf in, int at, int index, boolean little) {
        return ByteOrderTag.getShort(in, at + PacketHeader.LENGTH + 2 * index, little);
    }

    /** FC: the personal window of the daemon at {@code index}; behind the last daemon, the window of all. */
    public static int window(ByteBuf in, int at, int index, boolean little) {
        return ByteOrderTag.getShort(in, at + PacketHeader.LENGTH + 4 * index, little);
    }

    /** FC: the accelerated window of the daemon at {@code index}. */
    public static int acceleratedWindow(ByteBuf in, int at, int index, boolean little) {
        return ByteOrderTag.getShort(in, at + PacketHeader.LENGTH + 4 * index + 2, little);
    }

    /** Appends a STATUS request. */
    public static void writeStatus(ByteBuf out, MonitorOrigin from, int replyPort) {
        from.write(out, PacketType.STATUS, replyPort, 0);
    }

    /** Appends a RELOAD request. */
    public static void writeReload(ByteBuf out, MonitorOrigin from, int replyPort) {
        from.write(out, PacketType.RELOAD, replyPort, 0);
    }

    /**
     * Appends a PARTITION request.
     *
     * @param components at most 128, one for each daemon
     */
    public static void writePartition(ByteBuf out, MonitorOrigin from, int replyPort, short[] components) {
        from.write(out, PacketType.PARTITION, replyPort, PARTITION_LENGTH);
        for (short each : components) {
            out.writeShortLE(each);
        }
        out.writeZero(2 * (SLOTS - components.length));
    }

    /**
     * Appends an FC request.
     *
     * @param personal at most 128 entries: one for each daemon, then the window of all
     * @param accelerated as many
     */
    public static void writeFlowControl(
            ByteBuf out, MonitorOrigin from, int replyPort, short[] personal, short[] accelerated) {
        from.write(out, PacketType.FLOW_CONTROL, replyPort, FLOW_CONTROL_LENGTH);
        for (int i = 0; i < personal.length; i++) {
            out.writeShortLE(personal[i]);
            out.writeShortLE(accelerated[i]);
        }
        out.writeZero(4 * (SLOTS - personal.length));
    }
}
