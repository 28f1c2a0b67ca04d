package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.seal.Channel;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.kernel.base.Route;
import org.flushspread.kernel.base.Routes;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which envelopes leave in the runs of a sealed ring (security 2.1), and what is in them. */
class SealedRunTest {
    private static final Configuration THREE = Configuration.parse("""
            Spread_Segment 127.0.1.255:15600 { a 127.0.1.1 }
            Spread_Segment 127.0.2.255:15600 { b 127.0.2.1 }
            Spread_Segment 127.0.3.255:15600 { c 127.0.3.1 }
            """, "test", HostResolver.LOCALHOST_ONLY);
    private static final Routes ROUTES = new Routes(THREE);
    private static final Route B = ROUTES.data(daemon(1));
    private static final Route C = ROUTES.data(daemon(2));

    @TempDir
    private Path directory;

    private SealedChannel mine;
    private SealedChannel theirs;
    private Run run;

    @BeforeEach
    void sealed() throws Exception {
        SealOptions options = new SealOptions(directory.resolve("key"), directory);
        SealKeys.create(options.keyFile());
        mine = SealedChannel.of(options, daemon(0), new ShellCounters());
        theirs = SealedChannel.of(options, daemon(1), new ShellCounters());
        run = new Run(mine, PacketHeader.MAX_PACKET);
    }

    @AfterEach
    void close() {
        run.close();
        mine.close();
        theirs.close();
    }

    private static Daemon daemon(int index) {
        return THREE.daemons().get(index);
    }

    /** A packet of this length, itself included, as the kernel makes them. */
    private static ByteBuf packet(int number, int length) {
        ByteBuf packet = Unpooled.buffer(length).writeZero(length);
        packet.setIntLE(PacketHeader.TYPE, PacketType.AGREED | ByteOrderTag.LITTLE_ENDIAN);
        packet.setIntLE(PacketHeader.SEQUENCE, number);
        packet.setShortLE(PacketHeader.DATA_LENGTH, length - PacketHeader.LENGTH);
        packet.setByte(length - 1, 1 + number);
        return packet;
    }

    /** What leaves when these go to a route, as bytes of the whole run. */
    private byte[] send(Route to, ByteBuf... packets) {
        for (ByteBuf each : packets) {
            int length = run.lengthOf(each);
            assertThat(run.count() == 0 || run.takes(each, length)).isTrue();
            run.add(to, each, length);
        }
        byte[] sent = ByteBufUtil.getBytes(run.bytes(), 0, run.length());
        run.sent(to);
        return sent;
    }

    /** What the other daemon finds in a run of so many equal datagrams; null for one that it refuses. */
    private List<byte[]> opened(byte[] sent, int segment) {
        List<byte[]> packets = new ArrayList<>();
        ByteBuf bytes = Unpooled.wrappedBuffer(sent);
        for (int at = 0; at < sent.length; at += segment) {
            int length = theirs.open(Channel.DATA, bytes, at, Math.min(segment, sent.length - at), null);
            packets.add(length < 0 ? null : ByteBufUtil.getBytes(theirs.opened(bytes), theirs.openedAt(at), length));
        }
        return packets;
    }

    @Test
    void whatGoesToAnotherDaemonAsItIsKeepsItsEnvelopes() {
        ByteBuf one = packet(1, 1000);
        ByteBuf two = packet(2, 1000);
        byte[] sent = send(B, one, two);
        assertThat(send(C, one, two)).isEqualTo(sent);
        assertThat(opened(sent, 1056)).containsExactly(ByteBufUtil.getBytes(one), ByteBufUtil.getBytes(two));
    }

    @Test
    void whoHadAnEnvelopeGetsAnotherOne() {
        ByteBuf one = packet(1, 1000);
        ByteBuf two = packet(2, 1000);
        byte[] first = send(B, one, two);
        byte[] toC = send(C, one, two);
        byte[] again = send(B, one, two);
        assertThat(again).isNotEqualTo(first);
        assertThat(send(C, one, two)).isEqualTo(again).isNotEqualTo(toC);
        assertThat(opened(first, 1056)).doesNotContainNull();
        assertThat(opened(again, 1056)).doesNotContainNull();
        assertThat(opened(toC, 1056)).as("played back").containsOnlyNulls();
    }

    /** A segment has the daemons in it that routes of the other kind lead to. */
    @Test
    void aSegmentSharesNoEnvelopeWithADaemon() {
        ByteBuf one = packet(1, 1000);
        byte[] first = send(ROUTES.segment(1), one);
        assertThat(send(B, one)).isNotEqualTo(first);
    }

    @Test
    void anotherPacketGetsAnEnvelopeOfItsOwn() {
        ByteBuf one = packet(1, 1000);
        send(B, one, packet(2, 1000), packet(3, 1000));
        run.add(C, one, run.lengthOf(one));
        assertThat(run.takes(packet(4, 1000), 1056))
                .as("in the run of envelopes that are kept")
                .isFalse();
        run.sent(C);
        byte[] other = send(C, packet(4, 1000));
        assertThat(opened(other, 1056)).containsExactly(ByteBufUtil.getBytes(packet(4, 1000)));
    }

    @Test
    void aTokenLeavesNoEnvelopeThatCouldBeKept() {
        ByteBuf one = packet(1, 1000);
        byte[] before = send(B, one);
        run.alone(Channel.TOKEN, packet(9, 40));
        byte[] after = send(C, one);
        assertThat(after).isNotEqualTo(before);
        assertThat(opened(after, 1056)).containsExactly(ByteBufUtil.getBytes(one));
    }

    /** So that it does not end a run. */
    @Test
    void aPacketThatIsNearlyFullIsFilledAndComesOutAsItWas() {
        int full = PacketHeader.MAX_PACKET - mine.overhead();
        ByteBuf nearly = packet(1, full - 2);
        ByteBuf whole = packet(2, full);
        byte[] sent = send(B, nearly, whole, packet(3, full - SealedChannel.MOST_FILLING));
        assertThat(sent).hasSize(3 * PacketHeader.MAX_PACKET);
        assertThat(opened(sent, PacketHeader.MAX_PACKET))
                .containsExactly(
                        ByteBufUtil.getBytes(nearly),
                        ByteBufUtil.getBytes(whole),
                        ByteBufUtil.getBytes(packet(3, full - SealedChannel.MOST_FILLING)));
        assertThat(run.lengthOf(packet(4, full - SealedChannel.MOST_FILLING - 1)))
                .isLessThan(PacketHeader.MAX_PACKET);
    }
}
