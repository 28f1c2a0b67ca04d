package org.flushspread.kernel.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.DeadlineKind;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.TokenHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The token: acceptance, aru, requests, holding, hurrying (ring-protocol 7, 8, 11). */
class TokenVisitTest {
    private RingNetwork network = RingNetwork.ring(3);
    private RingDaemon alpha = network.daemon(0);
    private RingDaemon beta = network.daemon(1);
    private RingDaemon gamma = network.daemon(2);

    @AfterEach
    void everyBufferIsGivenBack() {
        network.close();
    }

    private void use(RingNetwork other) {
        network.close();
        network = other;
        alpha = network.daemon(0);
        beta = network.daemon(1);
        gamma = network.daemon(2);
    }

    @Test
    void anIdleRingIsHeldByItsLeader() {
        assertThat(network.step()).isFalse();
        assertThat(network.tokens()).isEmpty();
    }

    @Test
    void onlyTheFirstMessageOfAnIdleQueueHurries() {
        gamma.submit(PacketType.AGREED, "one");
        gamma.submit(PacketType.AGREED, "two");
        assertThat(network.hurries()).hasSize(1);
        network.settle();
        assertThat(alpha.log).containsExactly("one", "two");
    }

    @Test
    void aMessageForTheQueueNotInUseDoesNotHurry() {
        gamma.submitGroups(PacketType.AGREED, "groups");
        assertThat(network.hurries()).isEmpty();
        gamma.ring.groupsOnly(true);
        gamma.submit(PacketType.AGREED, "client");
        assertThat(network.hurries()).isEmpty();
    }

    @Test
    void theLeaderReleasesTheTokenForItsOwnMessage() {
        alpha.submit(PacketType.AGREED, "one");
        assertThat(network.tokens()).hasSize(1);
        assertThat(network.tokens().get(0).token().retrans()).isEqualTo(1);
    }

    @Test
    void aHurryOfAStrangerOrAtABusyLeaderIsIgnored() {
        byte[] hurry = hurryOf(0x0a0a0a0a);
        alpha.data(hurry);
        assertThat(network.tokens()).isEmpty();
        alpha.data(hurryOf(beta.self.id()));
        alpha.data(hurryOf(beta.self.id()));
        assertThat(network.tokens()).hasSize(1);
    }

    @Test
    void aDaemonThatIsNotLeaderIgnoresAHurry() {
        beta.data(hurryOf(gamma.self.id()));
        assertThat(network.tokens()).isEmpty();
    }

    private byte[] hurryOf(int id) {
        ByteBuf hurry = Unpooled.buffer(40, 40);
        hurry.writeZero(40);
        hurry.setIntLE(PacketHeader.TYPE, 0x800000c0);
        hurry.setIntLE(PacketHeader.TRANSMITTER, id);
        hurry.setIntLE(PacketHeader.PROC_ID, id);
        return hurry.array();
    }

    @Test
    void aDuplicateTokenMovesNothingAndArmsNoTimer() {
        Datagram token = tokenFor(beta);
        beta.token(token.bytes());
        long armed = beta.context.deadlines().next();
        int rounds = beta.ring.tokenRounds();
        beta.context.now(Duration.ofMillis(100).toNanos(), 1);
        beta.token(token.bytes());
        assertThat(beta.context.deadlines().next()).isEqualTo(armed);
        assertThat(beta.ring.tokenRounds()).isEqualTo(rounds);
        assertThat(beta.refused(Reason.TOKEN_OLD_GENERATION)).isOne();
    }

    @Test
    void anOldTokenWithAHigherRetransMakesMeSendMineAgain() {
        Datagram token = tokenFor(beta);
        beta.token(token.bytes());
        beta.sent.clear();
        ByteBuf again = Unpooled.copiedBuffer(token.buffer());
        again.setIntLE(TokenHeader.TYPE, again.getIntLE(TokenHeader.TYPE) + (1 << PacketType.RETRANS_SHIFT));
        beta.token(again.array());
        assertThat(beta.sent).as("three times, since retrans is 2 now").hasSize(3);
        assertThat(beta.sent.get(0).token().retrans()).isEqualTo(2);
        beta.token(again.array());
        assertThat(beta.sent).as("the same retrans again").hasSize(3);
    }

