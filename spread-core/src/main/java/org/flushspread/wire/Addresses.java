package org.flushspread.wire;

/** IPv4 addresses as the protocol carries them: one int, 127.0.0.1 = 0x7f000001. */
public final class Addresses {
    private Addresses() {}

    /** Dotted decimal without padding. */
    public static String text(int address) {
        return (address >>> 24) + "." + ((address >>> 16) & 0xff) + "." + ((address >>> 8) & 0xff) + "."
                + (address & 0xff);
    }

    /** The number of four octets in network order. */
    public static int of(byte[] octets) {
        return (octets[0] << 24) | ((octets[1] & 0xff) << 16) | ((octets[2] & 0xff) << 8) | (octets[3] & 0xff);
    }

    /** The four octets in network order. */
    public static byte[] octets(int address) {
        return new byte[] {(byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address};
    }

    /** True for 224.0.0.0/4. */
    public static boolean isMulticast(int address) {
        return (address >>> 28) == 0xe;
    }

    /** True for 127.0.0.0/8. */
    public static boolean isLoopback(int address) {
        return (address >>> 24) == 127;
    }
}
