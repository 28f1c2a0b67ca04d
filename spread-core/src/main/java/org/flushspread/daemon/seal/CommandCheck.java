package org.flushspread.daemon.seal;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import org.flushspread.kernel.base.CommandProof;
import org.flushspread.wire.MonitorSignature;

/**
 * Tests the signatures of commands for one daemon (security 5). A command is obeyed once: while its time is near enough to the clock it is
 * remembered, and none from before what was forgotten is taken, nor from before the start of this daemon. Only commands with a right
 * signature are remembered, so nobody without the key fills the memory. Of the daemon's thread.
 */
public final class CommandCheck {
    /** How far a monitor's clock may be from this daemon's. */
    static final Duration WINDOW = Duration.ofSeconds(30);
    /** Commands that are remembered; who has the key and sends more within the window is not obeyed until there is room. */
    static final int MOST = 4096;

    private record Obeyed(long millis, ByteBuffer nonce) {}

    private final int daemon;
    private final LongSupplier clock;
    private final Map<SealKey, Mac> macs = new HashMap<>();
    private final ArrayDeque<Obeyed> remembered = new ArrayDeque<>();
    private final Set<ByteBuffer> nonces = new HashSet<>();
    private SealKeys keys;
    /** Commands before this moment are not taken, in milliseconds since 1970. */
    private long earliest;

    /**
     * @param daemon the id of the daemon that obeys
     * @param clock milliseconds since 1970
     */
    public CommandCheck(SealKeys keys, int daemon, LongSupplier clock) {
        this.keys = keys;
        this.daemon = daemon;
        this.clock = clock;
        earliest = clock.getAsLong();
    }

    /** Other keys, from now on. */
    public void keys(SealKeys now) {
        keys = now;
        macs.clear();
    }

    /** What the command in these bytes proves; if all is right, it does so once. */
    public CommandProof check(ByteBuf packet, int index, int length) {
        if (MonitorSignature.lengthIn(packet, index, length) == 0) {
            return CommandProof.MISSING;
        }
        int at = index + length - MonitorSignature.LENGTH;
        SealKey key = keys.find(MonitorSignature.key(packet, at));
        if (key == null) {
            return CommandProof.UNKNOWN_KEY;
        }
        if (!isSigned(key, packet, index, length)) {
            return CommandProof.FORGED;
        }
        if (MonitorSignature.daemon(packet, at) != daemon) {
            return CommandProof.FOR_ANOTHER_DAEMON;
        }
        long now = clock.getAsLong();
        long millis = MonitorSignature.millis(packet, at);
        forget(now);
        if (millis < earliest || millis > now + WINDOW.toMillis() || millis < now - WINDOW.toMillis()) {
            return CommandProof.WRONG_TIME;
        }
        ByteBuffer nonce = ByteBuffer.wrap(MonitorSignature.nonce(packet, at));
        if (nonces.contains(nonce)) {
            return CommandProof.REPLAYED;
        }
        if (remembered.size() >= MOST) {
            return CommandProof.TOO_MANY;
        }
        nonces.add(nonce);
        remembered.add(new Obeyed(millis, nonce));
        return CommandProof.VALID;
    }

    /** In the order of arrival: one with a later time keeps those behind it a little longer. */
    private void forget(long now) {
        while (!remembered.isEmpty() && remembered.getFirst().millis() < now - WINDOW.toMillis()) {
            Obeyed oldest = remembered.removeFirst();
            nonces.remove(oldest.nonce());
            // a clock that is set back later must not make it new
            earliest = Math.max(earliest, oldest.millis() + 1);
        }
    }

    private boolean isSigned(SealKey key, ByteBuf packet, int index, int length) {
        byte[] signed = new byte[length - MonitorSignature.CODE];
        packet.getBytes(index, signed);
        byte[] code = new byte[MonitorSignature.CODE];
        packet.getBytes(index + signed.length, code);
        Mac mac = macs.computeIfAbsent(key, SealKey::commandMac);
        return MessageDigest.isEqual(mac.doFinal(signed), code);
    }
}
