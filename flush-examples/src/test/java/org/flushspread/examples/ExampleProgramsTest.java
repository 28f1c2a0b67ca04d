package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples that write to standard output, as processes. */
@Timeout(120)
class ExampleProgramsTest {
    private final Daemons daemons = new Daemons();
    private final List<Program> started = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        Program.kill(started);
        daemons.close();
    }

    private Program start(String name, Class<?> main, String... args) throws IOException {
        return keep(Program.java(directory.resolve(name), main, args));
    }

    private Program keep(Program program) {
        started.add(program);
        return program;
    }

    @Test
    void simpleMulticastShowsEveryMemberTheSameOrder() throws Exception {
        List<Program> both = new ArrayList<>();
        for (String name : List.of("u1", "u2")) {
            both.add(start(
                    name, SimpleMulticast.class, "group", "-u", name, "-s", daemons.name(), "-n", "2", "-m", "20"));
        }
        List<List<String>> orders = new ArrayList<>();
        for (Program each : both) {
            assertThat(each.exitStatus()).as(each.output()).isZero();
            assertThat(each.output()).contains("connected as #u").contains("left group");
            orders.add(each.output()
                    .lines()
                    .filter(line -> line.contains("message "))
                    .toList());
        }
        assertThat(orders.get(0)).hasSize(40).isEqualTo(orders.get(1));
    }

    @Test
    void simpleMulticastSaysWhatIsWrong() throws Exception {
        daemons.close();
        Program alone = start("u", SimpleMulticast.class, "g", "-s", daemons.name());
        assertThat(alone.exitStatus()).isEqualTo(1);
        assertThat(alone.output()).contains("simple-multicast: cannot connect to " + daemons.name());
    }

    @Test
    void theLockServiceTakesCommandsFromAPipe() throws Exception {
        Program holder = start("holder", LockService.class, "zoe", "-s", daemons.name());
        holder.type("lock", "holder");
        holder.prints("you hold the lock (grant 1)");
        Program waiting = start("waiting", LockService.class, "amy", "-s", daemons.name(), "--patience", "1");
        waiting.type("lock");
        waiting.endOfInput();
        assertThat(waiting.exitStatus()).isEqualTo(1);
        assertThat(waiting.output()).contains("failed: the lock did not come within 1 s");
        holder.type("unlock");
        holder.endOfInput();
        assertThat(holder.exitStatus()).as(holder.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource(DaemonKind.WITH_EACH_C_SPREAD)
    void flushUserPrintsWhatTheCProgramPrints(DaemonKind.Pair pair) throws Exception {
        String theirProgram = pair.c().program("flush_user");
        try (PeerDaemon daemon = PeerDaemon.start(pair.daemon())) {
            String ours = session(start("ours", FlushUser.class, "-u", "bob", "-s", daemon.name()), "bob");
            assertThat(ours)
                    .contains(
                            "Received REGULAR membership for group room with 1 members, where I am member 0:\n\t#NAME#d1\n")
                    .contains(
                            "received SAFE message from #NAME#d1, of type 1, (endian 0) to 1 groups \n(6 bytes): hello\n")
                    .contains("Received a subgroupcast message to group room: receivers:\n\t#NAME#d1\n");
            // Another name: the first one stays taken until the daemon has ordered the end of its session.
            List<String> command = List.of(theirProgram, "-u", "tom", "-s", daemon.name());
            String theirs = session(keep(new Program(directory.resolve("theirs"), command)), "tom");
            assertThat(ours).isEqualTo(theirs);
        }
    }

    /** Plays one session; what differs from run to run is masked. */
    private static String session(Program program, String user) throws Exception {
        String me = "#" + user + "#d1";
        program.prints("User> ");
        program.type("j room", "r");
        program.prints("There are 0");
        program.type("x", "s room", "hello", "r");
        program.prints("There are 0");
        program.type("g room", "0", "g room", "x", "g room", "2", me, me, "to myself", "r");
        program.prints("There are 0");
        program.type("b room", "9", "r");
        program.prints("mess num ");
        program.prints("There are");
        program.type("j", "s", "p", "l room", "f room");
        program.prints("Bye.");
        assertThat(program.exitStatus()).isZero();
        return program.output()
                .replace(me, "#NAME#d1")
                .replaceAll("grp id is \\S+ \\S+ \\S+", "grp id is ID")
                .replaceAll("Polling says: \\d+", "Polling says: N")
                .replaceAll("There are \\d+ buffered", "There are N buffered")
                .replaceAll("mbox = \\d+", "mbox = N")
                .replaceAll("_error: \\((-\\d+)\\).*", "_error: $1");
    }
}
