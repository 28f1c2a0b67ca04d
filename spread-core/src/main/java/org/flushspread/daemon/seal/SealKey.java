package org.flushspread.daemon.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** One secret of a ring, 32 bytes. It encrypts nothing itself: each start of each daemon has keys made of it (security 2.3). */
public final class SealKey {
    static final int LENGTH = 32;
    private static final String MAC = "HmacSHA256";

    private final byte[] secret;
    private final int id;

    SealKey(byte[] secret) {
        if (secret.length != LENGTH) {
            throw new IllegalArgumentException("a key has " + LENGTH + " bytes, not " + secret.length);
        }
        this.secret = secret.clone();
        id = ByteBuffer.wrap(expand("flush spread key id")).getInt();
    }

    /** What an envelope names it by; tells nothing about the secret. */
    int id() {
        return id;
    }

    /** The key of one start of one sender: the step "expand" of RFC 5869, for the secret is evenly distributed already. */
    SecretKey of(Algorithm algorithm, int sender, long epoch, long boot) {
        byte[] about = ByteBuffer.allocate(Integer.BYTES + 2 * Long.BYTES)
                .putInt(sender)
                .putLong(epoch)
                .putLong(boot)
                .array();
        return new SecretKeySpec(expand("flush spread " + algorithm.key(), about), algorithm.key());
    }

    /** What signs the commands of monitors, with a key made of this one for nothing else (security 5). */
    Mac commandMac() {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(expand("flush spread monitor command"), MAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(MAC + " is in every Java run time", e);
        }
    }

    private byte[] expand(String purpose, byte... about) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(secret, MAC));
            mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            mac.update(about);
            mac.update((byte) 1);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(MAC + " is in every Java run time", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealKey key && Arrays.equals(secret, key.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "key " + Integer.toHexString(id);
    }
}
