package org.flushspread.daemon.seal;

import com.google.common.collect.ImmutableList;
import com.google.common.io.BaseEncoding;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a ring, as the file of {@code --seal-key} has them: one on each line in 64 hexadecimal digits; the first one seals, all of
 * them open (security 2.5). Immutable.
 */
public final class SealKeys {
    private static final int MOST = 16;
    private static final String OWNER_ONLY = "rw-------";

    private final ImmutableList<SealKey> keys;

    private SealKeys(List<SealKey> keys) {
        this.keys = ImmutableList.copyOf(keys);
    }

    /**
     * Reads a key file.
     *
     * @throws SealException with file, line and what to do, if it cannot be used or others than its owner may read it
     */
    public static SealKeys read(Path file) {
        try {
            requirePrivate(file);
            ImmutableList.Builder<SealKey> keys = ImmutableList.builder();
            Set<SealKey> seen = new HashSet<>();
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    SealKey key = parse(line, file + ":" + (i + 1));
                    if (!seen.add(key)) {
                        throw new SealException(file + ":" + (i + 1) + ": this key stands there already");
                    }
                    keys.add(key);
                }
            }
            if (seen.isEmpty() || seen.size() > MOST) {
                throw new SealException(file + ": needs 1 to " + MOST + " keys and has " + seen.size()
                        + ". 'spread --new-seal-key FILE' makes a file with one.");
            }
            return new SealKeys(keys.build());
        } catch (NoSuchFileException e) {
            throw new SealException(
                    file
                            + ": there is no such key file. 'spread --new-seal-key FILE' makes one; every daemon of the ring"
                            + " needs a copy of the same.",
                    e);
        } catch (MalformedInputException e) {
            throw new SealException(file + ": is no text file, so it is no key file", e);
        } catch (IOException e) {
            throw new SealException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static void requirePrivate(Path file) throws IOException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException notPosix) {
            return;
        }
        for (PosixFilePermission each : permissions) {
            String name = each.name();
            if (name.startsWith("OTHERS_") || name.startsWith("GROUP_")) {
                throw new SealException(file + ": others than its owner may use this key file ("
                        + PosixFilePermissions.toString(permissions) + "). Give it mode 0600 (chmod 600 " + file
                        + ").");
            }
        }
    }

    private static SealKey parse(String line, String place) {
        String digits = line.toLowerCase(Locale.ROOT);
        if (digits.length() != 2 * SealKey.LENGTH
                || !BaseEncoding.base16().lowerCase().canDecode(digits)) {
            throw new SealException(
                    place + ": a key has " + 2 * SealKey.LENGTH + " hexadecimal digits and nothing else");
        }
        return new SealKey(BaseEncoding.base16().lowerCase().decode(digits));
    }

    /**
     * Makes a key file with one new key, for its owner only.
     *
     * @throws SealException if the file is there already or cannot be made
     */
    public static void create(Path file) {
        byte[] secret = new byte[SealKey.LENGTH];
        new SecureRandom().nextBytes(secret);
        String text = BaseEncoding.base16().lowerCase().encode(secret) + "\n";
        try {
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            } catch (UnsupportedOperationException notPosix) {
                Files.createFile(file);
            }
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new SealException(
                    file + ": cannot be made"
                            + (Files.exists(file) ? ", since it is there already" : ": " + e.getMessage()),
                    e);
        }
    }

    /** Keys of these secrets of 32 bytes each, the first one to seal with. */
    public static SealKeys of(byte[]... secrets) {
        ImmutableList.Builder<SealKey> keys = ImmutableList.builder();
        for (byte[] each : secrets) {
            keys.add(new SealKey(each));
        }
        return new SealKeys(keys.build());
    }

    /** What envelopes name them by; tells nothing about the secrets. */
    public List<String> ids() {
        return keys.stream().map(each -> Integer.toHexString(each.id())).toList();
    }

    SealKey sealing() {
        return keys.get(0);
    }

    @Nullable
    SealKey find(int id) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).id() == id) {
                return keys.get(i);
            }
        }
        return null;
    }

    /** Their ids, never the secrets. */
    @Override
    public String toString() {
        return keys.toString();
    }
}
