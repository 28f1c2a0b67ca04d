package org.flushspread.kernel.base;

import java.time.Duration;

/**
 * What a daemon can be told beyond its spread.conf. None of it is visible to the configuration hash.
 *
 * @param maxSessions sessions at one time, those dying and those in the handshake included
 * @param maxHandshakes of these, sessions that have not finished the handshake
 * @param handshakeTimeout from accept to the end of the handshake
 * @param waterMark messages waiting for the ring at which client sockets are no longer read
 * @param maxSessionBytes bytes queued for a slow client before it is disconnected, besides the limit in messages that spread.conf sets
 * @param maxClientBytes memory for what waits for all clients together, and as much again for what they have sent of unfinished
 *     messages; has to fit into the direct memory of the process
 * @param maxWaitingBytes memory for client messages that wait for the ring; from there on no client is read, as at the water mark
 * @param maxSessionWaitingBytes of these, what one session may have waiting before it is no longer read; others are
 * @param packing small messages share packets
 * @param maxPacket bytes of a datagram on the data port, at most 1472 with C daemons in the ring
 * @param slowClients what is done about clients that do not take what they are sent
 * @param stalledAfter with {@link SlowClients#BACKPRESSURE}, how long a client may take nothing while others wait for it
 */
public record KernelSettings(
        int maxSessions,
        int maxHandshakes,
        Duration handshakeTimeout,
        int waterMark,
        long maxSessionBytes,
        long maxClientBytes,
        long maxWaitingBytes,
        long maxSessionWaitingBytes,
        boolean packing,
        int maxPacket,
        SlowClients slowClients,
        Duration stalledAfter) {
    public static final Duration DEFAULT_STALLED_AFTER = Duration.ofSeconds(5);

    public static final long DEFAULT_MAX_SESSION_BYTES = 64L << 20;
    public static final long DEFAULT_MAX_CLIENT_BYTES = 256L << 20;

    public static final KernelSettings DEFAULTS = new KernelSettings(997, 256, Duration.ofSeconds(10), 500, true, 1472);

    /** What one session may have waiting, as a part of all: a few heavy senders do not keep the others out. */
    private static final int SESSION_SHARE = 8;
    /** What may wait for the ring, as a part of what may wait for clients. */
    private static final int WAITING_SHARE = 4;

    public KernelSettings {
        if (stalledAfter.isNegative() || stalledAfter.isZero() || stalledAfter.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "a client may stall for more than 0 s and at most an hour, not " + stalledAfter.toMillis() + " ms");
        }
    }

    /** With {@link SlowClients#DISCONNECT}. */
    public KernelSettings(
            int maxSessions,
            int maxHandshakes,
            Duration handshakeTimeout,
            int waterMark,
            long maxSessionBytes,
            long maxClientBytes,
            long maxWaitingBytes,
            long maxSessionWaitingBytes,
            boolean packing,
            int maxPacket) {
        this(
                maxSessions,
                maxHandshakes,
                handshakeTimeout,
                waterMark,
                maxSessionBytes,
                maxClientBytes,
                maxWaitingBytes,
                maxSessionWaitingBytes,
                packing,
                maxPacket,
                SlowClients.DISCONNECT,
                DEFAULT_STALLED_AFTER);
    }

    public KernelSettings withSlowClients(SlowClients value, Duration stalled) {
        return new KernelSettings(
                maxSessions,
                maxHandshakes,
                handshakeTimeout,
                waterMark,
                maxSessionBytes,
                maxClientBytes,
                maxWaitingBytes,
                maxSessionWaitingBytes,
                packing,
                maxPacket,
                value,
                stalled);
    }

    /** With room for what waits for the ring in proportion to {@code maxClientBytes}. */
    public KernelSettings(
            int maxSessions,
            int maxHandshakes,
            Duration handshakeTimeout,
            int waterMark,
            long maxSessionBytes,
            long maxClientBytes,
            boolean packing,
            int maxPacket) {
        this(
                maxSessions,
                maxHandshakes,
                handshakeTimeout,
                waterMark,
                maxSessionBytes,
                maxClientBytes,
                maxClientBytes / WAITING_SHARE,
                maxClientBytes / WAITING_SHARE / SESSION_SHARE,
                packing,
                maxPacket);
    }

    /** With the defaults for {@code maxSessionBytes} and {@code maxClientBytes}. */
    public KernelSettings(
            int maxSessions,
            int maxHandshakes,
            Duration handshakeTimeout,
            int waterMark,
            boolean packing,
            int maxPacket) {
        this(
                maxSessions,
                maxHandshakes,
                handshakeTimeout,
                waterMark,
                DEFAULT_MAX_SESSION_BYTES,
                DEFAULT_MAX_CLIENT_BYTES,
                packing,
                maxPacket);
    }
}
