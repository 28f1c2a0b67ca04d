package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What came out of reading a spread.conf.
 *
 * @param configuration whole and checked
 * @param warnings in the order they were found
 */
public record ConfigurationReading(Configuration configuration, ImmutableList<ConfigurationWarning> warnings) {
    /** Bytes of a file, at most. */
    public static final int MAX_FILE = 1 << 20;

    /**
     * Reads a file.
     *
     * @throws ConfigurationException if it cannot be read, or no daemon can run with it
     */
    public static ConfigurationReading read(Path file, HostResolver hosts) {
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
        return parse(text, file.toString(), hosts);
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
        return new ConfigurationParser(fileName, text, hosts).read();
    }
}
