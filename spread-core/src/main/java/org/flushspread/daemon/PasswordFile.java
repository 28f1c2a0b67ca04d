package org.flushspread.daemon;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.flushspread.scram.ScramKeys;
import org.flushspread.scram.ScramServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code spread.access_pword}: lines {@code user:hash}, '#' in column 1 for comments, empty lines allowed. A user may have a line for
 * the method PWORD and one for SCRAM (configuration 7.1).
 */
final class PasswordFile {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);
    private static final int LONGEST_USER = 32;
    private static final String OWNER_ONLY = "rw-------";

    /** Stands for users that do not exist. */
    private final PasswordHash nobody;
    /** Each check costs so many rounds, whoever it is for: the time of an answer tells neither who exists nor how a user's hash was made. */
    private final int rounds;

    private final Map<String, PasswordHash> users;
    private final Map<String, ScramKeys> proofs;
    private final byte[] secretOfNobody;
    private final int roundsOfNobody;

    private PasswordFile(Map<String, PasswordHash> users, Map<String, ScramKeys> proofs) {
        this.users = users;
        this.proofs = proofs;
        rounds = users.values().stream().mapToInt(PasswordHash::rounds).max().orElse(PasswordHash.ROUNDS);
        nobody = PasswordHash.ofNobody(rounds);
        // the same challenge for a user that does not exist each time, as long as the file is the same
        Hasher secret = Hashing.sha256().newHasher();
        int most = ScramKeys.FEWEST_ROUNDS;
        for (ScramKeys each : proofs.values()) {
            secret.putString(each.text(), StandardCharsets.US_ASCII);
            most = Math.max(most, each.rounds());
        }
        secretOfNobody = secret.hash().asBytes();
        roundsOfNobody = most;
    }

    static PasswordFile empty() {
        return new PasswordFile(Map.of(), Map.of());
    }

    /** Reads a file; throws {@link DaemonStartException} with place and reason. */
    static PasswordFile read(Path file) {
        PasswordFile users = parse(lines(file), file);
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
                LOG.warn("{}: every user of this machine can read these hashes and try passwords; chmod 600 it", file);
            }
        } catch (UnsupportedOperationException | IOException notPosix) {
            LOG.debug("{}: {}", file, notPosix.getMessage());
        }
        return users;
    }

    private static List<String> lines(Path file) {
        try {
            // Names are bytes: what a client sends may be in any encoding.
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new DaemonStartException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static PasswordFile parse(List<String> lines, Path file) {
        Map<String, PasswordHash> users = new HashMap<>();
        Map<String, ScramKeys> proofs = new TreeMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(users, proofs, line, file + ":" + (i + 1));
            }
        }
        return new PasswordFile(users, proofs);
    }

    private static void add(Map<String, PasswordHash> users, Map<String, ScramKeys> proofs, String line, String place) {
        int colon = line.indexOf(':');
        if (colon < 1 || colon > LONGEST_USER) {
            throw new DaemonStartException(
                    place + ": expected user:hash with a user of 1 to " + LONGEST_USER + " bytes");
        }
        try {
            String user = line.substring(0, colon);
            String hash = line.substring(colon + 1);
            if (ScramKeys.isForm(hash)) {
                proofs.put(user, ScramKeys.parse(hash));
            } else {
                users.put(user, PasswordHash.parse(hash));
            }
        } catch (IllegalArgumentException e) {
            throw new DaemonStartException(place + ": " + e.getMessage(), e);
        }
    }

    /**
     * Gives a user these hashes, in the place of all his former ones or behind all other users. The file is replaced as a whole, so that nobody
     * reads half of it, and is for its owner only.
     *
     * @return true if there was no such user
     * @throws DaemonStartException if the file cannot be read or written, or has a line that is wrong; it is as it was then
     */
    static boolean change(Path file, String user, List<String> hashes) {
        String bytes = bytes(user);
        List<String> own = hashes.stream().map(each -> bytes + ":" + each).toList();
        boolean there = Files.exists(file);
        List<String> before = there ? lines(file) : List.of();
        boolean isNew = !parse(before, file).has(bytes);
        List<String> after = new ArrayList<>();
        boolean written = false;
        for (String line : before) {
            if (!line.strip().startsWith(bytes + ":")) {
                after.add(line);
            } else if (!written) {
                written = true;
                after.addAll(own);
            }
        }
        if (!written) {
            after.addAll(own);
        }
        try {
            // What a link leads to is replaced, and not the link.
            replace(there ? file.toRealPath() : file.toAbsolutePath(), String.join("\n", after) + "\n");
        } catch (IOException e) {
            throw new DaemonStartException(file + ": cannot be written: " + e, e);
        }
        return isNew;
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid());
        boolean posix = Files.getFileStore(file.getParent()).supportsFileAttributeView(PosixFileAttributeView.class);
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY))
                }
                : new FileAttribute<?>[0];
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            try (FileChannel out = FileChannel.open(next, options, ownerOnly)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            if (posix && Files.exists(file)) {
                keepOwner(file, next);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    /** A file that root changes stays the daemon's. */
    private static void keepOwner(Path file, Path next) throws IOException {
        PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
        PosixFileAttributeView view =
                Files.getFileAttributeView(next, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!view.readAttributes().owner().equals(before.owner())) {
            view.setOwner(before.owner());
            view.setGroup(before.group());
        }
    }

    /** Names in the file are bytes, those of messages text. */
    static String bytes(String user) {
        return new String(user.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** @param user its bytes as ISO-8859-1 */
    boolean has(String user) {
        return users.containsKey(user) || proofs.containsKey(user);
    }

    /** True if a user can prove a password without sending it. */
    boolean hasProofs() {
        return !proofs.isEmpty();
    }

    /**
     * The daemon's side of a proof.
     *
     * @param nonce printable and never used before
     */
    ScramServer server(String nonce) {
        return new ScramServer(
                user -> Optional.ofNullable(proofs.get(bytes(user))), nonce, secretOfNobody, roundsOfNobody);
    }

    /** Tests a proof; a wrong one takes the time of a wrong password, so that guesses are as slow. */
    boolean accepts(ScramServer proof, String last) {
        boolean accepted = proof.accepts(last);
        if (!accepted) {
            PasswordHash.spend(rounds);
        }
        return accepted;
    }

    /** @param user its bytes as ISO-8859-1 */
    boolean accepts(String user, byte[] password) {
        PasswordHash known = users.get(user);
        PasswordHash checked = known == null ? nobody : known;
        boolean matches = checked.matches(password);
        PasswordHash.spend(rounds - checked.rounds());
        return matches && known != null;
    }
}
