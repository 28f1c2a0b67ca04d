package org.flushspread.daemon.seal;

import io.netty.buffer.ByteBuf;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.flushspread.wire.SealedHeader;
import org.jspecify.annotations.Nullable;

/**
 * One start of a daemon, or of a monitor, in a sealed ring: closes envelopes and opens those of others (security 2). For one thread.
 *
 * <p>No nonce is used twice: the key belongs to this start alone, since the epoch and a random number go into it, and the nonce is a
 * counter. What is opened was sealed by somebody who has a key of this ring, for this channel, and was not opened here before.
 */
public final class Seal {
    /** A ring has 127 daemons; each may have had some names. */
    private static final int MOST_SENDERS = 1024;

    private static final int MOST_MONITORS = 64;
    /** How far the clock of a monitor may be from this one's; milliseconds. */
    static final long MONITOR_CLOCK = 30_000;

    static final int LARGEST = 1 << 16;
    private static final String BROKEN = "the cipher of this Java run time failed: ";

    private final Algorithm algorithm;
    private final int me;
    private final long epoch;
    private final long boot;
    private final Epochs epochs;
    private final LongSupplier clock;
    private final Map<Integer, Start> senders = new TreeMap<>();
    private final Map<Long, Start> monitors = new TreeMap<>();
    private final byte[] from = new byte[LARGEST];
    private final byte[] to = new byte[LARGEST];

    private SealKeys keys;
    private Keyed mine;
    private long counter;
    private SealRefusal refusal = SealRefusal.NOT_SEALED;

    /**
     * A daemon's.
     *
     * @param epoch of this start, later than all before it
     * @param boot a random number, so that even two starts with one epoch have no key in common
     * @param epochs what is known of the starts of others
     * @param clock milliseconds since 1970; only monitors are judged by it
     */
    public Seal(SealKeys keys, Algorithm algorithm, int me, long epoch, long boot, Epochs epochs, LongSupplier clock) {
        this.keys = keys;
        this.algorithm = algorithm;
        this.me = me;
        this.epoch = epoch;
        this.boot = boot;
        this.epochs = epochs;
        this.clock = clock;
        mine = new Keyed(keys.sealing(), algorithm, me, keyEpoch(me, epoch), boot);
    }

    /** A monitor's; its envelopes say when they were closed. */
    public static Seal ofMonitor(SealKeys keys, Algorithm algorithm, long boot, LongSupplier clock) {
        return new Seal(keys, algorithm, SealedHeader.MONITOR, 0, boot, Epochs.NONE, clock);
    }

    /** Other keys, from now on. What was opened stays known. */
    public void keys(SealKeys now) {
        keys = now;
        mine = new Keyed(now.sealing(), algorithm, me, keyEpoch(me, epoch), boot);
    }

    /** The epoch in a monitor's envelope is the time, which its key has no part in. */
    private static long keyEpoch(int sender, long epoch) {
        return sender == SealedHeader.MONITOR ? 0 : epoch;
    }

    /**
     * Closes an envelope.
     *
     * @param length at most 65,535 less {@link Envelope#OVERHEAD}
     * @param into written from {@code at} on; must have room for the envelope
     * @return its length
     */
    public int seal(Channel channel, ByteBuf datagram, int index, int length, ByteBuf into, int at) {
        datagram.getBytes(index, from, 0, Math.min(length, LARGEST));
        return seal(channel, from, 0, length, into, at);
    }

    /** As {@link #seal(Channel, ByteBuf, int, int, ByteBuf, int)}, of an array. */
    public int seal(Channel channel, byte[] datagram, int index, int length, ByteBuf into, int at) {
        int whole = length + Envelope.OVERHEAD;
        if (whole >= LARGEST) {
            throw new IllegalArgumentException("a sealed datagram of " + whole + " bytes");
        }
        boolean monitor = me == SealedHeader.MONITOR;
        SealedHeader.write(
                into,
                at,
                algorithm.number(),
                whole,
                keys.sealing().id(),
                me,
                monitor ? clock.getAsLong() : epoch,
                boot,
                counter);
        try {
            int written = mine.cipher(Cipher.ENCRYPT_MODE, channel, into, at).doFinal(datagram, index, length, to, 0);
            counter++;
            into.setBytes(at + SealedHeader.LENGTH, to, 0, written);
            return SealedHeader.LENGTH + written;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(BROKEN + e, e);
        }
    }

