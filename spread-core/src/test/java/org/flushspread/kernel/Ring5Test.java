package org.flushspread.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.flushspread.Ring5Recordings;
import org.flushspread.config.Configuration;
import org.flushspread.config.ConfigurationReading;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.StatusReply;
import org.flushspread.wire.TokenHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A daemon in a ring of Spread 5: what it tests, and what does not end it (spread5 2.3, 5, 6.3). */
class Ring5Test {
    /** What no daemon that keeps to the protocol causes. */
    private static final Set<Reason> BROKEN = EnumSet.of(
            Reason.DATAGRAM_TOO_SHORT,
            Reason.DATAGRAM_LENGTH_MISMATCH,
            Reason.WRONG_CONFIGURATION_HASH,
            Reason.UNKNOWN_TRANSMITTER,
            Reason.NOT_FROM_ITS_ADDRESS,
            Reason.MY_ID_FROM_ELSEWHERE,
            Reason.UNKNOWN_PACKET_TYPE,
            Reason.MALFORMED_ALIVE,
            Reason.MALFORMED_JOIN,
            Reason.MALFORMED_REFER,
            Reason.MALFORMED_FORM1,
            Reason.OTHER_SEGMENT);

    private final Configuration configuration = ConfigurationReading.parse(
                    "DangerousMonitor = yes\nSpread_Segment 10.15.0.255:15000 { a 10.15.0.1 b 10.15.0.2 c 10.15.0.3 }",
                    "spread.conf",
                    HostResolver.LOCALHOST_ONLY,
                    Optional.of(RingVersion.SPREAD5))
            .configuration();
    private final Daemon b = configuration.requireByName("b");
    private final LoneKernel a = new LoneKernel(configuration, "a");

    @BeforeEach
    void start() {
        a.start();
        a.ports.takeSent();
    }

    @AfterEach
    void stop() {
        a.stop();
    }

    @Test
    void aPacketIsOnlyTakenFromTheAddressOfItsDaemon() {
        IpAddress wrong = IpAddress.ipv4(0x0a0f0063);
        for (int i = 0; i < 3; i++) {
            a.data(LoneKernel.packet(PacketType.ALIVE, b.id(), configuration.hash(), 4), wrong);
            a.token(token(), wrong);
            a.run(Duration.ofSeconds(2));
        }
        a.data(LoneKernel.packet(PacketType.ALIVE, b.id(), configuration.hash(), 4));
        assertThat(a.refused(Reason.NOT_FROM_ITS_ADDRESS)).isEqualTo(7);
        assertThat(a.ports.events(Event.Refused.class).stream()
                        .filter(each -> each.why() == Reason.NOT_FROM_ITS_ADDRESS)
                        .map(Event.Refused::detail))
                .hasSize(2)
                .first()
                .asString()
                .contains("name b come from 10.15.0.99")
                .contains("the file has 10.15.0.2");
        assertThat(a.kernel.wantsSources()).isTrue();
    }

    @Test
    void anAddressIsNoId() {
        a.data(LoneKernel.packet(PacketType.ALIVE, 0x0a0f0002, configuration.hash(), 4), b.address());
        assertThat(a.refused(Reason.UNKNOWN_TRANSMITTER)).isOne();
    }

