package org.flushspread.scram;

import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a daemon knows of a password: enough to test a proof and to prove itself, not enough to be taken for the client. As text
 * {@code $scram-sha-256$ROUNDS$SALT$STORED$SERVER}, in base 64 with '.' for '+' and without '='. Immutable.
 */
public final class ScramKeys {
    /** What RFC 7677 wants at the least. */
    public static final int FEWEST_ROUNDS = 4096;

    public static final int MOST_ROUNDS = 10_000_000;
    /** Bytes of a salt. */
    public static final int SALT = 16;

    private static final Pattern FORM =
            Pattern.compile("\\$scram-sha-256\\$(?<rounds>[0-9]{1,8})\\$(?<salt>[A-Za-z0-9./]{2,128})"
                    + "\\$(?<stored>[A-Za-z0-9./]{43})\\$(?<server>[A-Za-z0-9./]{43})");

    private final int rounds;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramKeys(int rounds, byte[] salt, byte[] storedKey, byte[] serverKey) {
        this.rounds = rounds;
        this.salt = salt;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /**
     * The keys of a password.
     *
     * @param password as it is typed, in UTF-8; no form of Unicode is made of another (the profile SASLprep is not applied)
     * @param salt {@link #SALT} random bytes
     */
    public static ScramKeys of(byte[] password, byte[] salt, int rounds) {
        byte[] salted = Codes.salted(password, salt, rounds);
        return new ScramKeys(
                rounds,
                salt.clone(),
                Codes.hash(Codes.hmac(salted, ScramClient.CLIENT_KEY)),
                Codes.hmac(salted, ScramClient.SERVER_KEY));
    }

    /**
     * Keys that no password has.
     *
     * @param secret decides the salt, which is the same for a user each time
     */
    static ScramKeys ofNobody(byte[] secret, String user, int rounds) {
        byte[] salt = Arrays.copyOf(Codes.hmac(secret, user), SALT);
        return new ScramKeys(rounds, salt, new byte[Codes.LENGTH], Codes.hmac(secret, "server" + user));
    }

    /** True if the text claims to be such keys. */
    public static boolean isForm(String text) {
        return text.startsWith("$scram-");
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException with a sentence if it is none
     */
    public static ScramKeys parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "expected $scram-sha-256$ROUNDS$SALT$STORED$SERVER; make it with 'scripts/spread passwd FILE USER'");
        }
        int rounds = Integer.parseInt(form.group("rounds"));
        if (rounds < FEWEST_ROUNDS || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException(
                    "rounds must be " + FEWEST_ROUNDS + ".." + MOST_ROUNDS + ", not " + rounds);
        }
        return new ScramKeys(
                rounds, decode(form.group("salt")), decode(form.group("stored")), decode(form.group("server")));
    }

    /** What a guess costs. */
    public int rounds() {
        return rounds;
    }

    byte[] salt() {
        return salt.clone();
    }

    byte[] storedKey() {
        return storedKey.clone();
    }

    byte[] serverKey() {
        return serverKey.clone();
    }

    /** The text form, which is to be kept as a secret. */
    public String text() {
        return "$scram-sha-256$" + rounds + "$" + encode(salt) + "$" + encode(storedKey) + "$" + encode(serverKey);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes).replace('+', '.');
    }

    private static byte[] decode(String text) {
        return Base64.getDecoder().decode(text.replace('.', '+'));
    }
}
