package org.flushspread.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A conversation with a room of the kernel in text: each command on a line of its own, and behind it, indented, everything that the room
 * did. Lines that begin with # and empty lines are for the reader. With {@code -Dtranscripts.write=true} the answers are written anew, and
 * are then to be read against the specification before they are kept.
 */
public final class Transcript {
    private static final Path FOLDER = Path.of("src", "test", "resources", "transcripts");
    private static final String INDENT = "    ";

    /** A room under one transcript. */
    @FunctionalInterface
    public interface Script {
        /** Carries out a command; returns all that happened, one line each. */
        List<String> answer(List<String> words);
    }

    private Transcript() {}

    /** The transcripts of a room. */
    public static List<Path> of(String room) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(room))) {
            return files.filter(each -> each.toString().endsWith(".transcript"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Says every command of the file again and compares the answers. */
    public static void holds(Path file, Script script) throws IOException {
        List<String> written = Files.readAllLines(file);
        List<String> said = new ArrayList<>();
        for (String line : written) {
            if (line.startsWith(INDENT)) {
                continue;
            }
            said.add(line);
            if (!line.isBlank() && !line.startsWith("#")) {
                for (String each : script.answer(List.of(line.strip().split(" +")))) {
                    said.add(INDENT + each);
                }
            }
        }
        if (Boolean.getBoolean("transcripts.write")) {
            Files.write(file, said);
        }
        assertThat(said).as(file.getFileName().toString()).isEqualTo(written);
    }
}
