package org.flushspread.daemon.admin;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.daemon.seal.SealFigures;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.daemon.tls.TlsFigures;
import org.flushspread.kernel.KernelSnapshot;
import org.flushspread.kernel.base.ServiceCount;
import org.flushspread.kernel.groups.GroupFigures;
import org.flushspread.kernel.ring.RingFigures;
import org.flushspread.kernel.ring.RotationFigures;
import org.flushspread.kernel.session.QueueFigures;
import org.flushspread.wire.IpAddress;

/** The answer to {@code /status} (operations 2.1). */
final class StatusDocument {
    private static final List<String> STATES = List.of("OP", "SEG", "REPRESENTED", "GATHER", "FORM", "EVS");
    private static final List<String> GROUPS_STATES = List.of("GOP", "GTRANS", "GGATHER", "GGT");
    private static final long NANOS_PER_MICRO = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final AdminSnapshot snapshot;
    private final KernelSnapshot kernel;
    private final JsonWriter json;

    private StatusDocument(AdminSnapshot snapshot, JsonWriter json) {
        this.snapshot = snapshot;
        this.kernel = snapshot.kernel();
        this.json = json;
    }

    static String state(int number) {
        return number >= 1 && number <= STATES.size() ? STATES.get(number - 1) : "unknown " + number;
    }

    static String groupsState(int number) {
        return number >= 1 && number <= GROUPS_STATES.size() ? GROUPS_STATES.get(number - 1) : "unknown " + number;
    }

    /** True for a member of an operational ring. */
    static boolean isReady(AdminSnapshot snapshot) {
        return snapshot.kernel().membershipState() == 1
                && snapshot.kernel().ring().regular().id().time() != -1;
    }

