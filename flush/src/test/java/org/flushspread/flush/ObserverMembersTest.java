package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.flushspread.Wait;
import org.flushspread.flush.client.ReplicaClient;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members without a vote, as a program has them (replica-protocol R36). */
@Timeout(180)
class ObserverMembersTest {
    private final TestDaemon daemon = new TestDaemon();

    @TempDir
    private Path directory;

    @AfterEach
    void close() throws Exception {
        daemon.closeAll();
    }

    private ReplicatedStateMachine<Ledger, String, Integer> member(String name, UnaryOperator<ReplicaOptions> with) {
        return daemon.keep(ReplicatedStateMachine.join(
                daemon.name(),
                "ledger",
                new Ledger(),
                Codec.strings(),
                options -> with.apply(options.name(name)
                        .primary(Quorum.majorityOf(2))
                        .suspectAfter(Wait.LONGEST)
                        .onReport((reason, text) -> {}))));
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    private static int size(CompletableFuture<Integer> read) throws Exception {
        return await(read);
    }

    private static void assertRefused(CompletableFuture<?> future) {
        assertThatThrownBy(() -> await(future))
                .hasCauseInstanceOf(ReplicaException.class)
                .cause()
                .extracting(e -> ((ReplicaException) e).reason())
                .isEqualTo(Failure.OBSERVER);
    }

    @Test
    void anObserverIsReadAtEachConsistencyAndSubmitsNothing() throws Exception {
        var a = member("a", options -> options);
        var o = member("o", ReplicaOptions::observer);
        assertThat(a.role()).as("an observer is not one of two").isEqualTo(Role.MINORITY);
        var b = member("b", options -> options);
        a.awaitPrimary(Wait.LONGEST);
        await(a.submit("one"));
        o.awaitPrimary(Wait.LONGEST);
        assertThat(o.role()).isEqualTo(Role.OBSERVER);
        await(b.submit("two"));
        assertThat(size(o.read(Consistency.LINEARIZABLE, ledger -> ledger.lines.size())))
                .isEqualTo(2);
        await(a.submit("three"));
        assertThat(size(o.read(a.token(), ledger -> ledger.lines.size()))).isEqualTo(3);
        assertThat(size(o.read(Consistency.SEQUENTIAL, ledger -> ledger.lines.size())))
                .isEqualTo(3);
        assertThat(o.<Integer>read(ledger -> ledger.lines.size())).isEqualTo(3);
        assertRefused(o.submit("four"));
        assertRefused(o.readOrdered(ledger -> 0));
        assertRefused(o.changeQuorum(Quorum.majorityOf(1)));
        assertThat(o.bootstrap()).isFalse();
    }

    @Test
    void statusSaysWhoObservesAndTheQuorumDoesNotCountThem() {
        var a = member("a", options -> options);
        member("b", options -> options);
        var o = member("o", ReplicaOptions::observer);
        o.awaitPrimary(Wait.LONGEST);
        a.awaitPrimary(Wait.LONGEST);
        ReplicaStatus status = a.status();
        assertThat(status.members()).hasSize(3);
        assertThat(status.observers()).singleElement().asString().startsWith("#o#");
        assertThat(status.lastPrimary().members()).hasSize(2);
        assertThat(o.status().explanation()).startsWith("an observer of the primary component of [#");
        assertThatThrownBy(() -> await(a.changeQuorum(Quorum.majorityOf(4))))
                .as("three are here, and two of them have a vote")
                .hasMessageContaining("with 2 members present");
    }

    @Test
    void clientsReadAtAnObserverAndSubmitElsewhere() throws Exception {
        var a = member("a", options -> options);
        var b = member("b", options -> options);
        var o = member("o", options -> options.observer().serveClients());
        a.awaitPrimary(Wait.LONGEST);
        await(b.submit("one"));
        o.awaitPrimary(Wait.LONGEST);
        ReplicaClient<String, Integer> client = daemon.keep(ReplicaClient.connect(
                daemon.name(), "ledger", Codec.strings(), Ledger.ANSWERS, options -> options.limit(Wait.LONGEST)));
        assertThat(await(client.read(Consistency.LINEARIZABLE, "one"))).isEqualTo(1);
        assertThatThrownBy(() -> await(client.submitWithin("two", Duration.ofMillis(300))))
                .hasMessageContaining("takes no effect");
        member("c", options -> options.serveClients());
        assertThat(await(client.submit("three"))).isEqualTo(2);
    }

    @Test
    void anObserverThatIsStartedWithoutTheOptionIsTheSameMemberWithAVote() throws Exception {
        var a = member("a", options -> options.store(directory.resolve("a")));
        var b = member("b", options -> options.store(directory.resolve("b")));
        var o = member("o", options -> options.observer().store(directory.resolve("o")));
        a.awaitPrimary(Wait.LONGEST);
        await(a.submit("one"));
        o.awaitPrimary(Wait.LONGEST);
        var self = o.status().self();
        o.close();
        b.close();
        Wait.until(() -> "a alone: " + a.status(), () -> a.status().members().size() == 1);
        var promoted = member("o", options -> options.store(directory.resolve("o")));
        // The first of the last primary is there, or the other comes back.
        if (!a.status().lastPrimary().members().get(0).equals(a.status().self())) {
            member("b", options -> options.store(directory.resolve("b")));
        }
        promoted.awaitPrimary(Wait.LONGEST);
        assertThat(promoted.status().self()).isEqualTo(self);
        assertThat(await(promoted.submit("two"))).isEqualTo(2);
    }

    @Test
    void anObserverFoundsNothing() {
        assertThatThrownBy(() -> ReplicaOptions.DEFAULT.founder(true).observer())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("founds no history");
        assertThatThrownBy(() -> ReplicaOptions.DEFAULT.observer().founder(true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
