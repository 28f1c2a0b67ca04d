package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every bit of the type word beside a service, as any client may set it, at our daemon and at the C daemon (client-protocol 3.3): what one
 * delivers the other delivers, and no bit that the C daemon takes costs a client its session.
 */
@Tag("once")
@Timeout(120)
class ServiceBitsTest {
    private static final int PORT = TestPorts.free();

    private enum Fate {
        /** It comes back to its sender as it was sent. */
        DELIVERED,
        /** It comes back without the bits that only daemons may set. */
        DELIVERED_CLEAN,
        /** It is delivered to others only. */
        DISCARDED_AT_SENDER,
        RETURNED,
        ENDED
    }

    private static Fate ofOurs(int bit) {
        if ((bit & ServiceType.MEMBERSHIP_MESS) != 0) {
            return Fate.DELIVERED_CLEAN;
        }
        if (bit == ServiceType.GROUPS_MESS || bit == ServiceType.REJECT_MESS) {
            return Fate.RETURNED;
        }
        return ofEither(bit);
    }

    private static Fate ofEither(int bit) {
        if (bit == ServiceType.SELF_DISCARD) {
            return Fate.DISCARDED_AT_SENDER;
        }
        boolean second = (bit & (ServiceType.REGULAR_MESS | ServiceType.CONTROL_MESS)) != 0;
        return second && bit != ServiceType.AGREED_MESS ? Fate.ENDED : Fate.DELIVERED;
    }

    /** Sends one message with the bit to the own private group, and then an ordinary one. */
    private static Fate fate(String host, int port, String daemon, int bit) {
        String name = "b" + Integer.numberOfTrailingZeros(bit);
        String group = "#" + name + "#" + daemon;
        int type = ServiceType.AGREED_MESS | bit;
        return fate(host, port, name, group, type, RawClient.message(type, group, List.of(group), "odd"));
    }

    private static Fate fate(String host, int port, String name, String group, int type, byte[] odd) {
        try (SocketChannel client = SocketChannel.open(new InetSocketAddress(InetAddress.getByName(host), port))) {
            RawClient.handshake(client, name);
            RawClient.write(client, odd);
            RawClient.write(client, RawClient.message(group, List.of(group), "even"));
            byte[] first = ByteBufUtil.decodeHexDump(RawClient.read(client, 52));
            if (first.length < 4) {
                return Fate.ENDED;
            }
            int got = Unpooled.wrappedBuffer(first).getIntLE(0) & 0x7fffff7f;
            if (got == ServiceType.REJECT_MESS) {
                String rest = RawClient.read(client, 2 * 32 + 3 + 48 + 32 + 4);
                return rest.endsWith(ByteBufUtil.hexDump("even".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                        ? Fate.RETURNED
                        : Fate.ENDED;
            }
            int length = Unpooled.wrappedBuffer(first).getIntLE(44);
            if (length == 4) {
                return Fate.DISCARDED_AT_SENDER;
            }
            RawClient.read(client, 32 - 4 + 3);
            assertThat(RawClient.read(client, 48 + 32 + 4))
                    .as("the next message")
                    .endsWith("6576656e");
            return got == type ? Fate.DELIVERED : Fate.DELIVERED_CLEAN;
        } catch (IOException reset) {
            return Fate.ENDED;
        }
    }

    @Test
    void ourDaemonEndsNoSessionForABitThatTheCDaemonTakes() {
        try (TestDaemons daemons = new TestDaemons()) {
            SpreadDaemon daemon = daemons.start(TestDaemons.configuration(1, PORT, ""), "d1");
            for (int i = 0; i < 31; i++) {
                if (i != 7) {
                    assertThat(fate("127.0.1.1", PORT, "d1", 1 << i))
                            .as("bit %08x", 1 << i)
                            .isEqualTo(ofOurs(1 << i));
                }
            }
            assertThat(daemon.metrics().counters()).containsEntry("loopFailures", 0L);
        }
    }

    /** All but GROUPS_MESS, which ends a C daemon, and REJECT_MESS, which puts its client out of step (Q2, Q3). */
    @ParameterizedTest
    @EnumSource(names = {"C4", "C5"})
    void theCDaemonsDeliverTheSame(DaemonKind kind) {
        try (PeerDaemon daemon = PeerDaemon.start(kind)) {
            for (int i = 0; i < 31; i++) {
                int bit = 1 << i;
                if (i != 7 && bit != ServiceType.GROUPS_MESS && bit != ServiceType.REJECT_MESS) {
                    assertThat(fate("127.0.0.1", daemon.port(), "d1", bit))
                            .as("bit %08x", bit)
                            .isEqualTo(ofEither(bit));
                }
            }
        }
    }

    /** What becomes of a type word: little-endian is who sets both bits of the tag, and whoever sets one or none is big-endian (3.2). */
    private static Fate ofWord(int services, int tag, boolean littleEndian) {
        boolean taken = littleEndian == (tag == ByteOrderTag.LITTLE_ENDIAN);
        return taken && Integer.bitCount(services) == 1 ? Fate.DELIVERED : Fate.ENDED;
    }

    /** A message whose header is of the given order, whatever its tag claims. */
    private static byte[] message(String group, int word, boolean littleEndian) {
        ByteBuf bytes = Unpooled.wrappedBuffer(RawClient.message(group, List.of(group), "odd"));
        ByteOrderTag.setInt(bytes, MessageHeader.TYPE, word, littleEndian);
        ByteOrderTag.setInt(bytes, MessageHeader.NUM_GROUPS, 1, littleEndian);
        ByteOrderTag.setInt(bytes, MessageHeader.DATA_LENGTH, "odd".length(), littleEndian);
        return bytes.array();
    }

    private static void tryEveryWord(String host, int port) {
        int sessions = 0;
        for (int tag : new int[] {0, 0x80, 0x80000000, ByteOrderTag.LITTLE_ENDIAN}) {
            for (int services = 0; services <= ServiceType.REGULAR_MESS; services++) {
                for (boolean littleEndian : new boolean[] {true, false}) {
                    // A name is free again a little after its session has ended.
                    String name = "t" + sessions++;
                    String group = "#" + name + "#d1";
                    assertThat(fate(host, port, name, group, services, message(group, tag | services, littleEndian)))
                            .as("%08x, %s", tag | services, littleEndian ? "little-endian" : "big-endian")
                            .isEqualTo(ofWord(services, tag, littleEndian));
                }
            }
        }
    }

    @Test
    void everyTagWithEveryServiceMeansTheSameAtOurDaemon() {
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(TestDaemons.configuration(1, PORT, ""), "d1");
            tryEveryWord("127.0.1.1", PORT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"C4", "C5"})
    void andAtBothCDaemons(DaemonKind kind) {
        try (PeerDaemon daemon = PeerDaemon.start(kind)) {
            tryEveryWord("127.0.0.1", daemon.port());
        }
    }
}