    static String of(AdminSnapshot snapshot, About about, Map<String, Long> refusedRequests) {
        StringWriter text = new StringWriter();
        try {
            new StatusDocument(snapshot, new JsonWriter(text)).write(about, refusedRequests);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void write(About about, Map<String, Long> refusedRequests) throws IOException {
        json.beginObject();
        json.name("daemon").value(about.name());
        json.name("address").value(kernel.me().address().toString());
        json.name("port").value(kernel.me().port());
        json.name("program").value("Flush Spread for Java");
        json.name("version").value(about.version());
        json.name("pid").value(ProcessHandle.current().pid());
        json.name("time").value(time(snapshot.millis()));
        json.name("started").value(time(about.startedMillis()));
        json.name("ready").value(isReady(snapshot));
        values("listening", about.listening());
        json.name("configurationHash")
                .value(Integer.toUnsignedLong(kernel.configuration().hash()));
        ring();
        segments(kernel.configuration());
        seal();
        tls();
        access();
        changes();
        groups();
        sessions();
        services();
        json.name("stateSeconds").beginObject();
        for (int i = 0; i < STATES.size(); i++) {
            thousandths(STATES.get(i), kernel.stateNanos().get(i) / NANOS_PER_MILLI);
        }
        json.endObject();
        json.name("memory").beginObject();
        json.name("heapBytes").value(snapshot.heapBytes());
        json.name("bufferBytes").value(snapshot.bufferBytes());
        json.endObject();
        counts("counters", snapshot.counters());
        counts("refused", snapshot.refused());
        counts("refusedRequests", refusedRequests);
        counts("disconnects", snapshot.observed().disconnects());
        counts("tokenLosses", snapshot.observed().tokenLosses());
        json.endObject();
    }

    private void seal() throws IOException {
        SealFigures seal = snapshot.seal();
        json.name("seal").beginObject();
        json.name("sealed").value(seal.keys().isPresent());
        values("keys", seal.keys().map(SealKeys::ids).orElse(List.of()));
        json.name("strangers").beginArray();
        for (SealFigures.Stranger each : seal.strangers()) {
            json.beginObject();
            json.name("daemon").value(daemon(each));
            json.name("from").value(each.from().map(IpAddress::toString).orElse(""));
            json.name("reason").value(each.reason());
            json.name("text").value("what it sends " + each.text());
            json.name("count").value(each.count());
            json.name("last").value(time(each.lastMillis()));
            json.endObject();
        }
        json.endArray().endObject();
    }

    private void tls() throws IOException {
        if (snapshot.tls().isEmpty()) {
            return;
        }
        TlsFigures tls = snapshot.tls().get();
        json.name("tls").beginObject();
        json.name("port").value(tls.port());
        json.name("certificate").value(tls.subject());
        json.name("expires").value(tls.expires().toString());
        json.name("handshakes").value(tls.handshakes());
        json.endObject();
    }

    private void access() throws IOException {
        json.name("access").beginObject();
        if (snapshot.access().isPresent()) {
            AccessFigures access = snapshot.access().get();
            json.name("file").value(access.file());
            json.name("rules").value(access.rules());
            json.name("otherwise").value(access.allowsOtherwise() ? "allow" : "deny");
            json.name("read").value(time(access.millis()));
        }
        json.endObject();
    }

    /** By its envelope, else by its address; empty if neither tells. */
    private String daemon(SealFigures.Stranger stranger) {
        Daemon named = kernel.configuration().byId(stranger.sender());
        if (named == null && stranger.from().isPresent()) {
            named = kernel.configuration().byAddress(stranger.from().get());
        }
        return named == null ? "" : named.name();
    }

    private void ring() throws IOException {
        RingFigures ring = kernel.ring();
        boolean any = ring.regular().id().time() != -1;
        json.name("ring").beginObject();
        json.name("state").value(state(kernel.membershipState()));
        json.name("groupsState").value(groupsState(kernel.groupsState()));
        json.name("membership").value(any ? ring.regular().idText() : "");
        List<String> members =
                any ? ring.regular().members().stream().map(Daemon::name).toList() : List.of();
        values("members", members);
        json.name("leader").value(any ? ring.regular().leader().name() : "");
        values(
                "absent",
                kernel.configuration().daemons().stream()
                        .map(Daemon::name)
                        .filter(each -> !members.contains(each))
                        .toList());
        RotationFigures rotations = ring.rotations();
        json.name("tokenRotation").beginObject();
        thousandths("lastMillis", rotations.lastNanos() / NANOS_PER_MICRO);
        thousandths("recentMillis", rotations.recentNanos() / NANOS_PER_MICRO);
        thousandths("totalMillis", rotations.sumNanos() / NANOS_PER_MICRO);
        json.name("count")
                .value(rotations.counts().stream().mapToLong(Long::longValue).sum());
        json.endObject();
        json.name("tokenRounds").value(ring.tokenRounds());
        json.name("aru").value(ring.aru());
        json.name("myAru").value(ring.myAru());
        json.name("highest").value(ring.highest());
        json.name("holes").value(ring.holes());
        json.name("sentInRotation").value(ring.sentInRotation());
        json.name("window").value(ring.window());
        json.name("personalWindow").value(ring.personalWindow());
        json.name("acceleratedWindow").value(ring.accelerated() ? ring.acceleratedWindow() : 0);
        json.name("waitingMessages").value(ring.waitingMessages());
        json.name("waitingBytes").value(ring.waitingBytes());
        json.endObject();
    }

    private void segments(Configuration configuration) throws IOException {
        json.name("segments").beginArray();
        for (Segment segment : configuration.segments()) {
            json.beginObject();
            json.name("address").value(segment.addressText());
            json.name("daemons").beginArray();
            for (Daemon each : segment.daemons()) {
                json.beginObject();
                json.name("name").value(each.name());
                json.name("address").value(each.address().toString());
                json.name("port").value(each.port());
                json.endObject();
            }
            json.endArray().endObject();
        }
        json.endArray();
    }

    private void changes() throws IOException {
        json.name("membershipChanges").beginArray();
        for (MembershipChange each : snapshot.observed().changes()) {
            json.beginObject();
            json.name("time").value(time(each.millis()));
            json.name("membership").value(each.membership());
            values("from", each.from());
            values("to", each.to());
            json.name("cause").value(each.cause());
            values("steps", each.steps());
            json.name("text").value(each.text());
            json.endObject();
        }
        json.endArray();
        counts("membershipChangesByCause", snapshot.observed().changesByCause());
    }

    private void groups() throws IOException {
        json.name("groupCount").value(kernel.groupCount());
        json.name("groups").beginArray();
        for (GroupFigures each : kernel.groups()) {
            json.beginObject();
            json.name("name").value(each.name().toString());
            json.name("size").value(each.size());
            values("members", each.members());
            json.endObject();
        }
        json.endArray();
    }

    private void sessions() throws IOException {
        json.name("sessionCount").value(kernel.sessionCount());
        json.name("sessions").beginArray();
        for (AdminSnapshot.Client each : snapshot.clients()) {
            json.beginObject();
            json.name("name").value(each.figures().name().toString());
            json.name("kind").value(each.kind());
            json.name("from").value(each.from());
            json.name("user").value(each.user());
            json.name("state").value(each.figures().open() ? "open" : "handshake");
            json.name("membership").value(each.figures().membership());
            json.name("queuedMessages").value(each.figures().queuedMessages());
            json.name("queuedBytes").value(each.figures().queuedBytes());
            json.name("unwrittenBytes").value(each.unwrittenBytes());
            json.name("unsentBytes").value(each.figures().unsentBytes());
            json.name("slow").value(!each.figures().writable());
            json.name("read").value(each.figures().read());
            long age = (kernel.nanos() - each.figures().openedAt()) / NANOS_PER_MILLI;
            json.name("since").value(time(snapshot.millis() - age));
            json.endObject();
        }
        json.endArray();
        QueueFigures queues = kernel.queues();
        json.name("queues").beginObject();
        json.name("messages").value(queues.messages());
        json.name("mostMessages").value(queues.mostMessages());
        json.name("bytes").value(queues.bytes());
        json.name("mostBytes").value(queues.mostBytes());
        json.endObject();
    }

    private void services() throws IOException {
        json.name("ordered").beginObject();
        for (ServiceCount each : kernel.services()) {
            json.name(each.service()).beginObject();
            json.name("messages").value(each.messages());
            json.name("bytes").value(each.bytes());
            json.endObject();
        }
        json.endObject();
    }

    private void values(String name, Collection<?> texts) throws IOException {
        json.name(name).beginArray();
        for (Object each : texts) {
            json.value(each.toString());
        }
        json.endArray();
    }

    private void counts(String name, Map<String, Long> counts) throws IOException {
        json.name(name).beginObject();
        for (Map.Entry<String, Long> each : counts.entrySet()) {
            json.name(each.getKey()).value(each.getValue());
        }
        json.endObject();
    }

    /** A number with three digits behind the point. */
    private void thousandths(String name, long number) throws IOException {
        json.name(name).value(BigDecimal.valueOf(number, 3));
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
