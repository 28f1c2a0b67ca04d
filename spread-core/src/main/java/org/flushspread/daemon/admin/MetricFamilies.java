package org.flushspread.daemon.admin;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flushspread.kernel.base.ServiceCount;
import org.flushspread.kernel.ring.RingFigures;
import org.flushspread.kernel.ring.RotationFigures;
import org.flushspread.kernel.session.QueueFigures;

/** The figures of a daemon and its process as the families of the registry (operations 3). */
final class MetricFamilies {
    private static final String PREFIX = "spread_";
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    private static final int PAGE = 4096;
    private static final List<String> STATES = List.of("OP", "SEG", "REPRESENTED", "GATHER", "FORM", "EVS");

    private final MetricSnapshots.Builder all = MetricSnapshots.builder();

    private MetricFamilies() {}

    static MetricSnapshots of(AdminSnapshot snapshot, About about, Map<String, Long> refusedRequests) {
        MetricFamilies families = new MetricFamilies();
        families.daemon(snapshot, about);
        families.ring(snapshot.kernel().ring());
        families.ordered(snapshot.kernel().services());
        families.clients(snapshot);
        families.counters("counted since the start", snapshot.counters());
        families.byLabel(
                "disconnects",
                "clients that are gone",
                "reason",
                snapshot.observed().disconnects());
        families.byLabel(
                "membership_changes",
                "installed memberships",
                "cause",
                snapshot.observed().changesByCause());
        families.byLabel(
                "token_losses",
                "rings or attempts given up",
                "reason",
                snapshot.observed().tokenLosses());
        families.byLabel("refused", "input that was refused", "reason", snapshot.refused());
        families.byLabel("admin_refused_requests", "requests to the admin endpoint", "reason", refusedRequests);
        families.process(snapshot, about);
        return families.all.build();
    }

