package org.flushspread.simulation;

/** Rules the links in place of chance: what is lost, and how long the rest takes. */
public interface Links {
    /** A datagram that does not arrive. */
    long LOST = -1;

    /**
     * How long a datagram is on its way to another host, or {@link #LOST}.
     *
     * @param token whether it goes to the token port
     */
    long nanos(int from, int to, byte[] datagram, boolean token);
}
