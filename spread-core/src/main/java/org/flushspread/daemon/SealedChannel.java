package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.seal.Algorithm;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.daemon.seal.Envelope;
import org.flushspread.daemon.seal.EpochFile;
import org.flushspread.daemon.seal.Seal;
import org.flushspread.daemon.seal.SealException;
import org.flushspread.daemon.seal.SealFigures;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.daemon.seal.SealRefusal;
import org.flushspread.daemon.seal.Strangers;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.SealedHeader;
import org.jspecify.annotations.Nullable;

/**
 * The seal of a daemon between its kernel and its sockets (security 2), or that it has none. Counts what it refuses, and says so in the log
 * when the count is a power of two. On the event loop, except for reading keys.
 */
final class SealedChannel implements AutoCloseable {
    private static final String SEALED = "SEALED";
    /** Bytes that a packet may be filled up with, so that it has the size of its neighbours (security 2.1). */
    static final int MOST_FILLING = 64;
    /** Some seconds of an idle ring; at a busy one a moment, in which others who are refused come to the fore. */
    private static final int CURIOUS = 1000;

    private final ShellCounters counters;
    private final @Nullable Seal seal;
    private final @Nullable EpochFile epochs;
    private final Optional<SealOptions> options;
    private final ByteBuf plain;
    private final Strangers strangers = new Strangers();
    private Optional<SealKeys> keys;
    private long refusedSinceAsked;
    private @Nullable IpAddress lastRefused;
    private String lastReason = "";
    /** Reads for which the system is still asked where datagrams come from: after a refused one, to name who sends them. */
    private int curious;
    /** A line that waits for the next datagram of its kind, whose source will be known. */
    private boolean lineIsDue;

    private SealedChannel(
            ShellCounters counters,
            Optional<SealKeys> keys,
            @Nullable Seal seal,
            @Nullable EpochFile epochs,
            Optional<SealOptions> options) {
        this.counters = counters;
        this.keys = keys;
        this.seal = seal;
        this.epochs = epochs;
        this.options = options;
        plain = seal == null
                ? Unpooled.EMPTY_BUFFER
                : Unpooled.directBuffer(UdpSocket.MAX_DATAGRAM, UdpSocket.MAX_DATAGRAM)
                        .writerIndex(UdpSocket.MAX_DATAGRAM);
    }

    /** Whatever is sent goes as it is. */
    static SealedChannel unsealed(ShellCounters counters) {
        return new SealedChannel(counters, Optional.empty(), null, null, Optional.empty());
    }

    /** @throws DaemonStartException if the keys or the epochs cannot be had */
    static SealedChannel of(SealOptions options, Daemon me, ShellCounters counters) {
        try {
            SealKeys keys = SealKeys.read(options.keyFile());
            EpochFile epochs = EpochFile.begin(options.state(), me.name(), System.currentTimeMillis());
            Algorithm algorithm = Algorithm.ofThisMachine();
            Seal seal = new Seal(
                    keys,
                    algorithm,
                    me.id(),
                    epochs.mine(),
                    new SecureRandom().nextLong(),
                    epochs,
                    System::currentTimeMillis);
            DaemonLog.NETWORK.info("the ring is sealed: {}", seal);
            return new SealedChannel(counters, Optional.of(keys), seal, epochs, Optional.of(options));
        } catch (SealException e) {
            throw new DaemonStartException(String.valueOf(e.getMessage()), e);
        }
    }

    boolean isSealed() {
        return seal != null;
    }

    /** What a datagram gets longer by. */
    int overhead() {
        return seal == null ? 0 : Envelope.OVERHEAD;
    }

