package org.flushspread.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.flushspread.config.Configuration;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.Alive;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel tests on every datagram before it looks at its meaning (ring-protocol 6 and 7.1). */
@Tag("once")
class CommonChecksTest {
    private final Configuration configuration =
            LoneKernel.configuration(LoneKernel.ABC, "DangerousMonitor = true", "AcceleratedRing = no");
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
    void aDatagramShorterThanAHeaderIsRefused() {
        a.data(LoneKernel.buffer());
        a.data(LoneKernel.buffer().writeZero(39));
        a.token(LoneKernel.buffer().writeZero(39));
        assertThat(a.refused(Reason.DATAGRAM_TOO_SHORT)).isEqualTo(3);
    }

    @Test
    void theHashOfAnotherConfigurationIsRefusedOnBothPorts() {
        a.data(LoneKernel.packet(PacketType.ALIVE, LoneKernel.B, 5, 4));
        a.token(token(LoneKernel.B, 5));
        assertThat(a.refused(Reason.WRONG_CONFIGURATION_HASH)).isEqualTo(2);
    }

    /** Whoever floods a daemon with nonsense fills neither its log nor its disk. */
    @Test
    void whatIsRefusedIsCountedEachTimeAndReportedOnceASecondForEachReason() {
        for (int i = 0; i < 1000; i++) {
            a.data(LoneKernel.buffer());
            a.token(token(77, configuration.hash()));
        }
        assertThat(a.refused(Reason.DATAGRAM_TOO_SHORT)).isEqualTo(1000);
        assertThat(a.refused(Reason.UNKNOWN_TRANSMITTER)).isEqualTo(1000);
        assertThat(reports(Reason.DATAGRAM_TOO_SHORT)).containsExactly(1L);
        assertThat(reports(Reason.UNKNOWN_TRANSMITTER)).containsExactly(1L);
        a.run(Duration.ofSeconds(1));
        a.data(LoneKernel.buffer());
        a.data(LoneKernel.buffer());
        assertThat(reports(Reason.DATAGRAM_TOO_SHORT)).containsExactly(1L, 1001L);
        assertThat(reports(Reason.UNKNOWN_TRANSMITTER)).containsExactly(1L);
    }

    /** How often it had happened at each report. */
    private List<Long> reports(Reason why) {
        return a.ports.events().stream()
                .filter(each -> each instanceof Event.Refused refused && refused.why() == why)
                .map(each -> ((Event.Refused) each).count())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {PacketType.ALIVE, PacketType.JOIN, PacketType.HURRY, PacketType.AGREED})
    void theHashOfMonitorsIsRefusedOnPacketsOfTheRing(int type) {
        a.data(LoneKernel.packet(type, LoneKernel.B, PacketHeader.MONITOR_HASH, 0));
        assertThat(a.refused(Reason.MONITOR_HASH_ON_RING_PACKET)).isEqualTo(1);
    }

    @Test
    void theHashOfMonitorsIsRefusedOnTheTokenPort() {
        a.token(token(LoneKernel.B, PacketHeader.MONITOR_HASH));
        assertThat(a.refused(Reason.WRONG_CONFIGURATION_HASH)).isEqualTo(1);
    }

    @Test
    void aTransmitterThatIsNotConfiguredIsRefusedOnBothPorts() {
        a.data(LoneKernel.packet(PacketType.AGREED, 77, configuration.hash(), 0));
        a.token(token(77, configuration.hash()));
        assertThat(a.refused(Reason.UNKNOWN_TRANSMITTER)).isEqualTo(2);
    }

    @Test
    void myOwnTransmissionsAreDroppedWithoutAWord() {
        ByteBuf alive = LoneKernel.buffer();
        new Alive(LoneKernel.A, List.of()).write(alive, configuration.hash());
        int events = a.ports.events().size();
        a.data(alive);
        assertThat(a.ports.events()).hasSize(events);
        for (Reason each : Reason.values()) {
            assertThat(a.refused(each)).isZero();
        }
    }

