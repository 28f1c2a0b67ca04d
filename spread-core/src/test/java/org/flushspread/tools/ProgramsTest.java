package org.flushspread.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.TestPorts;
import org.flushspread.embedded.EmbeddedDaemon;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * spuser, sptuser and spflooder say what the C programs say (client-protocol 10), here at a daemon of ours; {@link CProgramsTest} runs them beside
 * the C programs at each daemon.
 */
@Tag("once")
@Timeout(300)
class ProgramsTest {
    private static final int PORT = TestPorts.free();
    private static final String ADDRESS = PORT + "@127.0.0.1";
    private static EmbeddedDaemon daemon;

    @BeforeAll
    static void start() {
        daemon = EmbeddedDaemon.start(Configuration.local(PORT), "localhost");
    }

    @AfterAll
    static void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    /**
     * One conversation with a daemon of this name; what was said, with the numbers of the membership masked and alice for the user, whose name
     * is used only once: the daemon may hear of the end of one program after the start of the next.
     */
    static String converse(Program program, String user, String daemon) {
        String me = "#" + user + "#" + daemon;
        try (program) {
            program.expect("User> ");
            program.type("j g\n").expect("Due to the JOIN of " + me).expect("User> ");
            program.type("s g\nhello\n").expect("(6 bytes): hello").expect("User> ");
            program.type("m g h\none\ntwo\n\n").expect("(8 bytes): one\ntwo").expect("User> ");
            program.type("s\n").expect("invalid group").expect("User> ");
            program.type("b\n50\n").expect("sent message 10 (total 12)").expect("User> ");
            program.type("s g " + me + " nobody\nx\n").expect("to 3 groups").expect("User> ");
            program.type("j #x\n").expect("SP_error: (-14)").expect("User> ");
            program.type("what\n").expect("Unknown commnad").expect("User> ");
            program.type("l g\n").expect("that left group g").expect("User> ");
            program.type("q\n").expect("Bye.");
            assertThat(program.exit()).isZero();
            return program.output()
                    .replaceAll("grp id is [0-9 -]+", "grp id is ID")
                    .replace(me, "#alice#" + daemon);
        }
    }

    private static final String SAID = """
            User>\s
            ============================
            Received REGULAR membership for group g with 1 members, where I am member 0:
            \t#alice#localhost
            grp id is ID
            Due to the JOIN of #alice#localhost

            User> enter message:\s
            User>\s
            ============================
            received SAFE message from #alice#localhost, of type 1, (endian 0) to 1 groups\s
            (6 bytes): hello


            User> enter message:\s
            User>\s
            ============================
            received SAFE message from #alice#localhost, of type 1, (endian 0) to 2 groups\s
            (8 bytes): one
            two


            User>  invalid group\s

            User> enter size of each message: sending 10 messages of 50 bytes
            sent message 1 (total 3)
            """;

    @Test
    void spuserSaysTheLinesOfTheCProgram() {
        String said = converse(Program.java(SpUser.class, "-u", "alice", "-s", ADDRESS), "alice", "localhost");
        assertThat(said)
                .startsWith("Spread library version is 4.4.0\nUser: connected to " + ADDRESS
                        + " with private group #alice#localhost\n\n==========\nUser Menu:\n----------\n")
                .contains("\tr -- receive a message (stuck) \n")
                .contains(SAID);
    }

    @Test
    void sptuserSaysTheLinesOfTheCProgram() {
        String said = converse(Program.java(SptUser.class, "-u", "theo", "-s", ADDRESS), "theo", "localhost");
        assertThat(said).doesNotContain("receive a message (stuck)");
        assertThat(said.replace("User> \n", "").replace("\n", ""))
                .contains(
                        "Received REGULAR membership for group g with 1 members, where I am member 0:\t#alice#localhost");
    }

    @Test
    void spuserReceivesPollsAndDisablesOnCommand() {
        try (Program program = Program.java(SpUser.class, "-u", "bob", "-s", ADDRESS)) {
            program.expect("User> ").type("d\n").expect("User> ");
            program.type("s #bob#localhost\nme\n").expect("User> ");
            program.type("r\n").expect("(3 bytes): me").expect("User> ");
            program.type("p\n").expect("Polling sais: 0").expect("User> ");
            program.type("s #bob#localhost\nagain\n").expect("User> ");
            program.type("e\n").expect("(6 bytes): again");
            program.type("q\n").expect("Bye.");
            assertThat(program.exit()).isZero();
        }
    }

