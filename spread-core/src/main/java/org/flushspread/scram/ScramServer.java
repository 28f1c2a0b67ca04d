package org.flushspread.scram;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Function;

/**
 * The daemon's side: {@link #challenge} for the first message, then {@link #accepts} of the second. A user that does not exist is challenged
 * as any other. For one exchange; used by one thread at a time.
 */
public final class ScramServer {
    private static final int LONGEST_NONCE = 256;

    private final Function<String, Optional<ScramKeys>> keysOf;
    private final String nonce;
    private final byte[] secret;
    private final int rounds;
    private Optional<String> user = Optional.empty();
    private Optional<ScramKeys> keys = Optional.empty();
    private boolean exists;
    private String both = "";
    private String bare = "";
    private String challenge = "";
    private String header = "";
    private String verdict = "e=other-error";

    /**
     * @param keysOf a user's keys, if there are any
     * @param nonce printable and without a comma, never used before
     * @param secret of this daemon, makes the salts of users that do not exist
     * @param rounds that users who do not exist are asked for
     */
    public ScramServer(Function<String, Optional<ScramKeys>> keysOf, String nonce, byte[] secret, int rounds) {
        this.keysOf = keysOf;
        this.nonce = nonce;
        this.secret = secret.clone();
        this.rounds = rounds;
    }

    /** The challenge for a first message; empty if it is none, or wants what is not offered. */
    public Optional<String> challenge(String first) {
        // a client that would bind to the channel but thinks that this side cannot ("y") is right
        if (!first.startsWith(ScramClient.HEADER) && !first.startsWith("y,,")) {
            return Optional.empty();
        }
        header = first.substring(0, ScramClient.HEADER.length());
        bare = first.substring(header.length());
        Attributes parts = Attributes.of(bare);
        String name = parts.at(0, 'n');
        String theirs = parts.at(1, 'r');
        Optional<String> named = name == null ? Optional.empty() : unescaped(name);
        if (named.isEmpty() || theirs == null || !isNonce(theirs)) {
            return Optional.empty();
        }
        user = named;
        Optional<ScramKeys> found = keysOf.apply(named.get());
        exists = found.isPresent();
        ScramKeys used = found.orElseGet(() -> ScramKeys.ofNobody(secret, named.get(), rounds));
        keys = Optional.of(used);
        both = theirs + nonce;
        challenge = "r=" + both + ",s=" + Codes.base64(used.salt()) + ",i=" + used.rounds();
        return Optional.of(challenge);
    }

    /** Whether the second message proves that the client has the password. Then {@link #verdict} tells it, and proves this side. */
    public boolean accepts(String last) {
        Attributes parts = Attributes.of(last);
        String proofText = parts.at(parts.size() - 1, 'p');
        if (keys.isEmpty() || proofText == null || !both.equals(parts.at(1, 'r'))) {
            return false;
        }
        if (!Codes.base64(header.getBytes(StandardCharsets.US_ASCII)).equals(parts.at(0, 'c'))) {
            verdict = "e=channel-bindings-dont-match";
            return false;
        }
        verdict = "e=invalid-proof";
        Optional<byte[]> proof = Codes.bytes(proofText);
        if (proof.isEmpty() || proof.get().length != Codes.LENGTH) {
            return false;
        }
        String all =
                bare + "," + challenge + "," + last.substring(0, last.length() - proofText.length() - ",p=".length());
        byte[] stored = keys.get().storedKey();
        byte[] clientKey = Codes.exclusiveOr(proof.get(), Codes.hmac(stored, all));
        if (!MessageDigest.isEqual(Codes.hash(clientKey), stored) || !exists) {
            return false;
        }
        verdict = "v=" + Codes.base64(Codes.hmac(keys.get().serverKey(), all));
        return true;
    }

    /** The last message. */
    public String verdict() {
        return verdict;
    }

    /** Who the client says it is; empty before a first message that could be read. */
    public Optional<String> user() {
        return user;
    }

    private static boolean isNonce(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NONCE
                && text.chars().allMatch(each -> each > ' ' && each <= '~' && each != ',');
    }

    /** Empty if an equals sign stands before anything else than the two codes there are. */
    private static Optional<String> unescaped(String name) {
        String plain = name.replace("=2C", ",").replace("=3D", "=");
        String again = plain.replace("=", "=3D").replace(",", "=2C");
        return again.equals(name) && !plain.isEmpty() ? Optional.of(plain) : Optional.empty();
    }
}
