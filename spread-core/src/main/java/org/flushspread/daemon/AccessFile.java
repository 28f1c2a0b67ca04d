package org.flushspread.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.flushspread.config.AccessRules;
import org.flushspread.config.ConfigurationException;

/** The file of {@code --access} (security 4.1). */
final class AccessFile {
    private static final long LONGEST = 1 << 20;

    private AccessFile() {}

    /** @throws DaemonStartException with the place of a mistake and what to write instead, or why the file cannot be read */
    static AccessRules read(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new DaemonStartException(file + ": is larger than 1 MiB, so it is no access file");
            }
            return AccessRules.parse(Files.readAllBytes(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new DaemonStartException(
                    file + ": there is no such access file. One that allows everything has the line 'default allow'.",
                    e);
        } catch (IOException e) {
            throw new DaemonStartException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (ConfigurationException e) {
            throw new DaemonStartException(e.getMessage(), e);
        }
    }
}
