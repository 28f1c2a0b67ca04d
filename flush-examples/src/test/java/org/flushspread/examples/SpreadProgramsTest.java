package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SpreadDaemon;
import org.flushspread.daemon.TestPorts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs on package {@code spread}, at a real daemon. */
@Timeout(120)
class SpreadProgramsTest {
    private static final String PORT = Integer.toString(TestPorts.free());
    private static SpreadDaemon daemon;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @BeforeAll
    static void start(@TempDir Path directory) {
        Configuration configuration = Configuration.parse(
                "Spread_Segment 127.0.0.255:" + PORT + " { d1 127.0.0.1 { 127.0.0.1 } }\n",
                "test",
                HostResolver.LOCALHOST_ONLY);
        DaemonOptions options = DaemonOptions.DEFAULTS.withSocketDirectory(Optional.of(directory));
        daemon = SpreadDaemon.start(configuration, configuration.requireByName("d1"), options);
    }

    @AfterAll
    static void stop() {
        daemon.close();
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void awaitText(String expected) {
        Wait.until(() -> "'" + expected + "' in " + text(), () -> text().contains(expected));
    }

    @Test
    void userJoinsSendsListensReceivesAndLeaves() throws Exception {
        try (PipedOutputStream typed = new PipedOutputStream();
                InputStream keyboard = new PipedInputStream(typed)) {
            SpreadUser user = new SpreadUser(keyboard, out);
            CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(
                    () -> user.run("-p", PORT, "-u", "typist", "-s", "127.0.0.1"), SpreadProgramsTest::thread);
            awaitText("User> ");
            assertThat(text()).contains("r -- receive a message");
            type(typed, "j room");
            awaitText("Joined room.");
            awaitText("\tDue to the JOIN of #typist#d1\n");
            assertThat(text()).contains("REGULAR membership for group room with 1 members:");
            type(typed, "s room\nhello there");
            // what arrives is shown by a thread of its own, before or after the command says that it is done
            awaitText("Sent message 1.");
            awaitText("The message is: hello there");
            assertThat(text()).contains("Enter message: ", "Received a SAFE message.", "To 1 groups.");
            type(typed, "t\nx");
            awaitText("t -- stop the listener");
            type(typed, "b room\n30");
            awaitText("Sent message 10 (total 11).");
            awaitText("The message is: mess num 9");
            assertThat(text()).contains("The data is 30 bytes.");
            type(typed, "t\np");
            awaitText("There is no message waiting.");
            type(typed, "l");
            awaitText("SELF-LEAVE message for group room");
            type(typed, "l\nj\nq");
            assertThat(ended.get(60, TimeUnit.SECONDS)).isZero();
            assertThat(text()).contains("Left room.", "No group to leave.", "No group name.");
        }
    }

    private static void type(PipedOutputStream typed, String line) throws IOException {
        typed.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        typed.flush();
    }

    @Test
    void userSaysWhatIsWrongWithItsArgumentsAndItsDaemon() {
        InputStream nothing = new ByteArrayInputStream(new byte[0]);
        assertThat(new SpreadUser(nothing, out).run("--what")).isZero();
        assertThat(text()).contains("[-u <user name>]");
        String nobody = Integer.toString(TestPorts.free());
        assertThat(new SpreadUser(nothing, out).run("-p", nobody)).isEqualTo(1);
        assertThat(text()).contains("There was an error connecting to the daemon");
        assertThat(new SpreadUser(nothing, out).run("-p", PORT, "-u", "ends")).isZero();
    }

    @Test
    void flooderSendsAndReceivesAndReports() {
        assertThat(new SpreadFlooder(out).run("-p", PORT, "-m", "2000", "-b", "100"))
                .isZero();
        assertThat(text())
                .contains("Starting multicast of 2000 messages, 100 bytes each.", "Completed 2000 messages", "Mbps)");
    }

    @Test
    void oneFlooderReadsWhatAnotherWrites() throws Exception {
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(
                () -> new SpreadFlooder(out).run("-p", PORT, "-m", "500", "-ro", "-u", "reader"),
                SpreadProgramsTest::thread);
        awaitText("Only receiving messages");
        // A name of its own for each: the last one's stays taken until the daemon has ordered the end of its session.
        for (int i = 0; !reader.isDone(); i++) {
            assertThat(new SpreadFlooder(out).run("-p", PORT, "-m", "100", "-wo", "-u", "writer" + i))
                    .isZero();
        }
        assertThat(reader.get(60, TimeUnit.SECONDS)).isZero();
        assertThat(text()).contains("(self discarding)");
        assertThat(new SpreadFlooder(out).run("-x")).isZero();
        assertThat(text()).contains("Usage: spread-flooder");
    }

    /** A thread for each task: the common pool may have a single thread, and these tasks wait for one another. */
    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "test task");
        thread.setDaemon(true);
        thread.start();
    }
}
