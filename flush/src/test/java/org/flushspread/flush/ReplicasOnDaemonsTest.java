package org.flushspread.flush;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flushspread.JavaProgram;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three members in processes of their own: one is killed and started again, catches up, and all have the same state. */
@Tag("once")
@Timeout(180)
class ReplicasOnDaemonsTest {
    private static final int MEMBERS = 3;
    private static final int COMMANDS = 2000;

    private final List<Member> members = new ArrayList<>();

    @TempDir
    private Path directory;

    /** A process that answers line by line. */
    private static final class Member {
        final Process process;
        private final BufferedReader answers;
        private final Writer orders;

        Member(String daemon, String name, Optional<Path> store) {
            List<String> command = JavaProgram.OF_TESTS.command(ReplicaProcess.class.getName(), "-Xmx128m");
            command.addAll(List.of(daemon, name, Integer.toString(MEMBERS)));
            store.ifPresent(path -> command.add(path.resolve(name).toString()));
            try {
                process = new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
            orders = process.outputWriter(UTF_8);
        }

        void tell(String order) {
            try {
                orders.write(order + "\n");
                orders.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The next answer that begins so; what logging writes is passed over. */
        String hear(String beginning) {
            try {
                String line;
                while ((line = answers.readLine()) != null) {
                    if (line.startsWith(beginning)) {
                        return line;
                    }
                }
                throw new IOException("the member has ended instead of saying '" + beginning + "'");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String ask(String order, String beginning) {
            tell(order);
            return hear(beginning);
        }
    }

    private Member start(String daemon, String name, boolean durable) {
        Member member = new Member(daemon, name, durable ? Optional.of(directory) : Optional.empty());
        members.add(member);
        return member;
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (Member member : members) {
            // To its end, before which it may still write to the directory that is deleted next.
            member.process.destroyForcibly().waitFor();
        }
    }

    private void killOneAndStartItAgain(List<String> daemons, boolean durable) throws InterruptedException {
        List<Member> running = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            running.add(start(daemons.get(i), "m" + i, durable));
        }
        running.forEach(each -> assertThat(each.ask("primary", "primary")).isNotEmpty());
        for (int i = 0; i < MEMBERS; i++) {
            running.get(i).tell("submit first" + i + " " + COMMANDS);
        }
        running.forEach(each -> assertThat(each.hear("submitted")).isEqualTo("submitted " + COMMANDS));
        for (int i = 0; i < MEMBERS; i++) {
            running.get(i).tell("submit second" + i + " " + COMMANDS);
        }
        Member killed = running.remove(1);
        killed.process.destroyForcibly().waitFor();
        running.forEach(each -> each.hear("submitted"));
        running.forEach(each -> assertThat(each.ask("primary", "primary")).isNotEmpty());
        running.get(0).tell("submit third " + COMMANDS);
        Member again = start(daemons.get(1), "m1", durable);
        assertThat(again.ask("primary", "primary")).isNotEmpty();
        running.get(0).hear("submitted");
        assertThat(again.ask("submit fourth " + COMMANDS, "submitted")).isEqualTo("submitted " + COMMANDS);
        running.add(again);
        String digest = again.ask("digest", "digest");
        for (Member each : running) {
            assertThat(each.ask("digest", "digest")).isEqualTo(digest);
        }
        int commands = Integer.parseInt(digest.split(" ")[1]);
        assertThat(commands).isBetween(4 * COMMANDS, 8 * COMMANDS);
    }

    @ParameterizedTest
    @EnumSource(names = {"C4", "C5"})
    void inMemoryOnACDaemon(DaemonKind kind) throws InterruptedException {
        onOneDaemon(kind, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"C4", "C5"})
    void durableOnACDaemon(DaemonKind kind) throws InterruptedException {
        onOneDaemon(kind, true);
    }

    @ParameterizedTest
    @EnumSource
    void inMemoryOnARing(DaemonKind kind) throws InterruptedException {
        onARing(kind, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"C5", "OURS_4", "OURS_5_OVER_IPV6"})
    void durableOnARing(DaemonKind kind) throws InterruptedException {
        onARing(kind, true);
    }

    private void onOneDaemon(DaemonKind kind, boolean durable) throws InterruptedException {
        on(List.of(PeerDaemon.start(kind)), durable);
    }

    private void onARing(DaemonKind kind, boolean durable) throws InterruptedException {
        on(PeerDaemon.ring(kind, MEMBERS), durable);
    }

    /** A member at each of the daemons, or all at the only one. */
    private void on(List<PeerDaemon> daemons, boolean durable) throws InterruptedException {
        try {
            List<String> names = IntStream.range(0, MEMBERS)
                    .mapToObj(i -> daemons.get(i % daemons.size()).name())
                    .toList();
            killOneAndStartItAgain(names, durable);
        } catch (AssertionError | UncheckedIOException e) {
            throw new AssertionError(
                    e.getMessage() + "\nThe daemons say:\n"
                            + daemons.stream().map(PeerDaemon::log).collect(Collectors.joining("\n----\n")),
                    e);
        } finally {
            daemons.forEach(PeerDaemon::close);
        }
    }
}
