package org.flushspread.flush.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Situations of the flush protocol written down with all that one member says in them, to be read beside the protocol; {@link Transcript} has
 * the language. With {@code -Dtranscripts.write=true} the files get what comes out, for the next reading.
 */
class TranscriptsTest {
    private static final Path TRANSCRIPTS = Path.of("src", "test", "resources", "transcripts");

    static List<Path> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(TRANSCRIPTS)) {
            return files.filter(each -> each.toString().endsWith(".transcript"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void happensAsWritten(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);

        List<String> now = new Transcript().run(lines);

        if (Boolean.getBoolean("transcripts.write")) {
            Files.write(file, now);
        }
        assertThat(now).as(file.getFileName().toString()).isEqualTo(lines);
    }

    @Test
    void areEnoughToReadTheProtocolBy() throws IOException {
        assertThat(transcripts()).hasSizeGreaterThanOrEqualTo(12);
    }
}