    private void daemon(AdminSnapshot snapshot, About about) {
        all.metricSnapshot(InfoSnapshot.builder()
                .name("spread")
                .help("The daemon")
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of("daemon", about.name(), "version", about.version()))
                        .build())
                .build());
        gauge("ready", "1 as a member of an operational ring", StatusDocument.isReady(snapshot) ? 1 : 0);
        GaugeSnapshot.Builder state =
                GaugeSnapshot.builder().name(PREFIX + "membership_state").help("1 for the state the membership is in");
        CounterSnapshot.Builder times = CounterSnapshot.builder()
                .name(PREFIX + "membership_state_seconds")
                .help("Time in each membership state");
        for (int i = 0; i < STATES.size(); i++) {
            Labels label = Labels.of("state", STATES.get(i));
            state.dataPoint(gaugePoint(label, snapshot.kernel().membershipState() == i + 1 ? 1 : 0));
            times.dataPoint(counterPoint(label, snapshot.kernel().stateNanos().get(i) / NANOS));
        }
        all.metricSnapshot(state.build());
        all.metricSnapshot(times.build());
        gauge(
                "configured_daemons",
                "Daemons of the configuration",
                snapshot.kernel().configuration().daemons().size());
    }

    private void ring(RingFigures ring) {
        gauge(
                "ring_daemons",
                "Daemons of the last membership",
                ring.regular().id().time() == -1 ? 0 : ring.regular().size());
        gauge("ring_holes", "Packets that exist and are not here", ring.holes());
        gauge("ring_unstable_packets", "Packets not known to be everywhere", (double) ring.highest() - ring.aru());
        gauge("ring_sent_in_rotation_packets", "Packets of all daemons in the last rotation", ring.sentInRotation());
        gauge("ring_window_packets", "Limit of the packets in a rotation", ring.window());
        gauge("ring_personal_window_packets", "Limit of this daemon's packets in a rotation", ring.personalWindow());
        gauge("ring_waiting_messages", "Messages of clients that wait for the token", ring.waitingMessages());
        gauge("ring_waiting_bytes", "Bytes of these", ring.waitingBytes());
        RotationFigures rotations = ring.rotations();
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < rotations.counts().size(); i++) {
            double bound = i < RotationFigures.BOUNDS.size()
                    ? RotationFigures.BOUNDS.get(i) / NANOS
                    : Double.POSITIVE_INFINITY;
            buckets.bucket(bound, rotations.counts().get(i));
        }
        all.metricSnapshot(HistogramSnapshot.builder()
                .name(PREFIX + "token_rotation_seconds")
                .help("How long the token takes to come round; an idle ring keeps it")
                .dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets.build())
                        .sum(rotations.sumNanos() / NANOS)
                        .build())
                .build());
    }

    private void ordered(List<ServiceCount> services) {
        CounterSnapshot.Builder messages =
                CounterSnapshot.builder().name(PREFIX + "ordered_messages").help("Messages of clients, in order");
        CounterSnapshot.Builder bytes =
                CounterSnapshot.builder().name(PREFIX + "ordered_bytes").help("Bytes of their bodies");
        for (ServiceCount each : services) {
            Labels label = Labels.of("service", each.service());
            messages.dataPoint(counterPoint(label, each.messages()));
            bytes.dataPoint(counterPoint(label, each.bytes()));
        }
        all.metricSnapshot(messages.build());
        all.metricSnapshot(bytes.build());
    }

    private void clients(AdminSnapshot snapshot) {
        snapshot.tls().ifPresent(tls -> {
            gauge(
                    "tls_certificate_expiry_seconds",
                    "End of the certificate of the TLS port, since 1970",
                    tls.expires().getEpochSecond());
            gauge("tls_handshakes", "Connections to the TLS port that are not clients yet", tls.handshakes());
        });
        gauge("sessions", "Clients", snapshot.kernel().sessionCount());
        gauge("groups", "Groups with a member", snapshot.kernel().groupCount());
        QueueFigures queues = snapshot.kernel().queues();
        gauge("queued_messages", "Messages that wait for all clients together", queues.messages());
        gauge("queued_messages_limit", "Their limit", queues.mostMessages());
        gauge("queued_bytes", "Memory of what waits for all clients together", queues.bytes());
        gauge("queued_bytes_limit", "Its limit", queues.mostBytes());
        GaugeSnapshot.Builder messages = GaugeSnapshot.builder()
                .name(PREFIX + "session_queued_messages")
                .help("Messages that wait for a client");
        GaugeSnapshot.Builder bytes = GaugeSnapshot.builder()
                .name(PREFIX + "session_queued_bytes")
                .help("Bytes that wait for a client, in the daemon and in its connection");
        for (AdminSnapshot.Client each : snapshot.clients()) {
            if (each.figures().open()) {
                Labels label = Labels.of("session", each.figures().name().toString());
                messages.dataPoint(gaugePoint(label, each.figures().queuedMessages()));
                bytes.dataPoint(gaugePoint(label, (double) each.figures().queuedBytes() + each.unwrittenBytes()));
            }
        }
        all.metricSnapshot(messages.build());
        all.metricSnapshot(bytes.build());
    }

    /** Names as of Java become names as of the registry. What has a family of its own, by label, is left out. */
    private void counters(String help, Map<String, Long> counters) {
        counters.forEach((name, count) -> {
            if (!name.equals("membershipChanges")) {
                String snake = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
                counter(PREFIX + snake, snake.replace('_', ' ') + ", " + help, count);
            }
        });
    }

    private void byLabel(String name, String help, String label, Map<String, Long> counts) {
        CounterSnapshot.Builder family =
                CounterSnapshot.builder().name(PREFIX + name).help(help);
        counts.forEach((value, count) -> family.dataPoint(counterPoint(Labels.of(label, value), count)));
        all.metricSnapshot(family.build());
    }

    private void process(AdminSnapshot snapshot, About about) {
        gauge("buffer_bytes", "Network buffers taken from the system", snapshot.bufferBytes());
        GaugeSnapshot.Builder used =
                GaugeSnapshot.builder().name("jvm_memory_used_bytes").help("Memory of the JVM in use");
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        used.dataPoint(gaugePoint(Labels.of("area", "heap"), heap.getUsed()));
        used.dataPoint(gaugePoint(Labels.of("area", "nonheap"), other.getUsed()));
        all.metricSnapshot(used.build());
        long collections = 0;
        long millis = 0;
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += Math.max(0, each.getCollectionCount());
            millis += Math.max(0, each.getCollectionTime());
        }
        counter("jvm_gc_collections", "Garbage collections", collections);
        counter("jvm_gc_seconds", "Time of garbage collections", millis / MILLIS);
        gaugeNamed("process_start_time_seconds", "Start of the daemon since 1970", about.startedMillis() / MILLIS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            counter("process_cpu_seconds", "Processor time", system.getProcessCpuTime() / NANOS);
            gaugeNamed("process_open_fds", "Open files", system.getOpenFileDescriptorCount());
            gaugeNamed("process_max_fds", "Limit of open files", system.getMaxFileDescriptorCount());
        }
        long resident = residentBytes();
        if (resident > 0) {
            gaugeNamed("process_resident_memory_bytes", "Memory of the process", resident);
        }
    }

    /** 0 where the system does not tell. */
    private static long residentBytes() {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1]) * PAGE;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    private void gauge(String name, String help, Number value) {
        gaugeNamed(PREFIX + name, help, value);
    }

    private void gaugeNamed(String name, String help, Number value) {
        all.metricSnapshot(GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(gaugePoint(Labels.EMPTY, value))
                .build());
    }

    private void counter(String name, String help, Number value) {
        all.metricSnapshot(CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(counterPoint(Labels.EMPTY, value))
                .build());
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot gaugePoint(Labels labels, Number value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build();
    }

    private static CounterSnapshot.CounterDataPointSnapshot counterPoint(Labels labels, Number value) {
        return CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build();
    }
}
