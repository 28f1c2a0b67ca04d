package org.flushspread.daemon.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.Segment;
import org.flushspread.kernel.KernelSnapshot;
import org.flushspread.kernel.base.ServiceCount;
import org.flushspread.kernel.groups.GroupFigures;
import org.flushspread.kernel.ring.RingFigures;
import org.flushspread.kernel.ring.RotationFigures;

/** The answer to {@code /status} (operations 2.1). */
final class StatusDocument {
    private static final List<String> STATES = List.of("OP", "SEG", "REPRESENTED", "GATHER", "FORM", "EVS");
    private static final List<String> GROUPS_STATES = List.of("GOP", "GTRANS", "GGATHER", "GGT");
    private static final long NANOS_PER_MICRO = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final AdminSnapshot snapshot;
    private final KernelSnapshot kernel;
    private final Json json = new Json();

    private StatusDocument(AdminSnapshot snapshot) {
        this.snapshot = snapshot;
        this.kernel = snapshot.kernel();
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
        StatusDocument document = new StatusDocument(snapshot);
        document.write(about, refusedRequests);
        return document.json.toString();
    }

    private void write(About about, Map<String, Long> refusedRequests) {
        json.open('{');
        json.name("daemon").value(about.name());
        json.name("address").value(kernel.me().address().toString());
        json.name("port").value(kernel.me().port());
        json.name("program").value("Flush Spread for Java");
        json.name("version").value(about.version());
        json.name("pid").value(ProcessHandle.current().pid());
        json.name("time").value(time(snapshot.millis()));
        json.name("started").value(time(about.startedMillis()));
        json.name("ready").value(isReady(snapshot));
        json.name("listening").values(about.listening());
        json.name("configurationHash")
                .value(Integer.toUnsignedLong(kernel.configuration().hash()));
        ring();
        segments(kernel.configuration());
        changes();
        groups();
        sessions();
        services();
        json.name("stateSeconds").open('{');
        for (int i = 0; i < STATES.size(); i++) {
            json.name(STATES.get(i)).thousandths(kernel.stateNanos().get(i) / NANOS_PER_MILLI);
        }
        json.close('}');
        json.name("memory").open('{');
        json.name("heapBytes").value(snapshot.heapBytes());
        json.name("bufferBytes").value(snapshot.bufferBytes());
        json.close('}');
        json.name("counters").counts(snapshot.counters());
        json.name("refused").counts(snapshot.refused());
        json.name("refusedRequests").counts(refusedRequests);
        json.name("disconnects").counts(snapshot.observed().disconnects());
        json.name("tokenLosses").counts(snapshot.observed().tokenLosses());
        json.close('}');
    }

    private void ring() {
        RingFigures ring = kernel.ring();
        boolean any = ring.regular().id().time() != -1;
        json.name("ring").open('{');
        json.name("state").value(state(kernel.membershipState()));
        json.name("groupsState").value(groupsState(kernel.groupsState()));
        json.name("membership").value(any ? ring.regular().idText() : "");
        List<String> members =
                any ? ring.regular().members().stream().map(Daemon::name).toList() : List.of();
        json.name("members").values(members);
        json.name("leader").value(any ? ring.regular().leader().name() : "");
        json.name("absent")
                .values(kernel.configuration().daemons().stream()
                        .map(Daemon::name)
                        .filter(each -> !members.contains(each))
                        .toList());
        RotationFigures rotations = ring.rotations();
        json.name("tokenRotation").open('{');
        json.name("lastMillis").thousandths(rotations.lastNanos() / NANOS_PER_MICRO);
        json.name("recentMillis").thousandths(rotations.recentNanos() / NANOS_PER_MICRO);
        json.name("totalMillis").thousandths(rotations.sumNanos() / NANOS_PER_MICRO);
        json.name("count")
                .value(rotations.counts().stream().mapToLong(Long::longValue).sum());
        json.close('}');
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
        json.close('}');
    }

    private void segments(Configuration configuration) {
        json.name("segments").open('[');
        for (Segment segment : configuration.segments()) {
            json.open('{');
            json.name("address").value(segment.addressText());
            json.name("daemons").open('[');
            for (Daemon each : segment.daemons()) {
                json.open('{');
                json.name("name").value(each.name());
                json.name("address").value(each.address().toString());
                json.name("port").value(each.port());
                json.close('}');
            }
            json.close(']').close('}');
        }
        json.close(']');
    }

    private void changes() {
        json.name("membershipChanges").open('[');
        for (MembershipChange each : snapshot.observed().changes()) {
            json.open('{');
            json.name("time").value(time(each.millis()));
            json.name("membership").value(each.membership());
            json.name("from").values(each.from());
            json.name("to").values(each.to());
            json.name("cause").value(each.cause());
            json.name("steps").values(each.steps());
            json.name("text").value(each.text());
            json.close('}');
        }
        json.close(']');
        json.name("membershipChangesByCause").counts(snapshot.observed().changesByCause());
    }

    private void groups() {
        json.name("groupCount").value(kernel.groupCount());
        json.name("groups").open('[');
        for (GroupFigures each : kernel.groups()) {
            json.open('{');
            json.name("name").value(each.name().toString());
            json.name("size").value(each.size());
            json.name("members").values(each.members());
            json.close('}');
        }
        json.close(']');
    }

    private void sessions() {
        json.name("sessionCount").value(kernel.sessionCount());
        json.name("sessions").open('[');
        for (AdminSnapshot.Client each : snapshot.clients()) {
            json.open('{');
            json.name("name").value(each.figures().name().toString());
            json.name("kind").value(each.kind());
            json.name("from").value(each.from());
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
            json.close('}');
        }
        json.close(']');
    }

    private void services() {
        json.name("ordered").open('{');
        for (ServiceCount each : kernel.services()) {
            json.name(each.service()).open('{');
            json.name("messages").value(each.messages());
            json.name("bytes").value(each.bytes());
            json.close('}');
        }
        json.close('}');
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
