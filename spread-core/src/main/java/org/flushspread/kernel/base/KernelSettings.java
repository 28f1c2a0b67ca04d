package org.flushspread.kernel.base;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a daemon can be told beyond its spread.conf. None of it is visible to the configuration hash. Immutable: each method that changes
 * something answers new settings.
 */
public final class KernelSettings implements Cloneable {
    public static final Duration DEFAULT_STALLED_AFTER = Duration.ofSeconds(5);

    public static final long DEFAULT_MAX_SESSION_BYTES = 64L << 20;
    public static final long DEFAULT_MAX_CLIENT_BYTES = 256L << 20;
    public static final long DEFAULT_MAX_CLIENT_MESSAGES = 2_000_000;

    /** What one session may have waiting, as a part of all: all that a heavy sender has waiting is ahead of what others send next. */
    private static final int SESSION_SHARE = 64;
    /** What may wait for the ring, as a part of what may wait for clients. */
    private static final int WAITING_SHARE = 4;

    public static final KernelSettings DEFAULTS = new KernelSettings(997, 256, Duration.ofSeconds(10), 500, true, 1472);

    private int maxSessions;
    private int maxHandshakes;
    private Duration handshakeTimeout;
    private int waterMark;
    private long maxSessionBytes;
    private long maxClientBytes;
    private long maxClientMessages = DEFAULT_MAX_CLIENT_MESSAGES;
    private long maxWaitingBytes;
    private long maxSessionWaitingBytes;
    private boolean packing;
    private int maxPacket;
    private int headroom;
    private boolean fullPackets;
    private SlowClients slowClients;
    private Duration stalledAfter;

    /** All that these name, in the order of the methods below, with the default for {@code maxClientMessages}. */
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
            int maxPacket,
            SlowClients slowClients,
            Duration stalledAfter) {
        this.maxSessions = maxSessions;
        this.maxHandshakes = maxHandshakes;
        this.handshakeTimeout = handshakeTimeout;
        this.waterMark = waterMark;
        this.maxSessionBytes = maxSessionBytes;
        this.maxClientBytes = maxClientBytes;
        this.maxWaitingBytes = maxWaitingBytes;
        this.maxSessionWaitingBytes = maxSessionWaitingBytes;
        this.packing = packing;
        this.maxPacket = maxPacket;
        this.slowClients = slowClients;
        this.stalledAfter = stalledAfter;
        check();
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

    /** The one place that copies; a change is made to the copy before anybody else sees it. */
    private KernelSettings with(Consumer<KernelSettings> change) {
        try {
            KernelSettings next = (KernelSettings) clone();
            change.accept(next);
            next.check();
            return next;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    private void check() {
        if (headroom < 0 || headroom > 512) {
            throw new IllegalArgumentException("a datagram can give up 0 to 512 bytes, not " + headroom);
        }
        if (stalledAfter.isNegative() || stalledAfter.isZero() || stalledAfter.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "a client may stall for more than 0 s and at most an hour, not " + stalledAfter.toMillis() + " ms");
        }
    }

    /** Sessions at one time, those dying and those in the handshake included. */
    public int maxSessions() {
        return maxSessions;
    }

    /** Of these, sessions that have not finished the handshake. */
    public int maxHandshakes() {
        return maxHandshakes;
    }

    /** From accept to the end of the handshake. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** Messages waiting for the ring at which client sockets are no longer read. */
    public int waterMark() {
        return waterMark;
    }

    /** Bytes queued for a slow client before it is disconnected, besides the limit in messages that spread.conf sets. */
    public long maxSessionBytes() {
        return maxSessionBytes;
    }

    /**
     * Memory for what waits for all clients together, and as much again for what they have sent of unfinished messages; has to fit into the
     * direct memory of the process.
     */
    public long maxClientBytes() {
        return maxClientBytes;
    }

    /** Messages that may wait for all clients together. */
    public long maxClientMessages() {
        return maxClientMessages;
    }

    /** Memory for client messages that wait for the ring; from there on no client is read, as at the water mark. */
    public long maxWaitingBytes() {
        return maxWaitingBytes;
    }

    /** Of these, what one session may have waiting before it is no longer read; others are. */
    public long maxSessionWaitingBytes() {
        return maxSessionWaitingBytes;
    }

    /** Small messages share packets. */
    public boolean packing() {
        return packing;
    }

    /** Bytes of a datagram on the data port, at most 1472 with C daemons in the ring. */
    public int maxPacket() {
        return maxPacket;
    }

    /** What is done about clients that do not take what they are sent. */
    public SlowClients slowClients() {
        return slowClients;
    }

    /** With {@link SlowClients#BACKPRESSURE}, how long a client may take nothing while others wait for it. */
    public Duration stalledAfter() {
        return stalledAfter;
    }

    public KernelSettings withMaxSessions(int value) {
        return with(next -> next.maxSessions = value);
    }

    public KernelSettings withMaxHandshakes(int value) {
        return with(next -> next.maxHandshakes = value);
    }

    public KernelSettings withHandshakeTimeout(Duration value) {
        return with(next -> next.handshakeTimeout = value);
    }

    public KernelSettings withWaterMark(int value) {
        return with(next -> next.waterMark = value);
    }

    public KernelSettings withMaxSessionBytes(long value) {
        return with(next -> next.maxSessionBytes = value);
    }

    /** And what waits for the ring in proportion, see {@link #withMaxWaitingBytes}. */
    public KernelSettings withMaxClientBytes(long value) {
        return with(next -> next.maxClientBytes = value)
                .withMaxWaitingBytes(value / WAITING_SHARE, value / WAITING_SHARE / SESSION_SHARE);
    }

    public KernelSettings withMaxClientMessages(long value) {
        return with(next -> next.maxClientMessages = value);
    }

    /** For all sessions together, and for each. */
    public KernelSettings withMaxWaitingBytes(long all, long session) {
        return with(next -> {
            next.maxWaitingBytes = all;
            next.maxSessionWaitingBytes = session;
        });
    }

    public KernelSettings withPacking(boolean value) {
        return with(next -> next.packing = value);
    }

    /**
     * Bytes of each datagram that something between the kernel and its sockets needs, 0 unless it is told: packets are so much shorter,
     * where that is possible, so that datagrams fit the network as before.
     */
    public int headroom() {
        return headroom;
    }

    public KernelSettings withHeadroom(int value) {
        return with(next -> next.headroom = value);
    }

    /**
     * Whether a message may begin in what another one leaves of a packet, false unless it is told. C daemons refuse such packets: only for
     * rings in which there can be none of them.
     */
    public boolean fullPackets() {
        return fullPackets;
    }

    public KernelSettings withFullPackets(boolean value) {
        return with(next -> next.fullPackets = value);
    }

    public KernelSettings withMaxPacket(int value) {
        return with(next -> next.maxPacket = value);
    }

    /** @throws IllegalArgumentException if {@code stalled} is not more than 0 s and at most an hour */
    public KernelSettings withSlowClients(SlowClients value, Duration stalled) {
        return with(next -> {
            next.slowClients = value;
            next.stalledAfter = stalled;
        });
    }
}