    @Test
    void theTokenSentAgainCarriesNoRequests() {
        network.lost = (datagram, to) -> datagram.isData() && to == beta;
        alpha.submit(PacketType.AGREED, "one");
        for (int i = 0;
                i < 8
                        && network.tokens().stream()
                                .allMatch(t -> t.token().requests().isEmpty());
                i++) {
            network.step();
        }
        assertThat(beta.sent.get(beta.sent.size() - 1).token().requests()).hasSize(1);
        beta.sent.clear();
        Datagram last = network.tokens().stream()
                .filter(each -> each.from().equals(alpha.self))
                .reduce((one, two) -> two)
                .orElseThrow();
        ByteBuf again = Unpooled.copiedBuffer(last.buffer());
        again.setIntLE(TokenHeader.TYPE, again.getIntLE(TokenHeader.TYPE) + (1 << PacketType.RETRANS_SHIFT));
        beta.token(again.array());
        assertThat(beta.sent).hasSize(1);
        assertThat(beta.sent.get(0).buffer().writerIndex()).isEqualTo(TokenHeader.LENGTH);
        network.lost = (datagram, to) -> false;
        network.settle();
    }

    @Test
    void myAruGoesOnTheTokenWhenItIsLowerWhenItWasMineAndWhenNothingWasMissing() {
        beta.token(token(t -> t.aru = 5));
        assertThat(sentAru(beta)).isEqualTo("0 by beta");
        gamma.token(tokenFrom(beta, t -> {
            t.sequence = 1;
            t.aru = 0;
        }));
        assertThat(sentAru(gamma)).as("aru of another daemon, seq above it").isEqualTo("0 by alpha");
    }

    private String sentAru(RingDaemon daemon) {
        Datagram.TokenFields token = daemon.sent.get(daemon.sent.size() - 1).token();
        String by = network.configuration.daemons().stream()
                .filter(each -> each.id() == token.aruLastId())
                .map(Daemon::name)
                .findFirst()
                .orElseThrow();
        return token.aru() + " by " + by;
    }

    @Test
    void negativeFlowControlCountsAsNothing() {
        beta.submit(PacketType.AGREED, "one");
        beta.token(token(t -> t.flowControl = -20000));
        assertThat(beta.sent.get(beta.sent.size() - 1).token().flowControl()).isEqualTo(1);
    }

    @Test
    void requestsOfOtherRingsStayOnTheTokenInOrder() {
        ByteBuf body = Unpooled.buffer();
        record(body, new MembershipId(7, 7), -1, -1, 100, 200);
        record(body, beta.ring.membershipId(), alpha.self.id(), 0, 900);
        record(body, new MembershipId(8, 8), 0x01020304, 19, 3);
        beta.token(token(body, t -> {}));
        List<Datagram.Request> kept =
                beta.sent.get(beta.sent.size() - 1).token().requests();
        assertThat(kept)
                .containsExactly(
                        new Datagram.Request(new MembershipId(7, 7), -1, -1, List.of(100, 200)),
                        new Datagram.Request(new MembershipId(8, 8), 0x01020304, 19, List.of(3)));
    }

    @Test
    void aBigEndianTokenIsReadAndPassedOnLittleEndian() {
        ByteBuf body = Unpooled.buffer();
        record(body, new MembershipId(7, 7), -1, -1, 100, 200);
        ByteBuf little = Unpooled.wrappedBuffer(token(body, t -> {}));
        ByteBuf big = Unpooled.buffer(little.writerIndex(), little.writerIndex());
        for (int at = 0; at < little.writerIndex(); at += 4) {
            big.writeInt(little.getIntLE(at));
        }
        for (int at : new int[] {TokenHeader.FLOW_CONTROL, TokenHeader.RTR_LENGTH, 52, 54}) {
            big.setShort(at, little.getShortLE(at));
        }
        big.setInt(TokenHeader.TYPE, little.getIntLE(TokenHeader.TYPE) & ~0x80000080);
        beta.token(big.array());
        Datagram.TokenFields sent = beta.sent.get(beta.sent.size() - 1).token();
        assertThat(sent.little()).isTrue();
        assertThat(sent.requests())
                .containsExactly(new Datagram.Request(new MembershipId(7, 7), -1, -1, List.of(100, 200)));
    }

