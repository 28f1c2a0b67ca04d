package org.flushspread.flush;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.flushspread.Wait;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.flush.client.ClientOptions;
import org.flushspread.flush.client.ClientSession;
import org.flushspread.flush.client.ReplicaClient;
import org.flushspread.flush.replica.Failure;
import org.flushspread.flush.replica.Quorum;
import org.flushspread.flush.requests.DeskFigures;
import org.flushspread.flush.requests.DeskReason;
import org.flushspread.flush.requests.RequestCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are no members, on a daemon as small as can be (replica-protocol R30 to R35). */
@Timeout(180)
class ReplicaClientTest {
    private final TestDaemon daemon = new TestDaemon();
    private final List<String> reports = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        daemon.closeAll();
    }

    private ReplicatedStateMachine<Ledger, String, Integer> member(String name, int members) {
        return member(name, members, options -> options.serveClients());
    }

    private ReplicatedStateMachine<Ledger, String, Integer> member(
            String name, int members, UnaryOperator<ReplicaOptions> with) {
        return daemon.keep(ReplicatedStateMachine.join(
                daemon.name(),
                "ledger",
                new Ledger(),
                Codec.strings(),
                options -> with.apply(options.name(name)
                        .primary(Quorum.majorityOf(members))
                        .suspectAfter(Wait.LONGEST)
                        .onReport((reason, text) -> reports.add(reason + ": " + text)))));
    }

    private ReplicaClient<String, Integer> client() {
        return client(options -> options.limit(Wait.LONGEST));
    }

    private ReplicaClient<String, Integer> client(UnaryOperator<ClientOptions> options) {
        return daemon.keep(ReplicaClient.connect(daemon.name(), "ledger", Codec.strings(), Ledger.ANSWERS, options));
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(Wait.LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    private static Failure reason(CompletableFuture<?> future) throws Exception {
        Throwable why = await(future.<Throwable>handle((result, e) -> e));
        assertThat(why).isInstanceOf(ReplicaException.class);
        return ((ReplicaException) why).reason();
    }

    @Test
    void aClientSubmitsAndReadsAtAnyMember() throws Exception {
        var a = member("a", 2);
        member("b", 2);
        ReplicaClient<String, Integer> client = client();
        assertThat(await(client.submit("one"))).isEqualTo(1);
        assertThat(await(client.submit("two"))).isEqualTo(2);
        for (Consistency each : Consistency.values()) {
            assertThat(await(client.read(each, "one"))).as("%s", each).isLessThanOrEqualTo(1);
        }
        assertThat(await(client.read(Consistency.SEQUENTIAL, Ledger.ALL))).isEqualTo(2);
        assertThat(await(client.read(Consistency.LINEARIZABLE, Ledger.ALL))).isEqualTo(2);
        assertThatThrownBy(() -> await(client.submit("")))
                .hasCauseInstanceOf(RepeatedFailureException.class)
                .hasMessageContaining("an empty line");
        assertThat(await(a.submit("three"))).isEqualTo(3);
        assertThat(await(client.read(Consistency.LINEARIZABLE, "three"))).isEqualTo(1);
        assertThat(a.status().members()).as("the client is no member").hasSize(2);
    }

    /** replica-protocol R35. */
    @Test
    void whatADeskDoesIsCountedAndStatusSaysIt() throws Exception {
        var a = member("a", 1);
        a.awaitPrimary(Wait.LONGEST);
        ReplicaClient<String, Integer> client = client();
        await(client.submit("one"));
        await(client.read(Consistency.LOCAL, "one"));
        PrometheusRegistry registry = new PrometheusRegistry();
        FlushMetrics metrics = new FlushMetrics();
        metrics.watch("a", a);
        registry.register(metrics);
        // The session of the client, the command and the question.
        Wait.until(() -> a.status().toString(), () -> a.status().desk().answers() == 3);
        DeskFigures now = a.status().desk();
        assertThat(now.requests()).isEqualTo(3);
        assertThat(now.requestBytes()).isGreaterThan(3);
        assertThat(now.answerBytes()).isGreaterThan(3 * 30);
        assertThat(now.pending()).isZero();
        assertThat(now.clients()).isZero();
        assertThat(now.refused())
                .hasSize(DeskReason.values().length)
                .allSatisfy((why, count) -> assertThat(count).as("%s", why).isZero());
        SpreadConnection stranger = daemon.keep(SpreadConnection.connect(daemon.name(), "x"));
        stranger.multicast(Service.AGREED, RequestCodec.desksOf("ledger"), "hello".getBytes(UTF_8));
        Wait.until(
                () -> a.status().toString(), () -> a.status().desk().refused().get(DeskReason.NONSENSE) == 1);
        assertThat(registry.scrape().stream()
                        .filter(each -> each.getMetadata().getName().startsWith("replica_desk_"))
                        .map(each -> each.getMetadata().getName() + "="
                                + ((DataPointSnapshot) each.getDataPoints().get(0))
                                        .getLabels()
                                        .get("member")))
                .contains("replica_desk_requests=a", "replica_desk_refused=a", "replica_desk_clients=a")
                .hasSize(8);
        var b = member("b", 1, options -> options);
        assertThat(b.status().desk()).as("it serves nobody").isNull();
    }

    @Test
    void aClientGoesOnAtAnotherMemberAndEachCommandIsDoneOnce() throws Exception {
        var a = member("a", 3);
        member("b", 3);
        var c = member("c", 3);
        c.awaitPrimary(Wait.LONGEST);
        ReplicaClient<String, Integer> client = client();
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            results.add(client.submit("line " + i));
            if (i == 150) {
                await(results.get(20));
                a.close();
            }
        }
        for (CompletableFuture<Integer> each : results) {
            await(each);
        }
        List<String> lines =
                c.<List<String>>readOrdered(ledger -> List.copyOf(ledger.lines)).get();
        assertThat(lines).hasSize(300);
        assertThat(new HashSet<>(lines)).hasSize(300);
    }

    @Test
    void aLostConnectionIsMadeAgain() throws Exception {
        var a = member("a", 1);
        ReplicaClient<String, Integer> client = client();
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            results.add(client.submit("line " + i));
            if (i % 50 == 25) {
                await(results.get(i));
                for (int k = 1; k < 12; k++) {
                    // The client's, the desk's, whichever they are.
                    daemon.drop("#r" + k + "#t1");
                }
            }
        }
        for (CompletableFuture<Integer> each : results) {
            await(each);
        }
        assertThat(a.<Integer>read(ledger -> new HashSet<>(ledger.lines).size()))
                .isEqualTo(200);
        assertThat(a.<Integer>read(ledger -> ledger.lines.size())).isEqualTo(200);
    }

    @Test
    void aRequestThatNobodyServesEndsInTimeAndTakesNoEffect() throws Exception {
        var a = member("a", 2);
        ReplicaClient<String, Integer> client = client();
        assertThat(reason(client.submitWithin("lost", ofMillis(300)))).isEqualTo(Failure.TIMED_OUT);
        assertThat(reason(client.readWithin(Consistency.LINEARIZABLE, "lost", ofMillis(300))))
                .isEqualTo(Failure.TIMED_OUT);
        CompletableFuture<Integer> cancelled = client.submit("cancelled");
        assertThat(cancelled.cancel(false)).isTrue();
        member("b", 2);
        assertThat(await(client.submit("found"))).isEqualTo(1);
        assertThat(a.<List<String>>readOrdered(ledger -> List.copyOf(ledger.lines))
                        .get())
                .containsExactly("found");
    }

    @Test
    void whatIsTooMuchIsRefusedAtOnce() throws Exception {
        member("a", 2);
        ReplicaClient<String, Integer> client =
                client(options -> options.limit(Wait.LONGEST).maxOutstanding(2));
        CompletableFuture<Integer> first = client.submit("one");
        client.submit("two");
        assertThat(reason(client.submit("three"))).isEqualTo(Failure.QUEUE_FULL);
        assertThat(first.cancel(false)).isTrue();
        CompletableFuture<Integer> large = client.submit("x".repeat(100_000));
        assertThat(reason(large)).isIn(Failure.TOO_LARGE, Failure.QUEUE_FULL);
    }

    @Test
    void aSessionGoesOnAfterItsProgramHasEnded() throws Exception {
        member("a", 1);
        ReplicaClient<String, Integer> before = client();
        ClientSession<String, Integer> old = before.session("orders");
        assertThat(await(old.last())).isZero();
        assertThat(await(old.submit(7, "order 7"))).isEqualTo(1);
        ReplicaClient<String, Integer> after = client();
        ClientSession<String, Integer> session = after.session("orders");
        assertThat(await(session.last())).isEqualTo(7);
        assertThat(await(session.submit(7, "order 7"))).as("the answer of then").isEqualTo(1);
        assertThat(await(session.submit("order 8"))).isEqualTo(2);
        assertThat(reason(old.submit("order 8 of another"))).isEqualTo(Failure.SESSION_OVER);
        assertThat(await(after.read(Consistency.SEQUENTIAL, Ledger.ALL))).isEqualTo(2);
    }

    @Test
    void nonsenseIsNamedOnceAndStopsNobody() throws Exception {
        var a = member("a", 1);
        a.awaitPrimary(Wait.LONGEST);
        try (SpreadConnection stranger = SpreadConnection.connect(daemon.name(), "stranger")) {
            ReplicaClient<String, Integer> client = client();
            await(client.submit("one"));
            for (int i = 0; i < 20; i++) {
                stranger.multicast(Service.FIFO, RequestCodec.desksOf("ledger"), "hello".getBytes(UTF_8));
            }
            await(client.submit("two"));
            Wait.until("a report", () -> !reports.isEmpty());
            assertThat(reports).hasSize(1);
            assertThat(reports.get(0)).contains("NOT_THIS_PROTOCOL", "#stranger#t1");
        }
    }

    @Test
    void whoClosesAClientEndsItsRequests() throws Exception {
        member("a", 2);
        ReplicaClient<String, Integer> client = client();
        CompletableFuture<Integer> open = client.submit("one");
        client.close();
        assertThat(reason(open)).isEqualTo(Failure.CLOSED);
        assertThat(reason(client.submit("two"))).isEqualTo(Failure.CLOSED);
    }

    @Test
    void clientsOfAProgramShareOneThread() throws Exception {
        member("a", 1);
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            results.add(client().submit("line " + i));
        }
        for (CompletableFuture<Integer> each : results) {
            await(each);
        }
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().equals("replica clients"))
                .count();
        assertThat(threads).isEqualTo(1);
    }

    @Test
    void aMachineThatSaysNoAnswersServesNoClients() {
        assertThatThrownBy(() -> ReplicatedStateMachine.join(
                        daemon.name(),
                        "log",
                        new ReplicatedLog(),
                        Codec.strings(),
                        options -> options.primary(Quorum.majorityOf(1)).serveClients()))
                .hasMessageContaining("answers()");
    }
}
