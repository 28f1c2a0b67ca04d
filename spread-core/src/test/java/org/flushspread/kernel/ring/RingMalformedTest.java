package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.function.Consumer;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no honest daemon sends is refused by name and changes nothing (ring-protocol 16; recorded probes of vector 21). */
class RingMalformedTest {
    private final RingNetwork network = new RingNetwork(RingConfigurations.MC3, KernelSettings.DEFAULTS);
    private final RingDaemon beta = network.daemon(1);
    private final RingDaemon alpha = network.daemon(0);

    @BeforeEach
    void aRingThatHasSeenThreePackets() {
        network.formAll();
        for (RingDaemon each : network.daemons) {
            each.submit(PacketType.AGREED, each.self.name());
            network.settle();
        }
        assertThat(beta.ring.aru()).isEqualTo(3);
        network.forget();
    }

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
    }

    // ------------------------------------------------------------------------------------------------ recorded probes

    @Test
    void aFragmentOutOfItsOrderIsNotDelivered() {
        beta.data(probe("fragidx"));
        assertThat(beta.refused(Reason.FRAGMENT_OUT_OF_ORDER)).isOne();
        assertThat(beta.log).isEmpty();
    }

    @Test
    void aFirstFragmentLongerThanThePacketIsRefused() {
        refusesData(Reason.BAD_FRAGMENTS, probe("fraglen"));
    }

    @Test
    void aNegativeSecondFragmentIsRefused() {
        refusesData(Reason.BAD_FRAGMENTS, probe("negfrag"));
    }

    @Test
    void aMessageOfTooManyGroupsIsNotDelivered() {
        beta.data(probe("numgroups"));
        assertThat(beta.refused(Reason.BAD_MESSAGE_IMAGE)).isOne();
        assertThat(beta.log).isEmpty();
    }

    @Test
    void bothMessagesOfABigEndianPacketAreDelivered() {
        beta.data(probe("bepack"));
        assertThat(beta.log).hasSize(2);
    }

    @Test
    void aBigEndianPacketIsDelivered() {
        beta.data(probe("be1"));
        assertThat(beta.log).hasSize(1);
    }

    @Test
    void aSequenceNumberThatSharesASlotIsRefused() {
        refusesData(Reason.SEQUENCE_OUT_OF_RANGE, probe("seqalias"));
    }

    @Test
    void aRequestBelowTheAruIsIgnoredAndTheTokenGoesOn() {
        beta.token(nextToken(probe("rtrlow")));
        assertThat(beta.refused(Reason.REQUEST_BELOW_ARU)).isOne();
        assertThat(network.tokens()).hasSize(1);
        assertThat(network.data()).isEmpty();
    }

    @Test
    void aTokenThatLowersTheAruIsRefused() {
        refusesToken(Reason.TOKEN_LOWERS_ARU, nextToken(probe("arulow")));
    }

    @Test
    void aTokenBeyondTheWrapIsSwallowed() {
        refusesToken(Reason.TOKEN_SEQUENCE_WRAP, nextToken(probe("wrap")));
    }

    // ---------------------------------------------------------------------------------------------------- data packets

    @Test
    void anUnknownOriginatorIsRefused() {
        refusesData(Reason.UNKNOWN_ORIGINATOR, packet(p -> p.setIntLE(PacketHeader.PROC_ID, 0x0a0a0a0a)));
    }

    @Test
    void aSequenceNumberThatNoWindowAllowsIsRefused() {
        refusesData(Reason.SEQUENCE_OUT_OF_RANGE, packet(p -> p.setIntLE(PacketHeader.SEQUENCE, 3 + 1600 + 321)));
        refusesData(Reason.SEQUENCE_OUT_OF_RANGE, packet(p -> p.setIntLE(PacketHeader.SEQUENCE, Integer.MAX_VALUE)));
        refusesData(Reason.SEQUENCE_OUT_OF_RANGE, packet(p -> p.setIntLE(PacketHeader.SEQUENCE, 0)));
        refusesData(Reason.SEQUENCE_OUT_OF_RANGE, packet(p -> p.setIntLE(PacketHeader.SEQUENCE, Integer.MIN_VALUE)));
    }

    @Test
    void aPacketOfTwoServicesIsRefused() {
        refusesData(Reason.UNKNOWN_PACKET_TYPE, packet(p -> p.setIntLE(PacketHeader.TYPE, 0x80000090 | 0x8)));
    }

    @Test
    void aFragmentIndexOfZeroOrBeyondTheLimitIsRefused() {
        refusesData(Reason.BAD_FRAGMENTS, packet(p -> p.setShortLE(PacketHeader.FRAGMENT_INDEX, 0)));
        refusesData(Reason.BAD_FRAGMENTS, packet(p -> p.setShortLE(PacketHeader.FRAGMENT_INDEX, 10_000)));
        refusesData(Reason.BAD_FRAGMENTS, packet(p -> p.setShortLE(PacketHeader.FRAGMENT_INDEX, -10_001)));
    }

    @Test
    void fragmentsThatDoNotFillTheBodyExactlyAreRefused() {
        refusesData(Reason.BAD_FRAGMENTS, packet(p -> p.setShortLE(PacketHeader.FRAGMENT_LENGTH, 0)));
        refusesData(Reason.BAD_FRAGMENTS, packet(p -> p.setShortLE(PacketHeader.FRAGMENT_LENGTH, 80)));
        refusesData(Reason.BAD_FRAGMENTS, packet(p -> p.setShortLE(PacketHeader.FRAGMENT_LENGTH, -1)));
    }

    @Test
    void aPacketLongerThanAnyOfOursIsRefused() {
        ByteBuf packet = Unpooled.buffer();
        packet.writeBytes(probe("be1")).writeZero(2000);
        refusesData(Reason.DATAGRAM_LENGTH_MISMATCH, packet.array());
    }

    @Test
    void aMessageShorterThanItsHeaderIsNotDelivered() {
        ByteBuf packet = Unpooled.buffer(88, 88);
        packet.writeBytes(packet(p -> {}), 0, 80);
        packet.writeZero(8);
        packet.setShortLE(PacketHeader.DATA_LENGTH, 47);
        packet.setShortLE(PacketHeader.FRAGMENT_LENGTH, 47);
        byte[] bytes = new byte[87];
        packet.getBytes(0, bytes);
        beta.data(bytes);
        assertThat(beta.refused(Reason.BAD_MESSAGE_IMAGE)).isOne();
        assertThat(beta.log).isEmpty();
    }

    @Test
    void aLongMessageThatEndsEarlyIsNotDelivered() {
        alpha.submit(PacketType.AGREED, Images.body("cut", 3000));
        network.lost = (datagram, to) -> datagram.isData();
        while (network.data().size() < 3) {
            network.step();
        }
        beta.data(network.data().get(0).bytes());
        ByteBuf second = Unpooled.copiedBuffer(network.data().get(1).buffer());
        second.setShortLE(PacketHeader.FRAGMENT_INDEX, -2);
        beta.data(second.array());
        assertThat(beta.refused(Reason.BAD_MESSAGE_IMAGE)).isOne();
        assertThat(beta.log).isEmpty();
    }

    @Test
    void aPacketOfAnotherRingGoesToMembershipAndIsNotKept() {
        byte[] foreign = packet(p -> p.setIntLE(PacketHeader.MEMBERSHIP_ID + 4, 5));
        beta.data(foreign);
        assertThat(beta.foreign).hasSize(1);
        assertThat(beta.ring.highestSequence()).isEqualTo(3);
    }

    @Test
    void beforeTheFirstRingNoPacketIsMine() {
        RingDaemon fresh = new RingNetwork(RingConfigurations.MC3, KernelSettings.DEFAULTS).daemon(1);
        fresh.data(packet(p -> {
            p.setIntLE(PacketHeader.MEMBERSHIP_ID, fresh.self.id());
            p.setIntLE(PacketHeader.MEMBERSHIP_ID + 4, -1);
        }));
        assertThat(fresh.ring.highestSequence()).isZero();
        assertThat(fresh.bytesLeakedAfterClose()).isZero();
    }

    @Test
    void aDuplicateArmsNoTimer() {
        byte[] packet = packet(p -> {});
        beta.data(packet);
        long armed = beta.context.deadlines().next();
        beta.context.now(1000, 1);
        beta.data(packet);
        assertThat(beta.context.deadlines().next()).isEqualTo(armed);
    }

    // ---------------------------------------------------------------------------------------------------------- tokens

    @Test
    void aTokenOfAnotherRingIsRefused() {
        refusesToken(Reason.TOKEN_OTHER_RING, token(t -> t.setIntLE(TokenHeader.MEMBERSHIP_ID + 4, 1)));
    }

    @Test
    void aTokenNotFromMyPredecessorIsRefused() {
        int gamma = network.daemon(2).self.id();
        refusesToken(Reason.TOKEN_NOT_FROM_PREDECESSOR, token(t -> t.setIntLE(TokenHeader.TRANSMITTER, gamma)));
    }

    @Test
    void aTokenWhoseLengthIsNotItsBodysIsRefused() {
        refusesToken(Reason.DATAGRAM_LENGTH_MISMATCH, token(t -> t.setShortLE(TokenHeader.RTR_LENGTH, 4)));
        refusesToken(Reason.DATAGRAM_LENGTH_MISMATCH, token(t -> t.setShortLE(TokenHeader.RTR_LENGTH, -40)));
    }

    @Test
    void anOldTokenIsRefused() {
        refusesToken(Reason.TOKEN_OLD_GENERATION, token(t -> t.setIntLE(TokenHeader.TYPE, 0x80000080)));
    }

    @Test
    void aTokenThatJumpsAheadIsRefused() {
        refusesToken(Reason.TOKEN_SEQUENCE_TOO_HIGH, token(t -> t.setIntLE(TokenHeader.SEQUENCE, 3 + 1600 + 321)));
    }

    @Test
    void requestsThatDoNotFitTheBodyAreRefused() {
        refusesToken(Reason.BAD_RETRANSMISSION_REQUEST, request(1, 2, 0, 4));
        refusesToken(Reason.BAD_RETRANSMISSION_REQUEST, request(1, -1, 0, 4));
        refusesToken(Reason.BAD_RETRANSMISSION_REQUEST, request(1, 32767, 0, 4));
        refusesToken(Reason.BAD_RETRANSMISSION_REQUEST, request(1, 0, 0, 4));
    }

    @Test
    void requestsOfUnknownDaemonsOrSegmentsAreRefused() {
        refusesToken(Reason.BAD_RETRANSMISSION_REQUEST, request(0x01010101, 1, 0, 4));
        refusesToken(Reason.BAD_RETRANSMISSION_REQUEST, request(-1, 1, 1, 4));
        refusesToken(Reason.BAD_RETRANSMISSION_REQUEST, request(-1, 1, -2, 4));
    }

    @Test
    void requestsOutOfOrderAreRefused() {
        refusesToken(Reason.BAD_RETRANSMISSION_REQUEST, request(-1, 2, 0, 5, 5));
    }

    @Test
    void afterTokenLossNoTokenIsExpected() {
        byte[] token = token(t -> {});
        beta.ring.loseToken();
        refusesToken(Reason.TOKEN_NOT_EXPECTED, token);
    }

    @Test
    void aRingOfOneTakesNoTokenFromTheNetwork() {
        network.loseToken(0, 1, 2);
        network.form(1);
        network.settle();
        network.forget();
        refusesToken(Reason.TOKEN_NOT_FROM_PREDECESSOR, token(t -> {
            t.setIntLE(TokenHeader.TRANSMITTER, beta.self.id());
            t.setIntLE(TokenHeader.MEMBERSHIP_ID, beta.ring.membershipId().procId());
            t.setIntLE(TokenHeader.MEMBERSHIP_ID + 4, beta.ring.membershipId().time());
        }));
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    private void refusesData(Reason why, byte[] packet) {
        refuses(why, () -> beta.data(packet));
    }

    private void refusesToken(Reason why, byte[] token) {
        refuses(why, () -> beta.token(token));
    }

    private void refuses(Reason why, Runnable input) {
        String before = state();
        long refused = beta.refused(why);
        input.run();
        assertThat(beta.refused(why)).as(why.name()).isEqualTo(refused + 1);
        assertThat(state()).isEqualTo(before);
    }

    private String state() {
        return beta.ring.highestSequence() + " " + beta.ring.myAru() + " " + beta.ring.aru() + " "
                + beta.ring.tokenRounds() + " " + beta.ring.tokenFirst() + " " + beta.log + beta.sent
                + (beta.context.deadlines().any() ? beta.context.deadlines().next() : "");
    }

    /** A recorded probe, told to be of this ring. */
    private byte[] probe(String name) {
        for (JsonNode each : Recording.of("21_malformed_probes").records()) {
            if (each.get("probe").asText().equals(name)) {
                ByteBuf bytes = Unpooled.copiedBuffer(Recording.bytes(each));
                boolean little = bytes.getByte(0) < 0;
                int at = PacketHeader.MEMBERSHIP_ID + 4;
                int time = beta.ring.membershipId().time();
                bytes.setInt(at, little ? Integer.reverseBytes(time) : time);
                if (bytes.writerIndex() > 60 - 1 && name.equals("rtrlow")) {
                    bytes.setIntLE(TokenHeader.LENGTH + 4, time);
                }
                return bytes.array();
            }
        }
        throw new AssertionError(name);
    }

    /** With the generation that beta expects next. */
    private byte[] nextToken(byte[] token) {
        int generation = (beta.ring.tokenRounds() & 0xf) + 1 & 0xf;
        Unpooled.wrappedBuffer(token).setIntLE(TokenHeader.TYPE, 0x80000080 | generation << PacketType.ARQ_SHIFT);
        return token;
    }

    private byte[] token(Consumer<ByteBuf> change) {
        return token(new byte[0], change);
    }

    private byte[] token(byte[] body, Consumer<ByteBuf> change) {
        ByteBuf token = Unpooled.buffer(40 + body.length, 40 + body.length);
        token.writeZero(40).writeBytes(body);
        Token header = new Token();
        header.sequence = 3;
        header.aru = 3;
        header.aruLastId = alpha.self.id();
        header.write(token, alpha.self.id(), beta.ring.membershipId(), network.configuration.hash());
        nextToken(token.array());
        change.accept(token);
        return token.array();
    }

    private byte[] request(int procId, int count, int segment, int... sequences) {
        ByteBuf body = Unpooled.buffer(16 + 4 * sequences.length, 16 + 4 * sequences.length);
        beta.ring.membershipId().write(body);
        body.writeIntLE(procId == 1 ? alpha.self.id() : procId);
        body.writeShortLE(segment);
        body.writeShortLE(count);
        for (int each : sequences) {
            body.writeIntLE(each);
        }
        return token(body.array(), t -> {});
    }

    /** The packet alpha would send next. */
    private byte[] packet(Consumer<ByteBuf> change) {
        PackingQueue queue = new PackingQueue(
                UnpooledByteBufAllocator.DEFAULT, PacketHeader.MAX_BODY, PacketHeader.MAX_BODY, 10_000, Packing.NONE);
        ByteBuf image = Images.of("forged");
        queue.add(new org.flushspread.kernel.base.Backlog(), PacketType.AGREED, image, 0, image.writerIndex());
        ByteBuf taken = queue.take();
        ByteBuf packet = Unpooled.copiedBuffer(taken);
        taken.release();
        packet.setIntLE(PacketHeader.TYPE, 0x80000088);
        packet.setIntLE(PacketHeader.TRANSMITTER, alpha.self.id());
        packet.setIntLE(PacketHeader.PROC_ID, alpha.self.id());
        packet.setIntLE(PacketHeader.MEMBERSHIP_ID, alpha.ring.membershipId().procId());
        packet.setIntLE(
                PacketHeader.MEMBERSHIP_ID + 4, alpha.ring.membershipId().time());
        packet.setIntLE(PacketHeader.SEQUENCE, 4);
        change.accept(packet);
        return packet.array();
    }
}
