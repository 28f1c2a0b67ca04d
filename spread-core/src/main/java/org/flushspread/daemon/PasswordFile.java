package org.flushspread.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The file {@code spread.access_pword}: lines {@code user:hash}, '#' in column 1 for comments, empty lines allowed. */
final class PasswordFile {
    private static final int LONGEST_USER = 32;
    /** Stands for users that do not exist. */
    private final PasswordHash nobody;
    /** Each check costs so many rounds, whoever it is for: the time of an answer tells neither who exists nor how a user's hash was made. */
    private final int rounds;

    private final Map<String, PasswordHash> users;

    private PasswordFile(Map<String, PasswordHash> users) {
        this.users = users;
        rounds = users.values().stream().mapToInt(PasswordHash::rounds).max().orElse(PasswordHash.ROUNDS);
        nobody = PasswordHash.ofNobody(rounds);
    }

    static PasswordFile empty() {
        return new PasswordFile(Map.of());
    }

    /** Reads a file; throws {@link DaemonStartException} with place and reason. */
    static PasswordFile read(Path file) {
        Map<String, PasswordHash> users = new HashMap<>();
        try {
            // Names are bytes: what a client sends may be in any encoding.
            List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (!line.isEmpty() && !line.startsWith("#")) {
                    add(users, line, file + ":" + (i + 1));
                }
            }
        } catch (IOException e) {
            throw new DaemonStartException(file + ": cannot be read: " + e.getMessage(), e);
        }
        return new PasswordFile(users);
    }

    private static void add(Map<String, PasswordHash> users, String line, String place) {
        int colon = line.indexOf(':');
        if (colon < 1 || colon > LONGEST_USER) {
            throw new DaemonStartException(
                    place + ": expected user:hash with a user of 1 to " + LONGEST_USER + " bytes");
        }
        try {
            users.put(line.substring(0, colon), PasswordHash.parse(line.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new DaemonStartException(place + ": " + e.getMessage(), e);
        }
    }

    boolean has(String user) {
        return users.containsKey(user);
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
