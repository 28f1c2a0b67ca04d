package org.flushspread.flush;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.flushspread.flush.kernel.FlushCounters;
import org.flushspread.flush.kernel.FlushReason;
import org.flushspread.flush.replica.Role;
import org.flushspread.flush.requests.DeskFigures;
import org.flushspread.flush.requests.DeskReason;

/**
 * The figures of flush connections and of members of replicated state machines for a registry of Prometheus:
 *
 * <pre>{@code
 * FlushMetrics metrics = new FlushMetrics();
 * metrics.watch("store", member);
 * PrometheusRegistry.defaultRegistry.register(metrics);
 * }</pre>
 *
 * <p>Needs {@code prometheus-metrics-model} on the class path, which nothing else here does. A daemon in the same JVM serves what is
 * registered there with its own figures. All methods may be called by any thread; each scrape reads the figures as they are then.
 */
public final class FlushMetrics implements MultiCollector {
    private static final double NANOS = 1e9;

    private final Map<String, Supplier<FlushCounters>> connections = new ConcurrentSkipListMap<>();
    private final Map<String, Supplier<ReplicaStatus>> members = new ConcurrentSkipListMap<>();
    private final Map<String, Supplier<SnapshotFigures>> snapshots = new ConcurrentSkipListMap<>();

    /** Nothing is watched yet. */
    public FlushMetrics() {}

    /**
     * Reads this connection at each scrape, until {@link #forget}.
     *
     * @param name the value of the label {@code connection}; one that is watched under it is forgotten
     */
    public void watch(String name, FlushConnection connection) {
        connections.put(name, connection::counters);
    }

    /**
     * Reads this member at each scrape, until {@link #forget}.
     *
     * @param name the value of the label {@code member}; one that is watched under it is forgotten
     */
    public void watch(String name, ReplicatedStateMachine<?, ?, ?> member) {
        members.put(name, member::status);
        snapshots.put(name, member::snapshots);
    }