    @Test
    void aVisitAsksForAFewHundredNumbersAtMost() {
        beta.token(token(t -> t.sequence = 1000));
        Datagram.TokenFields sent = beta.sent.get(beta.sent.size() - 1).token();
        assertThat(sent.requests()).hasSize(1);
        assertThat(sent.requests().get(0).sequences())
                .isEqualTo(IntStream.rangeClosed(1, RetransmissionRequests.MAX_REQUESTED)
                        .boxed()
                        .toList());
        assertThat(beta.sent.get(beta.sent.size() - 1).buffer().writerIndex()).isLessThanOrEqualTo(1472);
    }

    @Test
    void noRequestIsAddedToABodyThatIsFull() {
        ByteBuf body = Unpooled.buffer();
        while (body.writerIndex() + 16 + 4 * 2000 < PacketSender.MAX_TOKEN_BODY) {
            record(
                    body,
                    new MembershipId(7, 7),
                    -1,
                    -1,
                    IntStream.range(0, 2000).toArray());
        }
        int left = (PacketSender.MAX_TOKEN_BODY - body.writerIndex() - 16) / 4;
        record(body, new MembershipId(8, 8), -1, -1, IntStream.range(0, left).toArray());
        beta.token(token(body, t -> t.sequence = 1000));
        assertThat(beta.sent.get(beta.sent.size() - 1).token().requests())
                .noneMatch(each -> each.ring().equals(beta.ring.membershipId()));
    }

    @Test
    void aRetransOfTwoOrMoreIsSentThreeTimes() {
        beta.token(token(t -> t.retrans = 2));
        assertThat(beta.sent).hasSize(3);
    }

    @Test
    void theLastDaemonOfASegmentInAWideNetworkSendsAgainTwice() {
        use(new RingNetwork(RingConfigurations.wide(2, 2), KernelSettings.DEFAULTS));
        network.formAll();
        alpha.submit(PacketType.AGREED, "one");
        Datagram token = network.tokens().get(0);
        beta.token(token.bytes());
        beta.sent.clear();
        ByteBuf again = Unpooled.copiedBuffer(token.buffer());
        again.setIntLE(TokenHeader.TYPE, again.getIntLE(TokenHeader.TYPE) + (1 << PacketType.RETRANS_SHIFT));
        beta.token(again.array());
        assertThat(beta.sent).as("two, and two more for retrans 2").hasSize(4);
    }

    @Test
    void noMoreThanThePersonalWindowIsSentInAVisit() {
        use(RingNetwork.ring(RingConfigurations.windows(10, 4), 3));
        for (int i = 0; i < 12; i++) {
            beta.submit(PacketType.AGREED, Images.body("b" + i, 1300));
        }
        beta.token(token(t -> {}));
        assertThat(network.data()).hasSize(4);
        network.settle();
    }

    @Test
    void nobodySendsWhenTheWindowIsUsedUp() {
        use(RingNetwork.ring(RingConfigurations.windows(10, 4), 3));
        beta.submit(PacketType.AGREED, "one");
        beta.token(token(t -> t.flowControl = 14));
        assertThat(network.data()).isEmpty();
    }

    @Test
    void theTokenTimerIsArmedByTokensAndNewPacketsOfMyRing() {
        beta.context.now(Duration.ofMillis(700).toNanos(), 1);
        beta.token(token(t -> {}));
        assertThat(beta.context.deadlines().isArmed(DeadlineKind.TOKEN)).isTrue();
        assertThat(beta.context.deadlines().next())
                .isEqualTo(Duration.ofMillis(700 + 1250).toNanos());
    }

