package org.flushspread.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.flushspread.interop.CSpread;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of both C toolkits beside ours, at each daemon that they reach: what one says the other hears. */
@Timeout(300)
@ParameterizedClass
@MethodSource(DaemonKind.WITH_EACH_C_SPREAD)
class CProgramsTest {
    private static PeerDaemon daemon;

    @Parameter
    private DaemonKind.Pair pair;

    @BeforeParameterizedClassInvocation
    static void start(DaemonKind.Pair pair) {
        pair.c().home();
        daemon = PeerDaemon.start(pair.daemon());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private Program c(String program, String user, String... more) {
        List<String> command = new ArrayList<>(List.of(pair.c().program(program), "-u", user, "-s", daemon.name()));
        command.addAll(List.of(more));
        return Program.start(command);
    }

    private static void talk(Program theirs, String they, Program ours, String we) {
        theirs.type("j room\n").expect("Due to the JOIN of #" + they + "#d1").expect("User> ");
        ours.type("j room\n").expect("with 2 members, where I am member 1").expect("Due to the JOIN of #" + we + "#d1");
        theirs.expect("Due to the JOIN of #" + we + "#d1");
        theirs.type("s room\nfrom c\n");
        ours.expect(
                "received SAFE message from #" + they + "#d1, of type 1, (endian 0) to 1 groups \n(7 bytes): from c");
        ours.type("s room\nfrom java\n");
        theirs.expect(
                "received SAFE message from #" + we + "#d1, of type 1, (endian 0) to 1 groups \n(10 bytes): from java");
        ours.type("b room\n50\n").expect("sent message 10");
        theirs.expect("mess num 11");
        ours.type("l room\n").expect("that left group room");
        theirs.expect("Due to the LEAVE of #" + we + "#d1");
        ours.type("j room\n").expect("with 2 members, where I am member 1");
        ours.type("q\n").exit();
        theirs.expect("Due to the DISCONNECT of #" + we + "#d1");
        theirs.type("q\n").exit();
    }

    @Test
    void spuserTalksToOurs() {
        try (Program theirs = c("spuser", "cuser");
                Program ours = Program.java(SpUser.class, "-u", "juser", "-s", daemon.unixName())) {
            talk(theirs, "cuser", ours, "juser");
        }
    }

    @Test
    void sptuserTalksToOursOverTcp() {
        try (Program theirs = c("sptuser", "ctuser");
                Program ours = Program.java(SptUser.class, "-u", "jtuser", "-s", daemon.name())) {
            talk(theirs, "ctuser", ours, "jtuser");
        }
    }

    /** But for the first line, in which each names the version of its own library, and the point behind errors of the library of 5.0.1. */
    @Test
    void spuserOfOursSaysWhatTheirsSays() {
        String ours =
                ProgramsTest.converse(Program.java(SpUser.class, "-u", "alice", "-s", daemon.name()), "alice", "d1");
        Program program = Program.start(List.of(pair.c().program("spuser"), "-u", "cecil", "-s", daemon.name()));
        String theirs = ProgramsTest.converse(program, "cecil", "d1");
        assertThat(ofAnyLibrary(ours)).startsWith("User: connected to").isEqualTo(ofAnyLibrary(theirs));
    }

    private static String ofAnyLibrary(String said) {
        return said.replaceFirst("^Spread library version is [0-9.]+\n", "")
                .replaceAll("(?m)(SP_error: .*[^.])\\.$", "$1");
    }

    @Test
    void theTwoCToolkitsTalkToEachOther() {
        CSpread other = pair.c() == CSpread.V4 ? CSpread.V5 : CSpread.V4;
        try (Program theirs = c("spuser", "one");
                Program others =
                        Program.start(List.of(other.program("spuser"), "-u", "two", "-s", daemon.unixName()))) {
            talk(theirs, "one", others, "two");
        }
    }

    @Test
    void bothFloodersFloodOneGroupTogether() {
        try (Program first = c("spflooder", "cflood", "-n", "2", "-m", "3000");
                Program second =
                        Program.java(Flooder.class, "-u", "jflood", "-n", "2", "-m", "3000", "-s", daemon.name())) {
            assertThat(second.exit()).isZero();
            assertThat(first.exit()).isZero();
            assertThat(second.output())
                    .contains("with group membership\n")
                    .contains("Received REGULAR membership for group flooder with 2 members, where I am member 1:\n"
                            + "\t#cflood#d1\n\t#jflood#d1\n")
                    .endsWith("flooder: completed multicast of 3000 messages, 1000 bytes each.\n");
        }
    }
}
