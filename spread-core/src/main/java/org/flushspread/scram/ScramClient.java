package org.flushspread.scram;

import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's side: {@link #first}, then {@link #answer} to the challenge, then {@link #check} what comes last. A daemon that passes the
 * check has keys made of this password. For one exchange.
 */
public final class ScramClient {
    static final String CLIENT_KEY = "Client Key";
    static final String SERVER_KEY = "Server Key";
    /** "n,,": no channel binding, nobody else's name. */
    static final String HEADER = "n,,";

    private static final String HEADER_CODE = "biws";

    private final byte[] password;
    private final String nonce;
    private final String bare;
    private byte[] expected = {};

    /**
     * @param password in UTF-8
     * @param nonce printable and without a comma, never used before
     */
    public ScramClient(String user, byte[] password, String nonce) {
        this.password = password.clone();
        this.nonce = nonce;
        bare = "n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
    }

    /** The first message. */
    public String first() {
        return HEADER + bare;
    }

    /**
     * The answer to a challenge; it takes the time that the challenge asks for.
     *
     * @throws ScramException if that is none, or asks for less work than keeps a password, or for more than anybody waits for
     */
    public String answer(String challenge) throws ScramException {
        Attributes parts = Attributes.of(challenge);
        String both = parts.at(0, 'r');
        String saltText = parts.at(1, 's');
        int rounds = number(parts.at(2, 'i'));
        Optional<byte[]> salt = saltText == null ? Optional.empty() : Codes.bytes(saltText);
        if (both == null || !both.startsWith(nonce) || both.length() == nonce.length()) {
            throw new ScramException("the challenge is not for this connection");
        }
        if (salt.isEmpty() || salt.get().length == 0) {
            throw new ScramException("the challenge has no salt");
        }
        if (rounds < ScramKeys.FEWEST_ROUNDS || rounds > ScramKeys.MOST_ROUNDS) {
            throw new ScramException("the challenge asks for " + rounds + " rounds and not for "
                    + ScramKeys.FEWEST_ROUNDS + " to " + ScramKeys.MOST_ROUNDS);
        }
        String last = "c=" + HEADER_CODE + ",r=" + both;
        String all = bare + "," + challenge + "," + last;
        byte[] salted = Codes.salted(password, salt.get(), rounds);
        byte[] clientKey = Codes.hmac(salted, CLIENT_KEY);
        expected = Codes.hmac(Codes.hmac(salted, SERVER_KEY), all);
        byte[] proof = Codes.exclusiveOr(clientKey, Codes.hmac(Codes.hash(clientKey.clone()), all));
        return last + ",p=" + Codes.base64(proof);
    }

    /**
     * Looks at the last message.
     *
     * @throws ScramException if the daemon refused, or has not proved that it has the keys of this password
     */
    public void check(String verdict) throws ScramException {
        Attributes parts = Attributes.of(verdict);
        String error = parts.at(0, 'e');
        if (error != null) {
            throw new ScramException("the daemon does not accept this user name and password (" + error + ")");
        }
        String signature = parts.at(0, 'v');
        Optional<byte[]> said = signature == null ? Optional.empty() : Codes.bytes(signature);
        if (expected.length == 0 || said.isEmpty() || !MessageDigest.isEqual(expected, said.get())) {
            throw new ScramException(
                    "the daemon has not proved that it knows this password's keys: it is not the right one");
        }
    }

    private static int number(@Nullable String text) {
        try {
            return text == null ? -1 : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
