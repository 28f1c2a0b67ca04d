package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What came out of reading a spread.conf.
 *
 * @param configuration whole and checked
 * @param warnings in the order they were found
 * @param whyRing5 what in the file made the ring one of Spread 5, where nobody had said which it is; a sentence
 */
public record ConfigurationReading(
        Configuration configuration, ImmutableList<ConfigurationWarning> warnings, Optional<String> whyRing5) {
    /** Bytes of a file, at most. */
    public static final int MAX_FILE = 1 << 20;

    /**
     * Reads a file.
     *
     * @throws ConfigurationException if it cannot be read, or no daemon can run with it
     */
    public static ConfigurationReading read(Path file, HostResolver hosts) {
        return read(file, hosts, Optional.empty());
    }

    /** As {@link #read(Path, HostResolver)}, for a ring of this version; see {@link #parse(String, String, HostResolver, Optional)}. */
    public static ConfigurationReading read(Path file, HostResolver hosts, Optional<RingVersion> ring) {
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(MAX_FILE + 1);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new ConfigurationException(file + ": cannot be read: " + e.getMessage(), e);
        }
        if (text.length > MAX_FILE) {
            throw new ConfigurationException(
                    file + ": not a configuration file: it has more than " + MAX_FILE + " bytes");
        }
        return parse(new String(text, StandardCharsets.ISO_8859_1), file.toString(), hosts, ring);
    }

    /**
     * Reads the bytes of a file; bytes beyond ASCII are taken as ISO-8859-1.
     *
     * @param fileName stands in errors and warnings
     * @throws ConfigurationException if no daemon can run with it
     */
    public static ConfigurationReading parse(byte[] text, String fileName, HostResolver hosts) {
        return parse(new String(text, StandardCharsets.ISO_8859_1), fileName, hosts);
    }

    /** Reads text that is already decoded; see {@link #parse(byte[], String, HostResolver)}. */
    public static ConfigurationReading parse(String text, String fileName, HostResolver hosts) {
        return parse(text, fileName, hosts, Optional.empty());
    }

    /**
     * Reads text as the file of a ring of this version. If none is said it is Spread 4, or Spread 5 where the first thing that a daemon of
     * Spread 4 cannot read is something that only Spread 5 knows (spread5 4).
     *
     * @throws ConfigurationException if no daemon can run with it
     */
    public static ConfigurationReading parse(
            String text, String fileName, HostResolver hosts, Optional<RingVersion> ring) {
        if (ring.isPresent()) {
            return new ConfigurationParser(ring.get(), fileName, text, hosts).read(Optional.empty());
        }
        try {
            return new ConfigurationParser(RingVersion.SPREAD4, fileName, text, hosts).read(Optional.empty());
        } catch (ConfigurationException e) {
            if (!e.isOfOtherRing()) {
                throw e;
            }
            String why = e.position().map(Position::toString).orElse(fileName)
                    + " has what only Spread 5 knows: this is the file of a ring of Spread 5, which daemons of Spread 4.4 cannot"
                    + " be in (--ring says which it is)";
            return new ConfigurationParser(RingVersion.SPREAD5, fileName, text, hosts).read(Optional.of(why));
        }
    }
}