    /** Tokens are unicast to others: mine cannot come back (membership-protocol 6.6). */
    @Test
    void aTokenThatNamesMeAsItsSenderComesFromElsewhere() {
        a.token(token(LoneKernel.A, configuration.hash()));
        assertThat(a.refused(Reason.MY_ID_FROM_ELSEWHERE)).isEqualTo(1);
    }

    @Test
    void aLengthThatIsNotInTheHeaderIsRefused() {
        ByteBuf alive = LoneKernel.packet(PacketType.ALIVE, LoneKernel.B, configuration.hash(), 4);
        a.data(alive.writeByte(0));
        ByteBuf shorter = LoneKernel.packet(PacketType.ALIVE, LoneKernel.B, configuration.hash(), 4);
        a.data(shorter.writerIndex(shorter.writerIndex() - 1));
        ByteBuf negative = LoneKernel.packet(PacketType.ALIVE, LoneKernel.B, configuration.hash(), 0);
        a.data(negative.setShortLE(PacketHeader.DATA_LENGTH, -1));
        assertThat(a.refused(Reason.DATAGRAM_LENGTH_MISMATCH)).isEqualTo(3);
    }

    @Test
    void aPacketOfNoKnownTypeIsRefused() {
        a.data(LoneKernel.packet(0x800, LoneKernel.B, configuration.hash(), 0));
        assertThat(a.refused(Reason.UNKNOWN_PACKET_TYPE)).isEqualTo(1);
    }

    @Test
    void whoIsInAnotherComponentIsNotHeardOnEitherPort() {
        ByteBuf partition = LoneKernel.buffer();
        MonitorPackets.writePartition(partition, MonitorOrigin.spread4(LoneKernel.B), 6543, new short[] {0, 0, 1});
        a.data(partition);
        a.data(LoneKernel.packet(PacketType.AGREED, LoneKernel.C, configuration.hash(), 0));
        a.token(token(LoneKernel.C, configuration.hash()));
        assertThat(a.refused(Reason.OTHER_PARTITION)).isEqualTo(2);
        a.token(token(LoneKernel.B, configuration.hash()));
        assertThat(a.refused(Reason.OTHER_PARTITION)).isEqualTo(2);
        a.run(Duration.ofSeconds(61));
        a.token(token(LoneKernel.C, configuration.hash()));
        assertThat(a.refused(Reason.OTHER_PARTITION)).isEqualTo(2);
    }

    @Test
    void randomBytesNeverMakeItThrow() {
        SplittableRandom random = new SplittableRandom(7);
        int[] types = {
            PacketType.ALIVE,
            PacketType.JOIN,
            PacketType.REFER,
            PacketType.HURRY,
            PacketType.AGREED,
            PacketType.STATUS,
            PacketType.PARTITION,
            PacketType.FLOW_CONTROL,
            0
        };
        for (int i = 0; i < 20_000; i++) {
            int body = random.nextInt(600);
            int type = types[random.nextInt(types.length)] | (random.nextInt(3) == 0 ? random.nextInt() : 0);
            int hash = random.nextInt(4) == 0 ? PacketHeader.MONITOR_HASH : configuration.hash();
            ByteBuf packet = LoneKernel.packet(type, LoneKernel.B, hash, body);
            for (int k = 0; k < body / 4; k++) {
                packet.setByte(PacketHeader.LENGTH + random.nextInt(body), random.nextInt(256));
            }
            if (random.nextInt(3) == 0) {
                packet.setIntLE(PacketHeader.MEMBERSHIP_ID, PacketHeader.MONITOR_MAGIC);
            }
            if (random.nextBoolean()) {
                a.data(packet);
            } else {
                packet.setIntLE(TokenHeader.CONF_HASH, configuration.hash());
                a.token(packet);
            }
            a.run(Duration.ofMillis(random.nextInt(20)));
            a.ports.takeSent();
        }
        assertThat(a.installed()).isNotEmpty();
    }

    private static ByteBuf token(int transmitter, int hash) {
        ByteBuf token = LoneKernel.packet(0, transmitter, 0, 0);
        return token.setIntLE(TokenHeader.CONF_HASH, hash);
    }
}
