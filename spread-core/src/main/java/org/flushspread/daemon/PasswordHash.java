package org.flushspread.daemon;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One entry of {@code spread.access_pword}: {@code $pbkdf2-sha256$ROUNDS$SALT$HASH}, salt and hash in base 64 with '.' for '+' and without
 * '=' (the modular crypt format, which other tools write too). The DES hashes of the C daemon (13 characters) are not accepted: they can
 * be broken in minutes. The protocol carries 8 bytes of a password (client-protocol 2.6), so only the first 8 are hashed.
 */
final class PasswordHash {
    private static final Pattern FORM = Pattern.compile(
            "\\$pbkdf2-sha256\\$(?<rounds>[0-9]{1,8})\\$(?<salt>[A-Za-z0-9./]{1,128})\\$(?<hash>[A-Za-z0-9./]{43})");
    private static final int BYTES = 32;
    private static final int SALT_BYTES = 16;
    /** Of new hashes. */
    static final int ROUNDS = 100_000;

    private static final String HMAC = "HmacSHA256";
    static final int MAX_ROUNDS = 10_000_000;

    /** Bytes of a password that count. */
    static final int PASSWORD_LENGTH = 8;

    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int rounds, byte[] salt, byte[] hash) {
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
    }

    /** Reads the text form; throws IllegalArgumentException with a sentence if it is none. */
    static PasswordHash parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    text.length() == 13
                            ? "this looks like a DES hash of the C daemon, which is not safe any more; make a new one with"
                                    + " 'scripts/spread passwd FILE USER'"
                            : "expected $pbkdf2-sha256$ROUNDS$SALT$HASH; make one with 'scripts/spread passwd FILE USER'");
        }
        int rounds = Integer.parseInt(form.group("rounds"));
        if (rounds < 1 || rounds > MAX_ROUNDS) {
            throw new IllegalArgumentException("rounds must be 1.." + MAX_ROUNDS + ", not " + rounds);
        }
        return new PasswordHash(rounds, decode(form.group("salt")), decode(form.group("hash")));
    }

    /** Hashes a password with a fresh salt. */
    static PasswordHash of(byte[] password) {
        return of(password, ROUNDS);
    }

    /** As {@link #of(byte[])}, with so many rounds. */
    static PasswordHash of(byte[] password, int rounds) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(rounds, salt, derive(password, salt, rounds));
    }

    /** Costs the time of a check of so many rounds and matches nothing anybody knows. */
    static PasswordHash ofNobody(int rounds) {
        return new PasswordHash(rounds, new byte[SALT_BYTES], new byte[BYTES]);
    }

    /** Costs the time of so many rounds. */
    static void spend(int rounds) {
        if (rounds > 0) {
            derive(new byte[0], new byte[SALT_BYTES], rounds);
        }
    }

    int rounds() {
        return rounds;
    }

    boolean matches(byte[] password) {
        return MessageDigest.isEqual(hash, derive(password, salt, rounds));
    }

    @Override
    public String toString() {
        return "$pbkdf2-sha256$" + rounds + "$" + encode(salt) + "$" + encode(hash);
    }

    /**
     * PBKDF2 (RFC 8018, 5.2), one block. The JDK's takes characters and encodes them as UTF-8, so that bytes which are none would all count as
     * the same.
     */
    private static byte[] derive(byte[] password, byte[] salt, int rounds) {
        // An empty key is not allowed there, and means the same as one zero.
        byte[] key = Arrays.copyOf(password, Math.max(1, Math.min(password.length, PASSWORD_LENGTH)));
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            mac.update(salt);
            mac.update(new byte[] {0, 0, 0, 1});
            byte[] last = mac.doFinal();
            byte[] sum = last.clone();
            for (int i = 1; i < rounds; i++) {
                mac.update(last);
                mac.doFinal(last, 0);
                for (int j = 0; j < BYTES; j++) {
                    sum[j] ^= last[j];
                }
            }
            return sum;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + HMAC, e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes).replace('+', '.');
    }

    private static byte[] decode(String text) {
        return Base64.getDecoder().decode(text.replace('.', '+'));
    }
}
