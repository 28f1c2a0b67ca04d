package org.flushspread.daemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.base.DaemonMembership;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** operations 5: the last protocol events, and what is told to the JVM's own recorder. */
@Timeout(120)
class FlightRecorderTest {
    private static final Session SESSION = new Session(3, 0, "") {
        @Override
        public String toString() {
            return "session 3 #ann#d1";
        }
    };

    private static ByteBuf packet(int number) {
        ByteBuf packet = Unpooled.buffer();
        MonitorPackets.writeStatus(packet, MonitorOrigin.spread4(0x7f000001), number);
        return packet;
    }

    @Test
    void linesAreThoseOfAReplay() {
        FlightRecorder recorder = new FlightRecorder(RingVersion.SPREAD4, "d1", 1_000_000_000L);
        recorder.now(2_500_000_000L);
        recorder.data(packet(77), 0, 40);
        recorder.reported(new Event.TokenLost(Reason.TOKEN_TIMEOUT));
        recorder.closed(SESSION, Reason.SLOW_CLIENT);
        recorder.token(Unpooled.wrappedBuffer(new byte[7]), 0, 7);
        String[] lines = recorder.text().split(System.lineSeparator());
        assertThat(lines[0]).startsWith("    1.500000  recv   d1 <- ").contains("seq 77");
        assertThat(lines[1]).isEqualTo("    1.500000  report d1 TokenLost[why=TOKEN_TIMEOUT]");
        assertThat(lines[2]).isEqualTo("    1.500000  close  d1 session 3 #ann#d1 SLOW_CLIENT");
        assertThat(lines[3]).isEqualTo("    1.500000  recv   d1 <- short datagram of 7 bytes");
    }

    @Test
    void theLastEventsAreKeptAndNoMore() {
        FlightRecorder recorder = new FlightRecorder(RingVersion.SPREAD4, "d1", 0);
        for (int i = 1; i <= 3 * FlightRecorder.KEPT; i++) {
            recorder.data(packet(i), 0, 40);
        }
        List<String> lines = recorder.text().lines().toList();
        assertThat(lines).hasSize(FlightRecorder.KEPT - 1);
        assertThat(lines.get(0)).contains(" seq " + (2 * FlightRecorder.KEPT + 2) + " ");
        assertThat(lines.get(lines.size() - 1)).contains(" seq " + 3 * FlightRecorder.KEPT + " ");
    }

    @Test
    void aReaderSeesNoHalfOfAnEventThatIsWritten() throws Exception {
        FlightRecorder recorder = new FlightRecorder(RingVersion.SPREAD4, "d1", 0);
        AtomicBoolean end = new AtomicBoolean();
        ByteBuf packet = packet(0);
        Thread writer = new Thread(() -> {
            for (int i = 1; !end.get(); i = i % 60_000 + 1) {
                // the time of an event is its number
                packet.setIntLE(20, i);
                recorder.now(i * 1_000_000_000L);
                recorder.data(packet, 0, 40);
            }
        });
        writer.start();
        try {
            int seen = 0;
            while (seen < 10_000) {
                for (String line : recorder.text().lines().toList()) {
                    String time = line.substring(0, line.indexOf('.')).strip();
                    assertThat(line).contains(" seq " + time + " ");
                    seen++;
                }
            }
        } finally {
            end.set(true);
            writer.join();
        }
    }

    @Test
    void theRecorderOfTheJvmIsToldChangesLossesDisconnectsAndSlowTurns(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("events.jfr");
        Daemon me = Configuration.local().daemons().get(0);
        try (Recording recording = new Recording()) {
            recording.start();
            Observations observations = new Observations("d1");
            observations.observe(
                    new Event.MembershipInstalled(
                            new DaemonMembership(new MembershipId(me.id(), 7), ImmutableList.of(me))),
                    1);
            observations.observe(new Event.TokenLost(Reason.TOKEN_TIMEOUT), 2);
            observations.observe(new Event.SessionClosed(SESSION, "#ann#d1", Reason.SLOW_CLIENT), 3);
            JfrEvents.slowTurn("d1", 70_000_000);
            recording.stop();
            recording.dump(file);
        }
        assertThat(Files.size(file)).isPositive();
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(one(events, "MembershipChange").getString("cause")).isEqualTo("START");
        assertThat(one(events, "TokenLoss").getString("cause")).isEqualTo("TOKEN_TIMEOUT");
        assertThat(one(events, "ClientDisconnect").getString("reason")).isEqualTo("SLOW_CLIENT");
        assertThat(one(events, "SlowTurn").getDuration("busy").toMillis()).isEqualTo(70);
    }

    private static RecordedEvent one(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(each -> each.getEventType().getName().equals("org.flushspread." + name))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
