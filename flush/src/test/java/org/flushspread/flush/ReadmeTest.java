package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.Page;
import org.flushspread.PageCode;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java of README.md, compiled as it stands there and run against a daemon. */
@Tag("once")
@Timeout(120)
class ReadmeTest {
    private static final Path REPOSITORY = Path.of("..");

    private final int port = TestPorts.free();
    private final EmbeddedDaemon daemon = EmbeddedDaemon.start(Configuration.local(port), "localhost");
    private final PrintStream screen = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final List<AutoCloseable> made = new ArrayList<>();

    @TempDir
    Path directory = Path.of(".");

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() throws Exception {
        System.setOut(screen);
        // The members write to their stores until they are closed, and the directory is deleted next.
        for (AutoCloseable each : made) {
            each.close();
        }
        daemon.close();
    }

    @Test
    void theTenLinesJoinSendAndReceive() throws Exception {
        compiled("Ten", blocks("README.md").get(0), "return 0L;", text -> text).call();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualToNormalizingNewlines("JOIN [#alice#localhost]\n#alice#localhost: hello\n");
    }

    @Test
    void theTenLinesPrintHelloAlsoWhenOthersAreInTheRoom() throws Exception {
        try (SpreadConnection other = SpreadConnection.connect(port + "@localhost", "bob")) {
            other.join("room").awaitView(1, Duration.ofSeconds(20));
            compiled("TenAmongOthers", blocks("README.md").get(0), "return 0L;", text -> text)
                    .call();
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("#bob#localhost")
                .contains("#alice#localhost: hello\n");
    }

    @Test
    void threeMembersRunTheLinesOfTheReplicatedStateMachine() throws Exception {
        List<Callable<Long>> members = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            int number = i;
            Path data = directory.resolve("data" + i);
            members.add(compiled(
                    "Replica" + number,
                    blocks("README.md").get(1),
                    "open = counter;\nreturn now;",
                    text -> text.replace("\"alice\"", "\"alice" + number + "\"")
                            .replace("Path.of(\"data\")", "Path.of(\"" + data + "\")")));
        }
        ExecutorService executor = Executors.newFixedThreadPool(3);
        List<Long> results = new ArrayList<>();
        try {
            for (Future<Long> each : executor.invokeAll(members)) {
                results.add(each.get());
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(results).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @Test
    void theDaemonOfOnesOwnIsOneLine() throws Exception {
        String line = inline("README.md", "EmbeddedDaemon.start(");
        String body = "try (var connection = "
                + line.replace("Configuration.local()", "Configuration.local(" + TestPorts.free() + ")")
                + ") { System.out.println(connection.privateGroup()); }";
        compiled(
                        "Own",
                        "import org.flushspread.config.Configuration;\nimport org.flushspread.embedded.EmbeddedDaemon;\n"
                                + body,
                        "return 0L;",
                        text -> text)
                .call();
        assertThat(printed.toString(StandardCharsets.UTF_8)).startsWith("#alice#localhost");
    }

    private static String read(String page) throws IOException {
        return Files.readString(REPOSITORY.resolve(page));
    }

    /** The Java blocks of a page, in their order. */
    private static List<String> blocks(String page) {
        return Page.of(page).blocks().stream()
                .filter(each -> each.is("java"))
                .map(Page.Block::code)
                .toList();
    }

    /** Code in the running text that begins so. */
    private static String inline(String page, String begin) throws IOException {
        Matcher matcher =
                Pattern.compile("`(" + Pattern.quote(begin) + "[^`]*)`").matcher(read(page));
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    /** Lines wait longer than they say, for machines that are busy, until what they wait for is there. */
    private long patience(long seconds) {
        return printed.toString(StandardCharsets.UTF_8).contains(": hello\n") ? seconds : 60;
    }

    /**
     * Makes a class of the lines: its imports, what people have around them, and the lines as a method; what they put
     * into {@code open} is closed after the test.
     */
    private Callable<Long> compiled(String name, String block, String end, UnaryOperator<String> change)
            throws Exception {
        PageCode code = PageCode.of(block);
        String lines = code.lines()
                .replaceAll("Duration\\.ofSeconds\\((\\d+)\\)", "Duration.ofSeconds(patience.applyAsLong($1))");
        String source = code.source(
                name,
                "implements java.util.concurrent.Callable<Long>, AutoCloseable",
                "private AutoCloseable open = () -> {};\n"
                        + "public java.util.function.LongUnaryOperator patience;\n"
                        + "public void close() throws Exception { open.close(); }\n"
                        + (lines.contains("new Counter()") ? counter() : "")
                        + "\npublic Long call() throws Exception {\n"
                        + change.apply(lines.replace("4803@localhost", port + "@localhost"))
                        + "\n" + end + "\n}\n");
        Object instance = PageCode.compile(directory, name, source)
                .getDeclaredConstructor()
                .newInstance();
        instance.getClass().getField("patience").set(instance, (LongUnaryOperator) this::patience);
        made.add((AutoCloseable) instance);
        @SuppressWarnings("unchecked")
        Callable<Long> callable = (Callable<Long>) instance;
        return callable;
    }

    private static String counter() {
        return Page.of("spec/replicated-state-machine.md").blocks().stream()
                .filter(each -> each.mark().equals("counter"))
                .findFirst()
                .orElseThrow()
                .code();
    }
}
