package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which spread.conf a program uses (configuration 1). A C daemon whose {@code -c} names a missing file silently takes another one; here a
 * file that is named must exist.
 */
public final class ConfigurationFile {
    /** Where a program looks when no file is named, in this order. */
    public static final ImmutableList<Path> USUAL_PLACES =
            ImmutableList.of(Path.of("spread.conf"), Path.of("/etc/spread.conf"), Path.of("/etc/spread/spread.conf"));

    private ConfigurationFile() {}

    /**
     * The file to read, or empty if none is named and none stands in the usual places: then the built-in configuration is meant.
     *
     * @param named what the person said, or null
     * @throws ConfigurationException if {@code named} does not exist or is a directory
     */
    public static Optional<Path> find(@Nullable Path named) {
        return find(named, USUAL_PLACES);
    }

    /** As {@link #find(Path)}, with other places to look. */
    public static Optional<Path> find(@Nullable Path named, List<Path> places) {
        if (named == null) {
            return places.stream().filter(Files::isRegularFile).findFirst();
        }
        if (Files.isDirectory(named)) {
            throw new ConfigurationException(named + ": is a directory, expected a spread.conf");
        }
        if (!Files.exists(named)) {
            throw new ConfigurationException(named + ": there is no such file"
                    + (named.isAbsolute() ? "" : " (looked for it as " + named.toAbsolutePath() + ")")
                    + "; leave the file out to use " + places.get(0) + " or the built-in configuration");
        }
        return Optional.of(named);
    }
}
