package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
@Timeout(120)
class ReplicatedKvTest {
    private final Daemons daemons = new Daemons();
    private final List<Program> processes = new ArrayList<>();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        Program.kill(processes);
        daemons.close();
    }

    private Person member(String name, String... more) {
        return Person.run(
                ReplicatedKv::new,
                Stream.concat(Stream.of(name, "-s", daemons.name()), Stream.of(more))
                        .toArray(String[]::new));
    }

    private Program process(String name, String... more) throws IOException {
        Program program = Program.java(
                directory.resolve(name + "-" + processes.size()),
                ReplicatedKv.class,
                Stream.concat(Stream.of(name, "-s", daemons.name()), Stream.of(more))
                        .toArray(String[]::new));
        processes.add(program);
        return program;
    }

    @Test
    void commandsFromAPipeWaitForThePrimaryAndTheExitStatusTellsOfFailures() throws Exception {
        Program good = process("pipe1", "--of", "1");
        good.type("put color blue", "get color");
        good.endOfInput();
        assertThat(good.exitStatus()).as(good.output()).isZero();
        assertThat(good.output()).contains("ok, was nothing").contains("blue");

        Program unknown = process("pipe2", "--of", "1");
        unknown.type("paint it black");
        unknown.endOfInput();
        assertThat(unknown.exitStatus()).isEqualTo(1);

        Program alone = process("pipe3", "--of", "3", "--patience", "1");
        alone.type("put color blue");
        alone.endOfInput();
        assertThat(alone.exitStatus()).isEqualTo(1);
        assertThat(alone.output()).contains("replicated-kv: ");
    }

    @Test
    void whatOnePutsTheOthersGet() {
        Person a = member("a");
        Person b = member("b");
        a.sees("MINORITY");
        Person c = member("c");
        for (Person each : List.of(a, b, c)) {
            each.sees("PRIMARY");
        }
        a.type("put color light blue");
        a.sees("ok, was nothing");
        b.type("get color");
        b.sees("light blue");
        c.type("del color");
        c.sees("ok, was light blue");
        a.type("get color");
        a.sees("(nothing)");
        b.type("fill 500");
        b.sees("500 puts in");
        a.type("get key499");
        a.sees("value");
        a.type("digest");
        String digest = a.sees("digest", "500 keys");
        b.type("digest");
        assertThat(b.sees("digest")).isEqualTo(digest);
        c.type("quit");
        b.type("quit");
        assertThat(c.exitStatus() + b.exitStatus()).isZero();
        a.sees("MINORITY");
        a.type("put color red");
        a.sees("failed: ");
        a.type("look key0");
        a.sees("value");
        a.type("nonsense");
        a.sees("commands: put KEY VALUE");
    }

    @Test
    void aClientThatIsNoMemberGoesOnWhenAMemberIsKilled() throws Exception {
        Person a = member("a");
        Person b = member("b");
        Program c = process("c");
        a.sees("PRIMARY");
        b.sees("PRIMARY");
        c.prints("PRIMARY");
        Person client = Person.run(KvClient::new, "--limit", "60", daemons.name());
        client.type("put color light blue");
        client.sees("ok, was nothing");
        client.type("get color");
        client.sees("light blue");
        c.kill();
        client.type("put color red");
        client.sees("ok, was light blue");
        client.type("look color");
        client.sees("red");
        client.type("fill 700");
        client.sees("700 puts in");
        client.type("del color");
        client.sees("ok, was red");
        client.type("nonsense");
        client.sees("commands: put KEY VALUE");
        a.type("get key699");
        a.sees("value");
        client.type("quit");
        assertThat(client.exitStatus()).isZero();
    }

    @Test
    void aKilledMemberCatchesUpAndNothingIsLost() throws IOException {
        Person a = member("a");
        Person b = member("b");
        Program c = process("c");
        a.sees("PRIMARY");
        b.sees("PRIMARY");
        c.prints("PRIMARY");
        c.type("put one 1");
        c.prints("ok");
        c.kill();
        // A put that meets the end of c on its way is uncertain, and says so.
        Wait.until("c is gone", () -> {
            a.type("members");
            return a.everything().contains("[#a#d1, #b#d1]");
        });
        // Between two views there is no primary, and a command is refused (replica-protocol R8).
        a.sees("PRIMARY", "with [#a#d1, #b#d1]");
        a.type("put two 2");
        a.sees("ok");
        Program again = process("c");
        again.prints("PRIMARY");
        again.type("get one", "get two");
        again.prints("\n1\n");
        again.prints("2\n");
    }

    @Test
    void withStoresAllMayBeKilledAndNothingIsLost() throws IOException {
        List<Program> first = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            first.add(
                    process(name, "--store", directory.resolve("store-" + name).toString()));
        }
        for (Program each : first) {
            each.prints("PRIMARY");
        }
        first.get(0).type("put one 1");
        first.get(0).prints("ok");
        Program.kill(first);
        List<Program> second = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            second.add(
                    process(name, "--store", directory.resolve("store-" + name).toString()));
        }
        for (Program each : second) {
            each.prints("PRIMARY");
            each.type("get one");
            each.prints("\n1\n");
        }
    }
}