    /** Reads what is watched under this name no more. */
    public void forget(String name) {
        connections.remove(name);
        members.remove(name);
        snapshots.remove(name);
    }

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        connections(all);
        members(all);
        snapshots(all);
        return all.build();
    }

    private void connections(MetricSnapshots.Builder all) {
        Map<String, FlushCounters> now = read(connections);
        count(all, now, "views_installed", "Views that were installed", counters -> counters.viewsInstalled);
        count(
                all,
                now,
                "oks_sent",
                "Consents to a change of the view: flush rounds of this member",
                c -> c.flushOksSent);
        count(all, now, "oks_received", "Consents of all members", counters -> counters.flushOksReceived);
        count(
                all,
                now,
                "changes_collapsed",
                "Changes that another one overtook",
                counters -> counters.changesCollapsed);
        count(all, now, "members_excluded", "Members that did not answer", counters -> counters.membersExcluded);
        count(all, now, "messages_delivered", "Messages handed on", counters -> counters.messagesDelivered);
        count(
                all,
                now,
                "messages_postponed",
                "Messages kept for the next view",
                counters -> counters.messagesPostponed);
        CounterSnapshot.Builder refused =
                CounterSnapshot.builder().name("flush_refused").help("What was ignored, dropped or given up");
        now.forEach((name, counters) -> {
            for (FlushReason each : FlushReason.values()) {
                if (counters.refused(each) > 0) {
                    refused.dataPoint(
                            counter(Labels.of("connection", name, "reason", each.name()), counters.refused(each)));
                }
            }
        });
        all.metricSnapshot(refused.build());
    }

    private static void count(
            MetricSnapshots.Builder all,
            Map<String, FlushCounters> now,
            String name,
            String help,
            ToLongFunction<FlushCounters> figure) {
        CounterSnapshot.Builder family =
                CounterSnapshot.builder().name("flush_" + name).help(help);
        now.forEach((connection, counters) ->
                family.dataPoint(counter(Labels.of("connection", connection), figure.applyAsLong(counters))));
        all.metricSnapshot(family.build());
    }

    private void members(MetricSnapshots.Builder all) {
        Map<String, ReplicaStatus> now = read(members);
        desks(all, now);
        GaugeSnapshot.Builder roles =
                GaugeSnapshot.builder().name("replica_role").help("1 for the role of the member");
        now.forEach((member, status) -> {
            for (Role each : Role.values()) {
                roles.dataPoint(gauge(
                        Labels.of("member", member, "role", each.name().toLowerCase(Locale.ROOT)),
                        each == status.role() ? 1 : 0));
            }
        });
        all.metricSnapshot(roles.build());
        CounterSnapshot.Builder commands =
                CounterSnapshot.builder().name("replica_commands").help("Commands its state contains");
        now.forEach((member, status) -> commands.dataPoint(
                counter(Labels.of("member", member), status.version().index())));
        all.metricSnapshot(commands.build());
        show(
                all,
                now,
                "members",
                "Members of the view",
                status -> status.members().size());
        show(
                all,
                now,
                "catching_up",
                "Members the state is on the way to",
                status -> status.catchingUp().size());
        show(all, now, "waiting", "Commands and ordered reads that have not ended", status -> status.waiting());
        show(
                all,
                now,
                "lag_seconds",
                "How long the oldest of these has waited",
                status -> seconds(status.oldestWaiting()));
    }

    /** Of members that serve clients. */
    private void desks(MetricSnapshots.Builder all, Map<String, ReplicaStatus> members) {
        Map<String, DeskFigures> now = new TreeMap<>();
        members.forEach((member, status) -> {
            DeskFigures desk = status.desk();
            if (desk != null) {
                now.put(member, desk);
            }
        });
        deskGauge(all, now, "clients", "Clients that have requests with the member", DeskFigures::clients);
        deskGauge(all, now, "pending", "Requests of clients with the member", DeskFigures::pending);
        deskGauge(all, now, "pending_bytes", "Bytes of these", DeskFigures::pendingBytes);
        deskCount(all, now, "requests", "Requests of clients that were taken", DeskFigures::requests);
        deskCount(all, now, "request_bytes", "Bytes of these", DeskFigures::requestBytes);
        deskCount(all, now, "answers", "Answers to clients, refusals among them", DeskFigures::answers);
        deskCount(all, now, "answer_bytes", "Bytes of messages to clients", DeskFigures::answerBytes);
        CounterSnapshot.Builder refused =
                CounterSnapshot.builder().name("replica_desk_refused").help("What a desk refused or dropped");
        now.forEach((member, desk) -> {
            for (DeskReason each : DeskReason.values()) {
                refused.dataPoint(counter(
                        Labels.of("member", member, "reason", each.name()),
                        desk.refused().getOrDefault(each, 0L)));
            }
        });
        all.metricSnapshot(refused.build());
    }

    private static void deskGauge(
            MetricSnapshots.Builder all,
            Map<String, DeskFigures> now,
            String name,
            String help,
            ToLongFunction<DeskFigures> figure) {
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder().name("replica_desk_" + name).help(help);
        now.forEach((member, desk) -> family.dataPoint(gauge(Labels.of("member", member), figure.applyAsLong(desk))));
        all.metricSnapshot(family.build());
    }

    private static void deskCount(
            MetricSnapshots.Builder all,
            Map<String, DeskFigures> now,
            String name,
            String help,
            ToLongFunction<DeskFigures> figure) {
        CounterSnapshot.Builder family =
                CounterSnapshot.builder().name("replica_desk_" + name).help(help);
        now.forEach((member, desk) -> family.dataPoint(counter(Labels.of("member", member), figure.applyAsLong(desk))));
        all.metricSnapshot(family.build());
    }

    private void snapshots(MetricSnapshots.Builder all) {
        Map<String, SnapshotFigures> now = read(snapshots);
        SummarySnapshot.Builder saves = SummarySnapshot.builder()
                .name("replica_snapshot_save_seconds")
                .help("How long the state took to be written");
        SummarySnapshot.Builder loads = SummarySnapshot.builder()
                .name("replica_snapshot_load_seconds")
                .help("How long a state took to be read");
        GaugeSnapshot.Builder bytes =
                GaugeSnapshot.builder().name("replica_snapshot_bytes").help("Bytes of the state written last");
        now.forEach((member, figures) -> {
            saves.dataPoint(summary(member, figures.saves(), figures.saveNanos()));
            loads.dataPoint(summary(member, figures.loads(), figures.loadNanos()));
            bytes.dataPoint(gauge(Labels.of("member", member), figures.bytes()));
        });
        all.metricSnapshot(saves.build());
        all.metricSnapshot(loads.build());
        all.metricSnapshot(bytes.build());
    }

    private static SummarySnapshot.SummaryDataPointSnapshot summary(String member, long count, long nanos) {
        return SummarySnapshot.SummaryDataPointSnapshot.builder()
                .labels(Labels.of("member", member))
                .count(count)
                .sum(nanos / NANOS)
                .build();
    }

    private static double seconds(Duration time) {
        return time.getSeconds() + time.getNano() / NANOS;
    }

    private static void show(
            MetricSnapshots.Builder all,
            Map<String, ReplicaStatus> now,
            String name,
            String help,
            Function<ReplicaStatus, Number> figure) {
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder().name("replica_" + name).help(help);
        now.forEach((member, status) -> family.dataPoint(gauge(Labels.of("member", member), figure.apply(status))));
        all.metricSnapshot(family.build());
    }

    private static <T> Map<String, T> read(Map<String, Supplier<T>> watched) {
        Map<String, T> now = new TreeMap<>();
        watched.forEach((name, figures) -> now.put(name, figures.get()));
        return now;
    }

    private static CounterSnapshot.CounterDataPointSnapshot counter(Labels labels, Number value) {
        return CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build();
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot gauge(Labels labels, Number value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build();
    }
}