    @Test
    void onlyTheLeaderHasAHurryTimer() {
        assertThat(alpha.context.deadlines().isArmed(DeadlineKind.HURRY)).isTrue();
        assertThat(beta.context.deadlines().isArmed(DeadlineKind.HURRY)).isFalse();
        alpha.ring.loseToken();
        assertThat(alpha.context.deadlines().any()).isFalse();
    }

    @Test
    void waitingCountsTheMessagesOfClients() {
        gamma.submit(PacketType.AGREED, Images.body("large", 5000));
        gamma.submit(PacketType.AGREED, "small");
        gamma.submitGroups(PacketType.AGREED, "groups");
        assertThat(gamma.ring.waiting()).isEqualTo(2);
        network.settle();
        assertThat(gamma.ring.waiting()).isZero();
    }

    @Test
    void aBegunMessageIsFinishedBeforeTheOtherQueueIsUsed() {
        use(RingNetwork.ring(RingConfigurations.windows(10, 1), 3));
        beta.submit(PacketType.AGREED, Images.body("large", 4000));
        network.step();
        network.step();
        beta.submitGroups(PacketType.AGREED, "groups");
        network.daemons.forEach(each -> each.ring.groupsOnly(true));
        network.settle();
        assertThat(gamma.log.stream().map(Images::name)).containsExactly("large", "groups");
    }

    @Test
    void anImageThatNeedsTooManyFragmentsIsRefused() {
        ByteBuf image = Unpooled.wrappedBuffer(new byte[1432 * 10_000 + 1]);
        beta.ring.submit(PacketType.AGREED, image, 0, image.writerIndex());
        assertThat(beta.refused(Reason.MESSAGE_TOO_LARGE)).isOne();
        assertThat(beta.ring.waiting()).isZero();
    }

    @Test
    void aPacketSizeOfItsOwnIsHeld() {
        use(new RingNetwork(RingConfigurations.MC3, KernelSettings.DEFAULTS.withMaxPacket(300)));
        network.formAll();
        String large = Images.body("large", 5000);
        beta.submit(PacketType.AGREED, large);
        network.settle();
        assertThat(network.data())
                .allMatch(each -> each.buffer().writerIndex() <= 300)
                .hasSize(20);
        assertThat(gamma.log).containsExactly(large);
    }

    // --------------------------------------------------------------------------------------------------------- helpers

    /** The token that an idle ring's leader sends to this daemon after a hurry. */
    private Datagram tokenFor(RingDaemon daemon) {
        alpha.submit(PacketType.AGREED, "wake");
        Datagram token = network.tokens().get(0);
        assertThat(token.to().index()).isEqualTo(daemon.self.index());
        return token;
    }

    private byte[] token(Consumer<Token> change) {
        return token(Unpooled.EMPTY_BUFFER, change);
    }

    private byte[] token(ByteBuf body, Consumer<Token> change) {
        return token(alpha, body, change);
    }

    private byte[] tokenFrom(RingDaemon daemon, Consumer<Token> change) {
        return token(daemon, Unpooled.EMPTY_BUFFER, change);
    }

    /** The next generation of an idle ring's token, from {@code sender}. */
    private byte[] token(RingDaemon sender, ByteBuf body, Consumer<Token> change) {
        Token token = new Token();
        token.arq = (alpha.ring.tokenRounds() & 0xf);
        token.aruLastId = alpha.self.id();
        change.accept(token);
        ByteBuf bytes = Unpooled.buffer(40 + body.writerIndex(), 40 + body.writerIndex());
        bytes.writeZero(40).writeBytes(body, 0, body.writerIndex());
        token.write(bytes, sender.self.id(), beta.ring.membershipId(), network.configuration.hash());
        return bytes.array();
    }

    private static void record(ByteBuf body, MembershipId ring, int procId, int segment, int... sequences) {
        ring.write(body);
        body.writeIntLE(procId);
        body.writeShortLE(segment);
        body.writeShortLE(sequences.length);
        for (int each : sequences) {
            body.writeIntLE(each);
        }
    }
}
