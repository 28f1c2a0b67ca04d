package org.flushspread.wire;

/** The bits of the {@code type} word of packets and tokens between daemons (ring-protocol 2.1). */
public final class PacketType {
    public static final int UNRELIABLE = 0x00000001;
    public static final int RELIABLE = 0x00000002;
    public static final int FIFO = 0x00000004;
    public static final int AGREED = 0x00000008;
    public static final int SAFE = 0x00000010;
    /** Mask of the data services. */
    public static final int REGULAR = 0x0000001f;

    public static final int ROUTED = 0x00000020;
    public static final int HURRY = 0x00000040;

    public static final int ALIVE = 0x00000100;
    public static final int JOIN = 0x00000200;
    public static final int REFER = 0x00000400;
    /** Mask of the daemon membership packets. */
    public static final int MEMBERSHIP = 0x00000700;

    public static final int FORM1 = 0x00001000;
    public static final int FORM2 = 0x00002000;
    /** Mask of the forming tokens. */
    public static final int FORM = 0x00003000;

    public static final int ARQ_MASK = 0x000f0000;
    public static final int ARQ_SHIFT = 16;
    public static final int RETRANS_MASK = 0x00f00000;
    public static final int RETRANS_SHIFT = 20;

    public static final int STATUS = 0x01000000;
    public static final int PARTITION = 0x02000000;
    public static final int FLOW_CONTROL = 0x04000000;
    public static final int RELOAD = 0x08000000;
    /** Mask of the monitor packets. */
    public static final int MONITOR = 0x0f000000;

    private PacketType() {}

    /** The packet service that carries a message of this type, first match wins (ring-protocol 4.1), or 0 if none does. */
    public static int ofMessage(int messageType) {
        if ((messageType & (ServiceType.UNRELIABLE_MESS | ServiceType.RELIABLE_MESS)) != 0) {
            return RELIABLE;
        }
        if ((messageType & ServiceType.FIFO_MESS) != 0) {
            return FIFO;
        }
        if ((messageType & (ServiceType.CAUSAL_MESS | ServiceType.AGREED_MESS)) != 0) {
            return AGREED;
        }
        if ((messageType & ServiceType.SAFE_MESS) != 0) {
            return SAFE;
        }
        return (messageType & ServiceType.CONTROL_MESS) != 0 ? AGREED : 0;
    }
}
