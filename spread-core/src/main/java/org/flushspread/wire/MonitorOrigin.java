package org.flushspread.wire;

import io.netty.buffer.ByteBuf;

/**
 * How the header of a monitor's request says who asks (monitor-protocol 2 and 9).
 *
 * @param transmitter the daemon from whose address a request is sent; 0 where nobody looks
 * @param procId the daemon to whose address the answer goes
 * @param magic first word of the membership id
 * @param hash the configuration hash; daemons of Spread 4 want a constant
 */
public record MonitorOrigin(int transmitter, int procId, int magic, int hash) {
    /** For daemons of Spread 4, which know monitors by two constants. */
    public static MonitorOrigin spread4(int procId) {
        return new MonitorOrigin(0, procId, PacketHeader.MONITOR_MAGIC, PacketHeader.MONITOR_HASH);
    }

    /** For daemons of Spread 5: the monitor speaks as a daemon, and the configuration hash shows that it has the file. */
    public static MonitorOrigin spread5(int transmitter, int procId, int hash) {
        return new MonitorOrigin(transmitter, procId, 0, hash);
    }

    /** Appends a header. */
    void write(ByteBuf out, int type, int replyPort, int dataLength) {
        int at = out.writerIndex();
        PacketHeader.write(out, type, transmitter, procId, magic, 0, hash, dataLength);
        out.setIntLE(at + PacketHeader.SEQUENCE, replyPort);
    }
}