    /** Reads the key file; for any thread. The old keys stay if it cannot be used. */
    Optional<SealKeys> reread() {
        if (options.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SealKeys.read(options.get().keyFile()));
        } catch (SealException e) {
            DaemonLog.NETWORK.error("the old keys of the ring stay: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Takes other keys. */
    void keys(SealKeys now) {
        if (seal != null) {
            seal.keys(now);
            keys = Optional.of(now);
            DaemonLog.NETWORK.info("the key file was read again: {}", seal);
        }
    }

    /** Closes an envelope into {@code into}, from {@code at} on; only if {@link #isSealed}. Returns its length. */
    int seal(Channel channel, ByteBuf datagram, ByteBuf into, int at) {
        return sealing().seal(channel, datagram, datagram.readerIndex(), datagram.readableBytes(), into, at);
    }

    /** As {@link #seal(Channel, ByteBuf, ByteBuf, int)}, of an array; what the packet in it does not fill is left out where it is opened. */
    void seal(Channel channel, byte[] datagram, int index, int length, ByteBuf into, int at) {
        sealing().seal(channel, datagram, index, length, into, at);
    }

    private Seal sealing() {
        if (seal == null) {
            throw new IllegalStateException("there is no seal");
        }
        return seal;
    }

    /**
     * Looks at a datagram that came in. What is for the kernel then stands in {@link #opened}, from {@link #openedAt} on.
     *
     * @return its length, or -1 if it is refused
     */
    int open(Channel channel, ByteBuf bytes, int at, int length, @Nullable IpAddress source) {
        if (seal == null) {
            if (SealedHeader.isIn(bytes, at, length)) {
                counters.sealedDatagrams++;
                refused(
                        counters.sealedDatagrams,
                        source,
                        isOfMonitor(bytes, at, length),
                        sender(bytes, at, length),
                        SEALED,
                        "is sealed: whoever sent it runs with --seal-key, and this daemon without");
                return -1;
            }
            return length;
        }
        int opened = seal.open(channel, bytes, at, length, plain);
        if (opened < 0) {
            SealRefusal why = seal.refusal();
            long count = ++counters.sealRefused[why.ordinal()];
            if (why != SealRefusal.ECHO) {
                refused(
                        count,
                        source,
                        isOfMonitor(bytes, at, length),
                        sender(bytes, at, length),
                        why.name(),
                        why.words());
            }
            return opened;
        }
        return channel == Channel.DATA ? withoutFilling(opened) : opened;
    }

    /** A packet that its sender filled up to a full one, as it left its kernel. */
    private int withoutFilling(int opened) {
        if (opened < PacketHeader.LENGTH) {
            return opened;
        }
        int data = PacketHeader.dataLength(plain, 0, ByteOrderTag.isLittleEndian(plain, 0));
        int filling = opened - PacketHeader.LENGTH - data;
        return data >= 0 && filling > 0 && filling <= MOST_FILLING ? opened - filling : opened;
    }

    /** Whom a datagram names as its sender, with an envelope or without. */
    private static int sender(ByteBuf bytes, int at, int length) {
        if (length < PacketHeader.LENGTH) {
            return 0;
        }
        return SealedHeader.isIn(bytes, at, length)
                ? SealedHeader.sender(bytes, at)
                : PacketHeader.transmitter(bytes, at, ByteOrderTag.isLittleEndian(bytes, at));
    }

    /** Monitors run on the hosts of daemons, which shall not be blamed for them. */
    private static boolean isOfMonitor(ByteBuf bytes, int at, int length) {
        if (length < PacketHeader.LENGTH) {
            return false;
        }
        if (SealedHeader.isIn(bytes, at, length)) {
            return SealedHeader.sender(bytes, at) == SealedHeader.MONITOR;
        }
        int type = PacketHeader.type(bytes, at, ByteOrderTag.isLittleEndian(bytes, at));
        return (type & PacketType.MONITOR) != 0;
    }

    private void refused(
            long count, @Nullable IpAddress source, boolean ofMonitor, int sender, String reason, String why) {
        refusedSinceAsked++;
        lastRefused = source;
        lastReason = why;
        lineIsDue |= Long.bitCount(count) == 1;
        boolean asked = curious > 0;
        curious = CURIOUS;
        if (source == null && !asked) {
            return;
        }
        if (!ofMonitor) {
            strangers.add(source, sender, reason, why, System.currentTimeMillis());
        }
        if (lineIsDue) {
            lineIsDue = false;
            DaemonLog.NETWORK.warn("{} ({} so far)", lastRefusal(), count);
        }
    }

    /** Whether the source of the next datagram is of use; it costs an object for each read. */
    boolean wantsSource() {
        if (curious > 0) {
            curious--;
        }
        return curious > 0;
    }

    /** On the event loop. */
    SealFigures figures() {
        return new SealFigures(keys, strangers.copy());
    }

    private String lastRefusal() {
        return "a datagram from " + (lastRefused == null ? "somewhere" : lastRefused) + " " + lastReason;
    }

    /** What {@link #open} left for the kernel of these bytes. */
    ByteBuf opened(ByteBuf bytes) {
        return seal == null ? bytes : plain;
    }

    /** Where it begins, for bytes that began at {@code at}. */
    int openedAt(int at) {
        return seal == null ? at : 0;
    }

    /** Why others may not be heard, since the last call, for a daemon that is alone. */
    List<String> whyAlone(Duration time) {
        if (refusedSinceAsked == 0) {
            return List.of();
        }
        String sentence = refusedSinceAsked + " datagrams were refused in " + time.toSeconds() + " s; the last: "
                + lastRefusal() + ".";
        refusedSinceAsked = 0;
        return List.of(sentence);
    }

    @Override
    public void close() {
        if (epochs != null) {
            epochs.close();
        }
        plain.release();
    }
}
