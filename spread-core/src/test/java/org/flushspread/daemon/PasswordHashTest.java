package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flushspread.scram.ScramKeys;
import org.flushspread.scram.ScramServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordHashTest {
    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aHashMatchesItsPasswordAfterBeingWrittenAndRead() {
        PasswordHash hash = PasswordHash.parse(PasswordHash.of(bytes("secret")).toString());
        assertThat(hash.matches(bytes("secret"))).isTrue();
        assertThat(hash.matches(bytes("Secret"))).isFalse();
        assertThat(hash.matches(bytes(""))).isFalse();
    }

    @Test
    void onlyTheEightBytesTheProtocolCarriesCount() {
        PasswordHash hash = PasswordHash.of(bytes("longer than eight"));
        assertThat(hash.matches(bytes("longer t"))).isTrue();
        assertThat(hash.matches(bytes("longer "))).isFalse();
    }

    @Test
    void theHashIsThatOfOtherToolsInModularCryptForm() {
        // PBKDF2-HMAC-SHA256, password "password", salt "salt", 4096 rounds: a published test vector.
        PasswordHash hash =
                PasswordHash.parse("$pbkdf2-sha256$4096$c2FsdA$xeR41ZKIyEGqUw22hFxMjZYok6ABzk4RpJY4c6qYE0o");
        assertThat(hash.matches(bytes("password"))).isTrue();
    }

    /** Bytes that are no UTF-8 are bytes all the same. */
    @Test
    void passwordsAreComparedAsBytes() {
        byte[] one = {(byte) 0xe4, (byte) 0xf6};
        byte[] other = {(byte) 0xff, (byte) 0xfe};
        PasswordHash hash = PasswordHash.of(one);
        assertThat(hash.matches(one)).isTrue();
        assertThat(hash.matches(other)).isFalse();
        assertThat(PasswordHash.of(new byte[0]).matches(new byte[0])).isTrue();
        // What the JDK's function makes of the same bytes, where they are UTF-8.
        assertThat(PasswordHash.parse("$pbkdf2-sha256$1000$AAAA$" + jdk("p\u00e4ss", 1000))
                        .matches(bytes("p\u00e4ss")))
                .isTrue();
    }

    private static String jdk(String password, int rounds) {
        try {
            byte[] hash = javax.crypto.SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new javax.crypto.spec.PBEKeySpec(password.toCharArray(), new byte[3], rounds, 256))
                    .getEncoded();
            return java.util.Base64.getEncoder()
                    .withoutPadding()
                    .encodeToString(hash)
                    .replace('+', '.');
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Whoever measures must not learn who exists, or that a user's hash was made in another way than the others. */
    @Tag("once")
    @Test
    void aCheckTakesTheSameTimeForEverybodyWhateverTheCostOfAHash() throws IOException {
        String slow = "$pbkdf2-sha256$20000$AAAA$" + jdk("x", 20_000);
        String fast = "$pbkdf2-sha256$50$AAAA$" + jdk("x", 50);
        Path file =
                Files.writeString(directory.resolve("spread.access_pword"), "slow:" + slow + "\nfast:" + fast + "\n");
        PasswordFile users = PasswordFile.read(file);
        long[] best = new long[3];
        java.util.Arrays.fill(best, Long.MAX_VALUE);
        String[] names = {"slow", "fast", "nobody"};
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < names.length; j++) {
                long start = System.nanoTime();
                assertThat(users.accepts(names[j], bytes("y"))).isFalse();
                best[j] = Math.min(best[j], System.nanoTime() - start);
            }
        }
        // The best of several; without the same number of rounds the factor is 400, and 5 with the usual ones for
        // nobody.
        assertThat((double) best[1] / best[0]).isBetween(0.4, 2.5);
        assertThat((double) best[2] / best[0]).isBetween(0.4, 2.5);
        assertThat(users.accepts("fast", bytes("x"))).isTrue();
    }

    /** Without, proofs would be the way to try guesses by the thousand. */
    @Tag("once")
    @Test
    void aWrongProofTakesTheTimeOfAWrongPassword() throws IOException {
        String keys = ScramKeys.of(bytes("x"), new byte[ScramKeys.SALT], 4096).text();
        Path file = Files.writeString(
                directory.resolve("spread.access_pword"),
                "alice:$pbkdf2-sha256$400000$AAAA$" + jdk("x", 400_000) + "\nalice:" + keys + "\n");
        PasswordFile users = PasswordFile.read(file);
        long password = Long.MAX_VALUE;
        long proof = Long.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            long start = System.nanoTime();
            assertThat(users.accepts("alice", bytes("y"))).isFalse();
            password = Math.min(password, System.nanoTime() - start);
            ScramServer server = users.server("nonce");
            assertThat(server.challenge("n,,n=alice,r=x")).isPresent();
            start = System.nanoTime();
            assertThat(users.accepts(server, "c=biws,r=xnonce,p=" + "A".repeat(43) + "="))
                    .isFalse();
            proof = Math.min(proof, System.nanoTime() - start);
        }
        assertThat((double) proof / password).isBetween(0.4, 2.5);
    }

    @Test
    void aFileTellsLineAndReason() throws IOException {
        Path file = Files.writeString(
                directory.resolve("spread.access_pword"), "# users\n\nalice:" + PasswordHash.of(bytes("a")) + "\n");
        PasswordFile users = PasswordFile.read(file);
        assertThat(users.accepts("alice", bytes("a"))).isTrue();
        assertThat(users.accepts("alice", bytes("b"))).isFalse();
        assertThat(users.accepts("bob", bytes("a"))).isFalse();
        Files.writeString(file, "alice:aB3dE5gH7jK9m\n");
        assertThatThrownBy(() -> PasswordFile.read(file))
                .hasMessageContaining("spread.access_pword:1: ")
                .hasMessageContaining("DES");
    }
}
