package org.flushspread.flush;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.flushspread.Wait;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The number of members is changed by a command, and a member is replaced for ever (replica-protocol R22). */
@Timeout(180)
class QuorumChangeTest {
    private static final Duration LONG = ofSeconds(60);

    private final TestDaemon daemon = new TestDaemon();

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        daemon.closeAll();
    }

    private ReplicatedStateMachine<WriteAReplicatedStateMachineTest.Counter, Long, Long> join(
            String name, int members) {
        var joined = ReplicatedStateMachine.join(
                daemon.name(),
                "counter",
                new WriteAReplicatedStateMachineTest.Counter(),
                Codec.longs(),
                options ->
                        options.name(name).primary(Quorum.majorityOf(members)).store(directory.resolve(name)));
        return daemon.keep(joined);
    }

    private static void await(
            ReplicatedStateMachine<?, ?, ?> of, String what, java.util.function.Predicate<ReplicaStatus> holds) {
        Wait.until(() -> what + ": " + of.status(), () -> holds.test(of.status()));
    }

    @Test
    void aGroupOfTwoBecomesAGroupOfOneAndStaysThatAfterARestart() {
        var a = join("a", 2);
        var b = join("b", 2);
        a.awaitPrimary(LONG);
        b.awaitPrimary(LONG);
        assertThatThrownBy(() -> a.changeQuorum(Quorum.majorityOf(4)).join()).hasMessageContaining("could not go on");
        a.changeQuorum(Quorum.majorityOf(1)).join();
        MemberId first = a.status().lastPrimary().members().get(0);
        var staying = first.equals(a.status().self()) ? a : b;
        var leaving = staying == a ? b : a;
        leaving.close();
        await(staying, "alone", status -> status.members().size() == 1 && status.role() == Role.PRIMARY);
        assertThat(staying.submit(1L).join()).isEqualTo(1);
        staying.close();
        var again = join(staying == a ? "a" : "b", 2);
        again.awaitPrimary(LONG);
        assertThat(again.submit(1L).join()).isEqualTo(2);
    }

    @Test
    void whoWasReplacedTakesNoPartAndANewMemberTakesItsPlace() {
        var a = join("a", 3);
        var b = join("b", 3);
        var c = join("c", 3);
        for (var each : List.of(a, b, c)) {
            each.awaitPrimary(LONG);
        }
        await(a, "all", status -> status.lastPrimary().members().size() == 3);
        MemberId lost = MemberId.parse(c.status().self().text());
        assertThat(lost).isEqualTo(c.status().self());
        assertThatThrownBy(() -> a.replace(lost).join()).hasMessageContaining("close it before");
        c.close();
        await(a, "without c", status -> status.members().size() == 2 && status.role() == Role.PRIMARY);
        a.replace(lost).join();
        var back = join("c", 3);
        await(back, "refused", status -> status.explanation().contains("replaced for ever"));
        assertThat(back.bootstrap()).isFalse();
        back.close();
        var d = join("d", 3);
        d.awaitPrimary(LONG);
        assertThat(d.submit(5L).join()).isEqualTo(5);
        assertThat(d.status().lastPrimary().members())
                .doesNotContain(lost)
                .contains(d.status().self());
    }
}
