package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.wire.ByteOrderTag;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.StatusReply;
import org.flushspread.wire.TokenHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens that nobody of the ring sent, from a socket of a stranger (ring-protocol 8.3). */
@Tag("once")
@Timeout(240)
class ForgedTokenTest {
    /** Within what an honest ring can have reached: ours take the token, and wait for packets that nobody sent. */
    private static final int FAR = 1200;

    private static final int ARQS = 16;

    /** Ours leave the ring, the next one recovers, and C daemons in it come along. */
    @ParameterizedTest(name = "{0}, a token for d{1}")
    @CsvSource({"JJJ, 2", "JJC, 2", "JCJ, 1", "CJJ, 3", "CCJ, 3"})
    void aRingThatWaitsForPacketsOfAForgedTokenRecovers(String kinds, int victim) {
        try (Ring ring = new Ring(kinds, new Loopback(3), Timers.FIFTH.withToken(1000), false)
                .form()
                .populate()) {
            ring.exchange(100);
            int changes = ring.membershipChanges();
            forgeUntil(ring, ring.nodes.get(victim - 1), () -> ring.membershipChanges() > changes);
            ring.awaitRing(ring.nodes);
            ring.awaitViews();
            ring.expectCascades();
            ring.exchange(100);
            ring.requireSound();
            assertThat(ring.nodes.stream().filter(each -> each.kind.ours).map(Node::wholeLog))
                    .as("ours, for want of progress or, where the forged token made the true one old, of a token")
                    .allSatisfy(each -> assertThat(each).contains("left the ring"));
        }
    }

    /** The one token that fits is one of some thousand, which a daemon that is kept from its socket may lose. */
    private static void forgeUntil(Ring ring, Node victim, BooleanSupplier another) {
        long[] next = {System.nanoTime()};
        Wait.until("another ring", () -> {
            if (System.nanoTime() - next[0] >= 0) {
                forge(ring, victim, FAR);
                next[0] = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            }
            return another.getAsBoolean();
        });
    }

    /** Beyond anything that can have been sent: refused, and the ring does not notice. */
    @ParameterizedTest(name = "{0}, a token for d{1}")
    @CsvSource({"JJC, 1", "CJJ, 2"})
    void aTokenBeyondWhatAnybodyCanHaveSentIsRefused(String kinds, int victim) {
        try (Ring ring =
                new Ring(kinds, new Loopback(3), Timers.STEADY, false).form().populate()) {
            ring.exchange(100);
            int changes = ring.membershipChanges();
            forge(ring, ring.nodes.get(victim - 1), 1_000_000);
            ring.exchange(100);
            ring.requireSound();
            assertThat(ring.membershipChanges()).isEqualTo(changes);
        }
    }

    /** Whoever can guess the second in which the ring was formed and the 16 generations can forge a token. */
    private static void forge(Ring ring, Node victim, int beyond) {
        StatusReply status = ring.status(victim);
        int seconds = (int) Instant.now().getEpochSecond();
        int count = ring.nodes.size();
        int predecessor = Net.number(ring.nodes.get((victim.index + count - 1) % count).address);
        int hash = Configuration.parse(ring.configuration(), "test", HostResolver.LOCALHOST_ONLY)
                .hash();
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int time = seconds - 60; time <= seconds + 60; time++) {
                for (int arq = 0; arq < ARQS; arq++) {
                    ByteBuf token = Unpooled.buffer();
                    token.writeIntLE(ByteOrderTag.LITTLE_ENDIAN | arq << PacketType.ARQ_SHIFT);
                    token.writeIntLE(predecessor);
                    token.writeIntLE(predecessor);
                    new MembershipId(status.leader(), time).write(token);
                    token.writeIntLE(status.highestSequence() + beyond);
                    token.writeIntLE(status.aru());
                    token.writeIntLE(predecessor);
                    token.writeShortLE(0);
                    token.writeShortLE(0);
                    token.writeIntLE(hash);
                    byte[] bytes = ByteBufUtil.getBytes(token);
                    assertThat(bytes).hasSize(TokenHeader.LENGTH);
                    socket.send(new DatagramPacket(
                            bytes, bytes.length, InetAddress.getByName(victim.address), victim.port + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
