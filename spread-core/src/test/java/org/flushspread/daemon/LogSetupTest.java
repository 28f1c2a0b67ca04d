package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flushspread.config.Configuration;
import org.flushspread.config.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** operations 10: what becomes of the log. */
class LogSetupTest {
    private static final Options OPTIONS = Configuration.local().options();

    @TempDir
    Path directory;

    private final LoggerContext context = new LoggerContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    private Path file() {
        return directory.resolve("spread.log");
    }

    private Logger logger(boolean json, OptionalLong rotateAt) {
        context.setMDCAdapter(new LogbackMDCAdapter());
        LogSetup.configure(
                context, OPTIONS, new LogOptions(Optional.of("INFO"), Optional.of(file().toString()), json, rotateAt));
        return context.getLogger(DaemonLog.PREFIX + "MEMBERSHIP");
    }

    @Test
    void jsonIsOneObjectALineThatMachinesRead() throws IOException {
        Logger logger = logger(true, OptionalLong.empty());
        logger.info("membership {} \"quoted\"\nand two lines", "{d1 d2}");
        logger.error("it failed", new IllegalStateException("why"));
        context.stop();
        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("formattedMessage").asText()).isEqualTo("membership {d1 d2} \"quoted\"\nand two lines");
        assertThat(first.get("level").asText()).isEqualTo("INFO");
        assertThat(first.get("loggerName").asText()).endsWith(".MEMBERSHIP");
        assertThat(first.get("timestamp").asLong()).isPositive();
        JsonNode second = new ObjectMapper().readTree(lines.get(1));
        assertThat(second.get("throwable").get("message").asText()).isEqualTo("why");
    }

    @Test
    void aFileThatGetsTooLargeIsPutAside() throws IOException {
        Logger logger = logger(false, OptionalLong.of(10_000));
        // words that are not the same but for numbers
        List<String> words = IntStream.range(0, 26 * 26)
                .mapToObj(i -> Character.toString('a' + i / 26) + Character.toString('a' + i % 26))
                .toList();
        for (String each : words) {
            logger.info("line {} {}", each, "x".repeat(60));
        }
        context.stop();
        assertThat(Files.size(file())).isLessThan(12_000);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .contains("spread.log")
                    .anyMatch(each -> each.matches("spread\\.log\\.\\d{4}-\\d\\d-\\d\\d\\.\\d+(\\.gz)?"));
        }
    }

    private static ILoggingEvent line(LoggerContext context, Level level, String text, int number, long at) {
        LoggingEvent event =
                new LoggingEvent("test", context.getLogger("test"), level, text + " {}", null, new Object[] {number});
        event.setInstant(java.time.Instant.ofEpochMilli(at));
        return event;
    }

    @Test
    void linesThatAreTheSameButForNumbersAreLimitedAndCounted() {
        ListAppender<ILoggingEvent> to = new ListAppender<>();
        to.start();
        RepeatedLines limited = new RepeatedLines(to);
        limited.setContext(context);
        limited.start();
        for (int i = 0; i < 25; i++) {
            limited.doAppend(line(context, Level.WARN, "refused", i, 1000));
            limited.doAppend(line(context, Level.DEBUG, "in detail", i, 1000));
        }
        limited.doAppend(line(context, Level.WARN, "another", 1, 1000));
        assertThat(to.list).filteredOn(each -> each.getLevel() == Level.WARN).hasSize(RepeatedLines.MOST + 1);
        assertThat(to.list).filteredOn(each -> each.getLevel() == Level.DEBUG).hasSize(25);
        to.list.clear();

        limited.doAppend(line(context, Level.WARN, "another", 2, 1000 + RepeatedLines.TIME.toMillis()));
        assertThat(to.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("15 more lines like this were left out: refused 0", "another 2");
        to.list.clear();

        for (int i = 0; i < 12; i++) {
            limited.doAppend(line(context, Level.WARN, "refused", i, 30_000));
        }
        limited.stop();
        assertThat(to.list).hasSize(RepeatedLines.MOST + 1);
        assertThat(to.list.get(RepeatedLines.MOST).getFormattedMessage()).startsWith("2 more lines");
    }
}