    @Test
    void spuserShowsItsUsageAsTheCProgramDoesAndFailsWhereItCannotConnect() {
        try (Program wrong = Program.java(SpUser.class, "-x");
                Program nowhere = Program.java(SpUser.class, "-s", TestPorts.free() + "@127.0.0.1");
                Program threaded = Program.java(SptUser.class, "-s", TestPorts.free() + "@127.0.0.1")) {
            assertThat(threaded.exit()).isEqualTo(1);
            assertThat(threaded.errors()).contains("sptuser: cannot connect to ");
            assertThat(wrong.exit()).isZero();
            assertThat(wrong.output()).startsWith("Usage: spuser\n\t[-u <user name>]  : unique");
            assertThat(nowhere.exit()).isEqualTo(1);
            assertThat(nowhere.output()).contains("SP_error: (-2) Could not connect. Is Spread running?\n\nBye.\n");
            assertThat(nowhere.errors())
                    .contains("spuser: cannot connect to ")
                    .contains("no daemon answers there (is it running? start one with scripts/spread)");
        }
    }

    @Test
    void spuserEndsWhenTheDaemonDoes() {
        int port = TestPorts.free();
        EmbeddedDaemon other = EmbeddedDaemon.start(Configuration.local(port), "localhost");
        try (Program user = Program.java(SpUser.class, "-r", "-s", port + "@127.0.0.1");
                Program threaded = Program.java(SptUser.class, "-r", "-s", port + "@127.0.0.1")) {
            user.expect("private group #").expect("User> ");
            threaded.expect("private group #").expect("User> ");
            other.close();
            assertThat(user.expect("SP_error: (-8)").expect("Bye.").exit()).isZero();
            assertThat(threaded.expect("SP_error: (-8)").expect("Bye.").exit()).isZero();
        } finally {
            other.close();
        }
    }

    @Test
    void spflooderSaysTheLinesOfTheCProgram() {
        try (Program flooder = Program.java(Flooder.class, "-m", "2500", "-b", "100", "-s", ADDRESS)) {
            assertThat(flooder.exit()).isZero();
            assertThat(flooder.output())
                    .isEqualTo("flooder: connecting to " + ADDRESS + "\n"
                            + "flooder: starting  multicast of 2500 messages, 100 bytes each.\n"
                            + "flooder: completed   1000 messages of 100 bytes\n"
                            + "flooder: completed   2000 messages of 100 bytes\n"
                            + "flooder: completed multicast of 2500 messages, 100 bytes each.\n");
        }
        try (Program wrong = Program.java(Flooder.class, "-b", "100001")) {
            assertThat(wrong.exit()).isEqualTo(1);
            assertThat(wrong.output()).startsWith("Usage: spflooder\n");
        }
    }

    @Test
    void oneSpflooderReadsWhatAnotherWrites() {
        try (Program reader = Program.java(Flooder.class, "-u", "ro", "-ro", "-m", "1500", "-s", ADDRESS)) {
            reader.expect("Only receiving messages");
            awaitMember("ro");
            try (Program writer =
                    Program.java(Flooder.class, "-u", "wo", "-wo", "-m", "1500", "-b", "64", "-s", ADDRESS)) {
                assertThat(writer.exit()).isZero();
                assertThat(writer.output()).contains("64 bytes each (self discarding).\n");
            }
            assertThat(reader.exit()).isZero();
        }
    }

    /** Waits until that client is in the group of the flooders, seen by a member that then leaves. */
    private static void awaitMember(String name) {
        try (var watcher = daemon.connect("watch")) {
            var view = watcher.join("flooder").awaitView(2, Duration.ofSeconds(60));
            assertThat(view.members()).contains("#" + name + "#localhost");
        }
    }

    @Test
    void aFlooderDoesNotWaitForOneThatIsGone() {
        try (Program flooder = Program.java(Flooder.class, "-u", "stays", "-n", "2", "-m", "3000", "-s", ADDRESS)) {
            try (var ghost = daemon.connect("ghost")) {
                ghost.join("flooder").awaitView(2, Duration.ofSeconds(60));
                flooder.expect("#stays#localhost");
            }
            assertThat(flooder.exit()).isZero();
            assertThat(flooder.output()).endsWith("flooder: completed multicast of 3000 messages, 1000 bytes each.\n");
        }
    }
}
