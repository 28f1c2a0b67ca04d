package org.flushspread.daemon.seal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/** What an envelope is closed with: each sender takes the one its processor is fast at, each receiver opens both (security 2.2). */
public enum Algorithm {
    AES_256_GCM(1, "AES", "AES/GCM/NoPadding") {
        @Override
        AlgorithmParameterSpec parameters(byte[] nonce) {
            return new GCMParameterSpec(Byte.SIZE * Envelope.TAG, nonce);
        }
    },
    CHACHA20_POLY1305(2, "ChaCha20", "ChaCha20-Poly1305") {
        @Override
        AlgorithmParameterSpec parameters(byte[] nonce) {
            return new IvParameterSpec(nonce);
        }
    };

    private final int number;
    private final String key;
    private final String transformation;

    Algorithm(int number, String key, String transformation) {
        this.number = number;
        this.key = key;
        this.transformation = transformation;
    }

    /** The one with this number, or null. */
    static @Nullable Algorithm of(int number) {
        return number == AES_256_GCM.number
                ? AES_256_GCM
                : number == CHACHA20_POLY1305.number ? CHACHA20_POLY1305 : null;
    }

    /** AES where the processor has instructions for it, or where that cannot be told. */
    public static Algorithm ofThisMachine() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
            boolean said = lines.stream().anyMatch(each -> each.startsWith("flags") || each.startsWith("Features"));
            boolean has = lines.stream()
                    .filter(each -> each.startsWith("flags") || each.startsWith("Features"))
                    .anyMatch(each -> List.of(each.split("\\s+")).contains("aes"));
            return said && !has ? CHACHA20_POLY1305 : AES_256_GCM;
        } catch (IOException | UncheckedIOException notLinux) {
            return AES_256_GCM;
        }
    }

    abstract AlgorithmParameterSpec parameters(byte[] nonce);

    int number() {
        return number;
    }

    String key() {
        return key;
    }

    Cipher cipher() {
        try {
            return Cipher.getInstance(transformation);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(transformation + " is not in this Java run time: " + e.getMessage(), e);
        }
    }
}