    /**
     * Opens an envelope.
     *
     * @param into written from index 0 on
     * @return the length of what was in it, or -1 if it is refused; {@link #refusal} says why
     */
    public int open(Channel channel, ByteBuf bytes, int index, int length, ByteBuf into) {
        if (!SealedHeader.isIn(bytes, index, length)) {
            return refuse(SealRefusal.NOT_SEALED);
        }
        if (length < Envelope.OVERHEAD
                || SealedHeader.version(bytes, index) != SealedHeader.VERSION
                || SealedHeader.length(bytes, index) != length) {
            return refuse(SealRefusal.MALFORMED);
        }
        Algorithm with = Algorithm.of(SealedHeader.algorithm(bytes, index));
        if (with == null) {
            return refuse(SealRefusal.MALFORMED);
        }
        SealKey key = keys.find(SealedHeader.key(bytes, index));
        if (key == null) {
            return refuse(SealRefusal.UNKNOWN_KEY);
        }
        int sender = SealedHeader.sender(bytes, index);
        long said = SealedHeader.epoch(bytes, index);
        long random = SealedHeader.boot(bytes, index);
        if (sender == me && said == epoch && random == boot) {
            return refuse(SealRefusal.ECHO);
        }
        Start start = sender == SealedHeader.MONITOR ? monitor(said, random) : daemon(sender, said, random);
        if (start == null) {
            return -1;
        }
        long count = SealedHeader.counter(bytes, index);
        if (start.window.isTooOld(count)) {
            return refuse(SealRefusal.TOO_OLD);
        }
        if (start.window.isKnown(count)) {
            return refuse(SealRefusal.REPLAYED);
        }
        if (channel == Channel.TOKEN && count < start.token) {
            // Whoever holds one back for 16 rotations could pass it for the present one (ring-protocol 7.1).
            return refuse(SealRefusal.OVERTAKEN);
        }
        Keyed known = start.key(key, with);
        Keyed used = known == null ? new Keyed(key, with, sender, start.epoch, start.boot) : known;
        int opened = decrypt(used, channel, bytes, index, length - SealedHeader.LENGTH);
        if (opened < 0) {
            return refuse(SealRefusal.FORGED);
        }
        if (known == null) {
            start.keep(key, with, used);
            remember(sender, said, start);
        }
        start.window.add(count);
        if (channel == Channel.TOKEN) {
            start.token = count;
        }
        start.latest = Math.max(start.latest, said);
        into.setBytes(0, to, 0, opened);
        return opened;
    }

    /** The start that a daemon's envelope is of, which may be a new one; null if it is refused. */
    private @Nullable Start daemon(int sender, long said, long random) {
        Start known = senders.get(sender);
        long latest = known == null ? epochs.latest(sender) : known.epoch;
        if (said < latest || (known != null && said == latest && random != known.boot)) {
            refuse(SealRefusal.EARLIER_EPOCH);
            return null;
        }
        if (known == null && senders.size() >= MOST_SENDERS) {
            refuse(SealRefusal.TOO_MANY_SENDERS);
            return null;
        }
        return known != null && known.is(said, random) ? known : new Start(said, random);
    }

    /**
     * As {@link #daemon}. Monitors come and go, so what makes theirs fresh is the time, and a window for each while that time is near.
     */
    private @Nullable Start monitor(long said, long random) {
        long now = clock.getAsLong();
        if (said < now - MONITOR_CLOCK || said > now + MONITOR_CLOCK) {
            refuse(SealRefusal.WRONG_TIME);
            return null;
        }
        Start known = monitors.get(random);
        if (known == null && monitors.size() >= MOST_MONITORS) {
            // Whatever they sealed is refused for its time by now.
            monitors.values().removeIf(each -> each.latest < now - MONITOR_CLOCK);
            if (monitors.size() >= MOST_MONITORS) {
                refuse(SealRefusal.TOO_MANY_SENDERS);
                return null;
            }
        }
        return known == null ? new Start(0, random) : known;
    }

    /** A start of which something was opened: its sender has the key. */
    private void remember(int sender, long said, Start start) {
        if (sender == SealedHeader.MONITOR) {
            monitors.put(start.boot, start);
        } else if (senders.put(sender, start) != start) {
            epochs.heard(sender, said);
        }
    }

    /** Into {@link #to}; its length, or -1 if the cipher refuses it. */
    private int decrypt(Keyed key, Channel channel, ByteBuf bytes, int index, int body) {
        bytes.getBytes(index + SealedHeader.LENGTH, from, 0, body);
        try {
            return key.cipher(Cipher.DECRYPT_MODE, channel, bytes, index).doFinal(from, 0, body, to, 0);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(BROKEN + e, e);
        }
    }

    private int refuse(SealRefusal why) {
        refusal = why;
        return -1;
    }

    /** Why the last one was refused. */
    public SealRefusal refusal() {
        return refusal;
    }

    /** The ids of the keys it opens, for a person. */
    @Override
    public String toString() {
        return algorithm + " with " + keys;
    }
}
