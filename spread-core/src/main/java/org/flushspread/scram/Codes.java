package org.flushspread.scram;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The functions of RFC 5802, 2.2 and 3, with SHA-256. */
final class Codes {
    private static final String HMAC = "HmacSHA256";
    private static final String HASH = "SHA-256";
    /** Bytes of a hash. */
    static final int LENGTH = 32;

    private Codes() {}

    static byte[] hmac(byte[] key, String text) {
        return hmac(key, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] hmac(byte[] key, byte[] text) {
        return mac(key).doFinal(text);
    }

    static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance(HASH).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HASH + " is in every Java run time", e);
        }
    }

    /** Hi(): PBKDF2 with HMAC-SHA-256, one block. */
    static byte[] salted(byte[] password, byte[] salt, int rounds) {
        Mac mac = mac(password);
        mac.update(salt);
        mac.update(new byte[] {0, 0, 0, 1});
        byte[] last = mac.doFinal();
        byte[] sum = last.clone();
        for (int i = 1; i < rounds; i++) {
            last = mac.doFinal(last);
            exclusiveOr(sum, last);
        }
        return sum;
    }

    /** Changes the first one. */
    static byte[] exclusiveOr(byte[] into, byte[] with) {
        for (int i = 0; i < into.length; i++) {
            into[i] ^= with[i];
        }
        return into;
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Empty if the text is none. */
    static Optional<byte[]> bytes(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            // an empty key is not allowed there, and means the same as one zero
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(HMAC + " is in every Java run time", e);
        }
    }
}
