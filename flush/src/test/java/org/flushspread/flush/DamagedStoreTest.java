package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.flushspread.Wait;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.store.Fsync;
import org.flushspread.flush.store.StoreException;
import org.flushspread.flush.store.WhenDamaged;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three members with stores, and what becomes of the group when a disk forgets. */
@Timeout(120)
class DamagedStoreTest extends ReplicasOnOneDaemon {
    private ReplicatedStateMachine<ReplicatedLog, String, Integer> join(String name, WhenDamaged whenDamaged) {
        return join("log", name, whenDamaged);
    }

    private ReplicatedStateMachine<ReplicatedLog, String, Integer> join(
            String group, String name, WhenDamaged whenDamaged) {
        return join(
                group,
                new ReplicatedLog(),
                options -> options.name(name)
                        .primary(Quorum.majorityOf(3))
                        .store(directory.resolve(name), Fsync.ALWAYS, whenDamaged));
    }

    private static List<String> commands(ReplicatedStateMachine<ReplicatedLog, String, Integer> of) {
        return of.<List<String>>readOrdered(log -> List.copyOf(log.commands)).join();
    }

    /** a, b and c acknowledge one command, a and b another one without c, and all stop. */
    private void twoCommands() {
        var a = join("a", WhenDamaged.REFUSE);
        var b = join("b", WhenDamaged.REFUSE);
        var c = join("c", WhenDamaged.REFUSE);
        c.awaitPrimary(LONG);
        Wait.until(() -> a.status().toString(), () -> a.status().members().size() == 3 && a.role() == Role.PRIMARY);
        assertThat(a.submit("all").join()).isEqualTo(1);
        c.close();
        Wait.until(() -> b.status().toString(), () -> b.status().members().size() == 2 && b.role() == Role.PRIMARY);
        assertThat(b.submit("two").join()).isEqualTo(2);
        a.close();
        b.close();
    }

    private void damage(String member) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(member))) {
            Path log = files.filter(each -> each.getFileName().toString().startsWith("log-"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(log);
            bytes[70] ^= 4;
            Files.write(log, bytes);
        }
    }

    @Test
    void aMemberThatHasForgottenHasNoVoteAndGetsTheStateFromThoseWhoHaveIt() throws IOException {
        twoCommands();
        damage("b");
        assertThatThrownBy(() -> join("b", WhenDamaged.REFUSE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged: file log-0, byte ");
        var b = join("b", WhenDamaged.FORGET);
        assertThat(reports).anyMatch(text -> text.startsWith("STORE_DAMAGED") && text.contains("damaged-1"));
        var c = join("c", WhenDamaged.REFUSE);
        // These two are a majority of three, and know one command of two.
        for (var each : List.of(b, c)) {
            Wait.until(
                    () -> each.status().toString(),
                    () -> each.status().decided() && each.status().members().size() == 2);
            assertThat(each.role()).isEqualTo(Role.MINORITY);
        }
        var a = join("a", WhenDamaged.REFUSE);
        for (var each : List.of(a, b, c)) {
            each.awaitPrimary(LONG);
        }
        assertThat(b.submit("three").join()).isEqualTo(3);
        assertThat(commands(b)).containsExactly("all", "two", "three");
        // With the state it has a memory and a vote again.
        open.forEach(ReplicatedStateMachine::close);
        var again = join("b", WhenDamaged.REFUSE);
        join("c", WhenDamaged.REFUSE);
        join("a", WhenDamaged.REFUSE);
        again.awaitPrimary(LONG);
        assertThat(commands(again)).containsExactly("all", "two", "three");
    }

    @Test
    void membersThatHaveForgottenFoundNoEmptyHistory() throws IOException {
        twoCommands();
        damage("a");
        damage("b");
        var a = join("a", WhenDamaged.FORGET);
        var b = join("b", WhenDamaged.FORGET);
        for (var each : List.of(a, b)) {
            Wait.until(
                    () -> each.status().toString(),
                    () -> each.status().members().size() == 2
                            && each.status().explanation().contains(" (lost)], who were about to become primary"));
        }
        // A person can: with what is left.
        var c = join("c", WhenDamaged.REFUSE);
        Wait.until(
                () -> c.status().toString(),
                () -> c.status().decided() && c.status().members().size() == 3);
        assertThat(c.role()).isEqualTo(Role.MINORITY);
        assertThat(c.bootstrap()).isTrue();
        for (var each : List.of(a, b, c)) {
            each.awaitPrimary(LONG);
        }
        assertThat(commands(a)).containsExactly("all");
    }

    @Test
    void aStoreIsLetGoWhenTheMemberCannotStart() {
        join("a", WhenDamaged.REFUSE).close();
        assertThatThrownBy(() -> join("other", "a", WhenDamaged.REFUSE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("belongs to a member of group 'log', not of 'other'");
        var a = join("a", WhenDamaged.REFUSE);
        assertThatThrownBy(() -> join("a", WhenDamaged.REFUSE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("in use by another member");
        a.close();
        join("a", WhenDamaged.REFUSE);
    }

    /** The store is open by then; here no thread can be made, for the sake of the program's own inherited variable. */
    @Test
    void aStoreIsLetGoWhenTheMemberCannotBeMadeBehindIt() {
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>() {
            @Override
            protected String childValue(String parent) {
                throw new IllegalStateException("no thread for you");
            }
        };
        inherited.set("x");
        try {
            assertThatThrownBy(() -> join("made", WhenDamaged.REFUSE)).hasMessage("no thread for you");
        } finally {
            inherited.remove();
        }
        join("made", WhenDamaged.REFUSE);
    }

    /** A member that is started again and again takes a snapshot in the end, though no run of it is long enough for one. */
    @Test
    void commandsOfEarlierRunsCountForTheNextSnapshot() {
        for (int run = 0; run < 4; run++) {
            try (var one = alone(10, 1 << 20)) {
                for (int i = 0; i < 4; i++) {
                    assertThat(one.submit("x").join()).isEqualTo(4 * run + i + 1);
                }
                if (run == 2) {
                    awaitSnapshot();
                }
            }
            assertThat(directory.resolve("one/snapshot-1").toFile().exists()).isEqualTo(run >= 2);
        }
    }

    @Test
    void aLogOfManyBytesIsReplacedByASnapshotToo() {
        try (var one = alone(1000, 100_000)) {
            for (int i = 0; i < 7; i++) {
                one.submit("x".repeat(20_000)).join();
            }
            awaitSnapshot();
        }
        assertThat(directory.resolve("one/snapshot-1")).exists();
    }

    /** It is written on a thread of its own, and given up where the member ends before. */
    private void awaitSnapshot() {
        Wait.until(
                "a snapshot", () -> directory.resolve("one/snapshot-1").toFile().exists());
    }

    private ReplicatedStateMachine<ReplicatedLog, String, Integer> alone(int commands, long bytes) {
        return ReplicatedStateMachine.join(
                daemon.name(),
                "alone",
                new ReplicatedLog(),
                Codec.strings(),
                options -> options.primary(Quorum.majorityOf(1))
                        .store(directory.resolve("one"))
                        .snapshotEvery(commands)
                        .snapshotEveryBytes(bytes));
    }
}
