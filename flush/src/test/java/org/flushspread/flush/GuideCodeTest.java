package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flushspread.Page;
import org.flushspread.Page.Block;
import org.flushspread.PageCode;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java of each page of the guide, one block behind the other, is a program that runs and prints what the page says. */
@Tag("once")
@Timeout(120)
class GuideCodeTest {
    private final PrintStream screen = System.out;

    @TempDir
    Path directory = Path.of(".");

    @AfterEach
    void putBack() {
        System.setOut(screen);
        spread.SpreadMessage.setObjectInputFilter(null);
    }

    static Stream<String> pages() {
        return Page.guide().stream()
                .filter(page -> !page.path().equals("README.md")) // ReadmeTest
                .filter(page -> page.blocks().stream().anyMatch(block -> block.is("java")))
                .map(Page::path);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void thePageRuns(String path) throws Exception {
        Page page = Page.of(path);
        int port = TestPorts.free();
        List<Block> blocks =
                page.blocks().stream().filter(block -> block.is("java")).toList();
        PageCode code = PageCode.of(blocks.stream().map(Block::code).collect(Collectors.joining()));
        String lines = code.lines()
                .replace("4803@localhost", port + "@localhost")
                .replace("Configuration.local()", "Configuration.local(" + TestPorts.free() + ")")
                .replace("Path.of(\"", "Path.of(\"" + directory + "/");
        String source = code.source(
                "Page",
                "implements java.util.concurrent.Callable<Long>",
                "public Long call() throws Exception {\n" + lines + "return 0L;\n}\n");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (EmbeddedDaemon daemon = EmbeddedDaemon.start(Configuration.local(port), "localhost")) {
            assertThat(daemon.isRunning()).isTrue();
            Callable<?> program = (Callable<?>) PageCode.compile(directory, "Page", source)
                    .getDeclaredConstructor()
                    .newInstance();
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            program.call();
        }
        List<String> expected =
                blocks.stream().flatMap(block -> page.printedBy(block).lines()).toList();
        assertThat(printed.toString(StandardCharsets.UTF_8).lines()).as(path).containsSubsequence(expected);
    }
}