    @Test
    void aMonitorSpeaksAsADaemonAndIsAnsweredThere() {
        a.data(status(MonitorOrigin.spread4(0x0a0f0002)), b.address());
        assertThat(a.refused(Reason.MONITOR_HASH_ON_RING_PACKET)).isOne();
        assertThat(a.ports.takeReplies()).isEmpty();
        a.data(status(configuration.ring().monitor(b, b.id(), configuration.hash())), b.address());
        FakePorts.Reply reply = a.ports.takeReplies().get(0);
        assertThat(reply.address()).isEqualTo(b.address());
        byte[] bytes = HexFormat.of().parseHex(reply.hex());
        StatusReply status = StatusReply.read(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
        assertThat(status).isNotNull();
        assertThat(status.daemon()).isEqualTo(RingVersion.idOf("a"));
        assertThat(List.of(status.majorVersion(), status.minorVersion(), status.patchVersion()))
                .containsExactly(5, 0, 1);
    }

    /** The hash of tokens stands elsewhere than that of packets: a monitor's is one of packets at either port. */
    @Test
    void theTokenPortAnswersMonitorsThatTheDataPortAnswers() {
        MonitorOrigin known = configuration.ring().monitor(b, b.id(), configuration.hash());
        a.token(status(known), b.address());
        assertThat(a.ports.takeReplies()).hasSize(1);
        a.token(status(known), IpAddress.ipv4(0x0a0f0063));
        a.token(status(configuration.ring().monitor(b, b.id(), configuration.hash() + 1)), b.address());
        a.token(status(MonitorOrigin.spread4(0x0a0f0002)), b.address());
        a.token(LoneKernel.packet(PacketType.PARTITION, b.id(), configuration.hash(), 6), b.address());
        assertThat(a.ports.takeReplies()).isEmpty();
        assertThat(a.refused(Reason.WRONG_CONFIGURATION_HASH)).isEqualTo(4);
        assertThat(a.refused(Reason.NOT_FROM_ITS_ADDRESS)).isOne();
    }

    /** It is on the host of a daemon, perhaps of this one. */
    @Test
    void aMonitorMayBeOnTheOwnHost() {
        Daemon me = configuration.requireByName("a");
        a.data(status(configuration.ring().monitor(me, me.id(), configuration.hash())), me.address());
        assertThat(a.ports.takeReplies()).hasSize(1);
    }

    @Test
    void aPartitionNeedsAnEntryForEachDaemon() {
        for (int body : new int[] {4, 6}) {
            ByteBuf request = LoneKernel.packet(PacketType.PARTITION, b.id(), configuration.hash(), body);
            request.setShortLE(40 + 2, 1);
            a.data(request, b.address());
        }
        assertThat(a.refused(Reason.BAD_MONITOR_PACKET)).isOne();
        a.data(LoneKernel.packet(PacketType.ALIVE, b.id(), configuration.hash(), 4), b.address());
        assertThat(a.refused(Reason.OTHER_PARTITION)).isOne();
    }

    private static ByteBuf status(MonitorOrigin origin) {
        ByteBuf out = LoneKernel.buffer();
        MonitorPackets.writeStatus(out, origin, 6543);
        return out;
    }

    @TestFactory
    Stream<DynamicTest> whatEndsCDaemonsIsRefusedAndChangesNothing() {
        return EndsCDaemons.all(configuration, b, configuration.requireByName("a")).stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> requireRefused(each)));
    }

    /** While the daemon looks for its segment, while it looks for other segments, and in a ring of its own. */
    private void requireRefused(EndsCDaemons datagram) {
        LoneKernel kernel = new LoneKernel(configuration, "a");
        kernel.start();
        long refused = 0;
        for (int seconds : new int[] {0, 3, 20}) {
            kernel.run(Duration.ofSeconds(seconds));
            kernel.ports.takeSent();
            ByteBuf bytes = LoneKernel.buffer().writeBytes(datagram.bytes());
            if (datagram.token()) {
                kernel.token(bytes, b.address());
            } else {
                kernel.data(bytes, b.address());
            }
            long now = Stream.of(Reason.values()).mapToLong(kernel::refused).sum();
            assertThat(now).isEqualTo(refused + 1);
            refused = now;
            assertThat(kernel.ports.sent()).isEmpty();
        }
        assertThat(kernel.installed()).containsExactly("a");
        assertThat(kernel.kernel.hasFailed()).isFalse();
        kernel.stop();
    }

    private ByteBuf token() {
        return LoneKernel.packet(PacketType.FORM1, b.id(), 0, 0).setIntLE(TokenHeader.CONF_HASH, configuration.hash());
    }

    private static List<Ring5Recordings> recordings() {
        return Ring5Recordings.all();
    }

    /** What daemons of C sent to one of theirs passes every test at ours. */
    @ParameterizedTest
    @MethodSource("recordings")
    void whatCSentIsTaken(Ring5Recordings recording) {
        for (Daemon me : recording.configuration().daemons()) {
            LoneKernel kernel = new LoneKernel(recording.configuration(), me.name());
            kernel.start();
            int taken = 0;
            for (Ring5Recordings.Frame frame : recording.frames()) {
                IpAddress source = IpAddress.parse(frame.from());
                IpAddress to = IpAddress.parse(frame.to());
                boolean toMe = me.address().equals(to)
                        || recording
                                .configuration()
                                .segments()
                                .get(me.segment())
                                .addresses()
                                .contains(to);
                if (!toMe || me.address().equals(source)) {
                    continue;
                }
                taken++;
                ByteBuf bytes = LoneKernel.buffer().writeBytes(frame.bytes());
                if (frame.port() == me.port()) {
                    kernel.data(bytes, source);
                } else {
                    kernel.token(bytes, source);
                }
            }
            assertThat(taken).as("datagrams to " + me.name()).isGreaterThan(10);
            for (Reason each : BROKEN) {
                assertThat(kernel.refused(each)).as("%s at %s", each, me.name()).isZero();
            }
            kernel.stop();
        }
    }
}
