package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.flushspread.Wait;
import org.flushspread.flush.client.ReplicaClient;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.replica.Role;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members, an observer and clients of theirs at a ring of two C daemons (replica-protocol R30 to R36); skipped where there are none. */
@Timeout(180)
class ClientsAtCDaemonsTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private List<PeerDaemon> daemons = List.of();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        daemons.forEach(PeerDaemon::close);
    }

    private ReplicatedStateMachine<Ledger, String, Integer> member(
            int daemon, String name, UnaryOperator<ReplicaOptions> with) {
        ReplicatedStateMachine<Ledger, String, Integer> joined = ReplicatedStateMachine.join(
                daemons.get(daemon).name(),
                "ledger",
                new Ledger(),
                Codec.strings(),
                options -> with.apply(options.name(name)
                        .primary(Quorum.majorityOf(3))
                        .suspectAfter(Wait.LONGEST)
                        .serveClients()
                        .onReport((reason, text) -> {})));
        open.add(joined);
        return joined;
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(names = {"C4", "C5"})
    void eachCommandIsDoneOnceAlsoWhenTheMemberOfAClientEnds(DaemonKind kind) throws Exception {
        daemons = PeerDaemon.ring(kind, 2);
        List<ReplicatedStateMachine<Ledger, String, Integer>> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            members.add(member(i % 2, "m" + i, options -> options));
        }
        var observer = member(1, "o", ReplicaOptions::observer);
        for (var each : members) {
            each.awaitPrimary(Wait.LONGEST);
        }
        List<ReplicaClient<String, Integer>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(ReplicaClient.connect(
                    daemons.get(i % 2).name(),
                    "ledger",
                    Codec.strings(),
                    Ledger.ANSWERS,
                    options -> options.limit(Wait.LONGEST)));
        }
        open.addAll(0, clients);
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            results.add(clients.get(i % clients.size()).submit("line " + i));
            if (i == 100) {
                await(results.get(0));
                members.get(0).close();
            }
        }
        for (CompletableFuture<Integer> each : results) {
            await(each);
        }
        for (ReplicaClient<String, Integer> each : clients) {
            for (Consistency consistency : List.of(Consistency.SEQUENTIAL, Consistency.LINEARIZABLE)) {
                assertThat(await(each.read(consistency, "line 7"))).isEqualTo(1);
            }
            assertThat(await(each.read(Consistency.LINEARIZABLE, Ledger.ALL))).isEqualTo(200);
        }
        observer.awaitPrimary(Wait.LONGEST);
        assertThat(observer.role()).isEqualTo(Role.OBSERVER);
        List<String> lines =
                await(observer.<List<String>>read(Consistency.LINEARIZABLE, ledger -> List.copyOf(ledger.lines)));
        assertThat(lines).hasSize(200);
        assertThat(new HashSet<>(lines)).hasSize(200);
    }
}
