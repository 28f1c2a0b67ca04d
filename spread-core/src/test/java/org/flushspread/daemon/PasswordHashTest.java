package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
