package org.flushspread.kernel.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.flushspread.config.Options;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.TestConfigurations;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Message;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.kernel.groups.LocalMember;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a daemon sends to its clients, and back-pressure: client-protocol 5 and 6. Private groups stand for all receivers here. */
class DeliveryTest {
    private static final byte[] NOTHING = {};

    private SessionBench bench = new SessionBench();

    @AfterEach
    void nothingLeaks() {
        bench.stop();
    }

    @Test
    void aReceiverGetsOneCopyHoweverOftenItIsNamed() {
        Session a = bench.client("a");
        Session b = bench.client("b", false);
        byte[] message = SessionBench.message(
                0x10, "#a#d1", List.of("#b#d1", "nobody", "#b#d1", "#a#d1", "#x#d9", "#b"), new byte[] {7});
        bench.send(a, message);
        bench.order();
        assertThat(bench.ports.client(b).take()).isEqualTo(message);
        assertThat(bench.ports.client(a).take()).isEqualTo(message);
    }

    @Test
    void aHundredGroupsAreDelivered() {
        Session a = bench.client("a");
        List<String> groups = new ArrayList<>(Collections.nCopies(99, "nobody"));
        groups.add("#a#d1");
        byte[] message = SessionBench.message(0x10, "#a#d1", groups, NOTHING);
        bench.send(a, message);
        bench.order();
        assertThat(bench.ports.client(a).take()).isEqualTo(message);
    }

    @Test
    void aMessageWithoutDestinationReachesNobody() {
        Session a = bench.client("a");
        bench.send(a, SessionBench.message(0x10, "#a#d1", List.of(), new byte[] {1}));
        bench.order();
        assertThat(bench.ports.client(a).take()).isEmpty();
    }

    @Test
    void selfDiscardLeavesTheSenderOutAndStaysSetForOthers() {
        Session a = bench.client("a");
        Session b = bench.client("b");
        byte[] message = SessionBench.message(
                ServiceType.AGREED_MESS | ServiceType.SELF_DISCARD, "#a#d1", List.of("#a#d1", "#b#d1"), NOTHING);
        bench.send(a, message);
        bench.order();
        assertThat(bench.ports.client(a).take()).isEmpty();
        assertThat(bench.ports.client(b).take()).isEqualTo(message);
    }

    @Test
    void aClientInTheHandshakeGetsNoMessages() {
        Session half = bench.connect();
        bench.send(half, SessionBench.request("half", true));
        bench.takeHex(half);
        Session a = bench.client("a");
        bench.send(a, SessionBench.message(0x10, "#a#d1", List.of("#half#d1"), NOTHING));
        bench.order();
        assertThat(bench.ports.client(half).take()).isEmpty();
        assertThat(bench.sessions.find(Name.of("#half#d1"))).isNull();
    }

    @Test
    void aBigEndianDaemonsHeaderIsTurnedForTheClient() {
        Session a = bench.client("a");
        for (int body : new int[] {0, 100, 9000}) {
            byte[] little = SessionBench.message(0x10, "#z#d2", List.of("#a#d1"), new byte[body]);
            byte[] big = little.clone();
            ByteBuf header = Unpooled.wrappedBuffer(big);
            header.setInt(MessageHeader.TYPE, 0x10);
            header.setInt(MessageHeader.NUM_GROUPS, 1);
            header.setInt(MessageHeader.DATA_LENGTH, body);
            bench.deliver(big, 0x7f000002);
            bench.sessions.turnEnded();
            assertThat(bench.ports.client(a).take()).isEqualTo(little);
        }
    }

    @Test
    void aRejectBitFromAnotherDaemonReachesNoClient() {
        Session a = bench.client("a");
        bench.deliver(
                SessionBench.message(0x10 | ServiceType.REJECT_MESS, "#z#d2", List.of("#a#d1"), NOTHING), 0x7f000002);
        assertThat(bench.takeHex(a)).isEmpty();
        assertThat(bench.context.counters().refused(Reason.BAD_MESSAGE_TYPE)).isEqualTo(1);
    }

    @Test
    void smallMessagesOfATurnGoOutInOneWriteAndLargeOnesWithoutACopy() {
        Session a = bench.client("a");
        int before = bench.ports.client(a).writes();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            byte[] message = SessionBench.message(0x10, "#a#d1", List.of("#a#d1"), new byte[i]);
            bench.send(a, message);
            expected.append(SessionBench.hex(message));
        }
        bench.order();
        assertThat(bench.ports.client(a).writes() - before).isEqualTo(1);
        assertThat(bench.ports.client(a).takeHex()).isEqualTo(expected.toString());

        byte[] large = SessionBench.message(0x10, "#a#d1", List.of("#a#d1"), new byte[20_000]);
        ByteBuf image = Unpooled.copiedBuffer(large);
        bench.sessions.deliver(new Message().set(image, 0, large.length, 0x7f000001));
        bench.sessions.turnEnded();
        assertThat(image.refCnt()).isEqualTo(2);
        assertThat(bench.ports.client(a).take()).isEqualTo(large);
        assertThat(image.release()).isTrue();
    }

    @Test
    void aMixOfSmallAndLargeMessagesKeepsItsOrder() {
        Session a = bench.client("a");
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            byte[] body = new byte[random.nextInt(10) == 0 ? 8000 + random.nextInt(70_000) : random.nextInt(300)];
            random.nextBytes(body);
            byte[] message = SessionBench.message(0x10, "#a#d1", List.of("#a#d1"), body);
            bench.send(a, message);
            expected.append(SessionBench.hex(message));
            if (random.nextInt(20) == 0) {
                bench.sessions.writability(a, random.nextBoolean());
            }
            if (random.nextInt(5) == 0) {
                bench.order();
            }
        }
        bench.sessions.writability(a, true);
        bench.order();
        assertThat(bench.ports.client(a).takeHex()).isEqualTo(expected.toString());
    }

    @Test
    void aMembershipMessageIsCopiedFromLentBytes() {
        Session a = bench.client("a");
        LocalMember member = Objects.requireNonNull(bench.sessions.find(Name.of("#a#d1")));
        byte[] image = SessionBench.message(0x1100, "g", Collections.nCopies(600, "#a#d1"), new byte[56]);
        ByteBuf lent = Unpooled.copiedBuffer(image);
        bench.sessions.deliver(member, lent, 0, image.length);
        lent.setZero(0, image.length);
        assertThat(bench.takeHex(a)).isEqualTo(SessionBench.hex(image));
        assertThat(lent.readerIndex()).isZero();
        assertThat(lent.release()).isTrue();
    }

    @Test
    void nothingIsWrittenWhileTheShellIsFullAndAllOfItAfterwards() {
        Session a = bench.client("a");
        bench.sessions.writability(a, false);
        byte[] message = SessionBench.message(0x10, "#a#d1", List.of("#a#d1"), NOTHING);
        for (int i = 0; i < 10; i++) {
            bench.send(a, message);
            bench.order();
        }
        assertThat(bench.ports.client(a).size()).isZero();
        bench.sessions.writability(a, true);
        bench.sessions.turnEnded();
        assertThat(bench.ports.client(a).size()).isEqualTo(800);
    }

    @Test
    void aShellThatFillsUpInTheMiddleOfAWriteGetsNoMore() {
        Session a = bench.client("a");
        bench.ports.onWrite((session, bytes) -> bench.sessions.writability(session, false));
        byte[] message = SessionBench.message(0x10, "#a#d1", List.of("#a#d1"), new byte[30_000]);
        for (int i = 0; i < 5; i++) {
            bench.send(a, message);
        }
        bench.order();
        assertThat(bench.ports.client(a).size()).isEqualTo(message.length);
        for (int i = 1; i < 5; i++) {
            bench.sessions.writability(a, true);
            bench.sessions.turnEnded();
            assertThat(bench.ports.client(a).size()).isEqualTo((i + 1) * message.length);
        }
        bench.ports.onWrite((session, bytes) -> {});
    }

    @Test
    void theMessageAboveMaxSessionMessagesKillsASlowClient() {
        Session sender = bench.client("sender");
        Session slow = bench.client("slow");
        bench.sessions.writability(slow, false);
        byte[] message = SessionBench.message(0x10, "#sender#d1", List.of("#slow#d1"), new byte[500]);
        for (int i = 0; i < 1000; i++) {
            bench.send(sender, message);
            bench.order();
        }
        assertThat(bench.closed(slow)).isNull();
        bench.send(sender, message);
        bench.order();
        assertThat(bench.closed(slow)).isEqualTo(Reason.SLOW_CLIENT);
        assertThat(bench.ports.client(slow).size()).isZero();
        assertThat(bench.ordered.get(bench.ordered.size() - 1))
                .isEqualTo(SessionBench.hex(SessionBench.message(0x00040020, "#slow#d1", List.of(), NOTHING)));
        assertThat(bench.context.counters().refused(Reason.SLOW_CLIENT)).isEqualTo(1);
        assertThat(bench.closed(sender)).isNull();
    }

    @Test
    void aWritableClientIsNeverSlow() {
        Session a = bench.client("a");
        for (int i = 0; i < 5000; i++) {
            bench.deliver(SessionBench.message(0x10, "#z#d2", List.of("#a#d1"), NOTHING), 0x7f000002);
        }
        assertThat(bench.closed(a)).isNull();
        bench.sessions.turnEnded();
        assertThat(bench.ports.client(a).size()).isEqualTo(5000 * 80);
    }

    /** client-protocol 6.4. */
    @Test
    void aPatientSessionMayTakeNothingForAWhileWhateverWaitsForIt() {
        bench.patience = Duration.ofSeconds(1);
        Session a = bench.client("a");
        byte[] message = SessionBench.message(0x10, "#z#d2", List.of("#a#d1"), NOTHING);
        for (int round = 0; round < 3; round++) {
            bench.sessions.writability(a, false);
            for (int i = 0; i < 5000; i++) {
                bench.deliver(message, 0x7f000002);
            }
            bench.pass(Duration.ofMillis(900));
            bench.deliver(message, 0x7f000002);
            assertThat(bench.closed(a)).isNull();
            bench.sessions.writability(a, true);
            bench.sessions.turnEnded();
            assertThat(bench.ports.client(a).size()).isEqualTo((round + 1) * 5001 * 80);
        }
        bench.sessions.writability(a, false);
        for (int i = 0; i < 1001; i++) {
            bench.deliver(message, 0x7f000002);
        }
        bench.pass(Duration.ofSeconds(1));
        bench.deliver(message, 0x7f000002);
        assertThat(bench.closed(a)).isEqualTo(Reason.SLOW_CLIENT);
    }

    /** It takes something all the time, and never catches up. */
    @Test
    void aPatientSessionThatStaysAboveALimitIsGivenUp() {
        bench.patience = Duration.ofSeconds(1);
        Session a = bench.client("a");
        byte[] message = SessionBench.message(0x10, "#z#d2", List.of("#a#d1"), new byte[33_000]);
        bench.sessions.writability(a, false);
        for (int i = 0; i < 1001; i++) {
            bench.deliver(message, 0x7f000002);
        }
        bench.ports.onWrite((session, bytes) -> bench.sessions.writability(session, false));
        for (int tenth = 0; tenth < 49; tenth++) {
            bench.pass(Duration.ofMillis(100));
            bench.sessions.writability(a, true);
            bench.sessions.turnEnded();
            bench.deliver(message, 0x7f000002);
            bench.deliver(message, 0x7f000002);
        }
        assertThat(bench.closed(a)).isNull();
        bench.pass(Duration.ofMillis(100));
        bench.deliver(message, 0x7f000002);
        assertThat(bench.closed(a)).isEqualTo(Reason.SLOW_CLIENT);
    }

    /** Who catches up in time begins anew with the next pause. */
    @Test
    void aPatientSessionThatCatchesUpMayPauseAgain() {
        bench.patience = Duration.ofSeconds(1);
        Session a = bench.client("a");
        byte[] message = SessionBench.message(0x10, "#z#d2", List.of("#a#d1"), NOTHING);
        for (int pause = 0; pause < 12; pause++) {
            bench.sessions.writability(a, false);
            for (int i = 0; i < 1001; i++) {
                bench.deliver(message, 0x7f000002);
            }
            bench.pass(Duration.ofMillis(900));
            bench.deliver(message, 0x7f000002);
            bench.sessions.writability(a, true);
            bench.sessions.turnEnded();
        }
        assertThat(bench.closed(a)).isNull();
    }

    @Test
    void theLimitFollowsTheConfigurationAndZeroKillsAtTheFirstDelivery() {
        Session a = bench.client("a");
        bench.sessions.writability(a, false);
        bench.reload(TestConfigurations.options(List.of("NULL"), List.of(), 2));
        byte[] message = SessionBench.message(0x10, "#z#d2", List.of("#a#d1"), NOTHING);
        bench.deliver(message, 0x7f000002);
        bench.deliver(message, 0x7f000002);
        assertThat(bench.closed(a)).isNull();
        bench.deliver(message, 0x7f000002);
        assertThat(bench.closed(a)).isEqualTo(Reason.SLOW_CLIENT);
        Session b = bench.client("b");
        bench.reload(TestConfigurations.options(List.of("NULL"), List.of(), 0));
        bench.deliver(SessionBench.message(0x10, "#z#d2", List.of("#b#d1"), NOTHING), 0x7f000002);
        assertThat(bench.closed(b)).isEqualTo(Reason.SLOW_CLIENT);
    }

    @Test
    void theBytesQueuedForAClientAreBoundedToo() {
        bench.stop();
        bench = new SessionBench(SessionBench.settings(10, 10, 500, 100_000), Options.DEFAULTS, AccessPolicy.PERMIT);
        Session a = bench.client("a");
        bench.sessions.writability(a, false);
        byte[] message = SessionBench.message(0x10, "#z#d2", List.of("#a#d1"), new byte[30_000]);
        for (int i = 0; i < 4; i++) {
            bench.deliver(message, 0x7f000002);
        }
        assertThat(bench.closed(a)).isNull();
        bench.deliver(message, 0x7f000002);
        assertThat(bench.closed(a)).isEqualTo(Reason.SLOW_CLIENT);
    }

    @Test
    void whatAllSlowClientsTakeIsBoundedAndTheOneThatTakesMostGoes() {
        bench.stop();
        bench = new SessionBench(
                SessionBench.settings(20, 20, 500, 1 << 20, 300_000), Options.DEFAULTS, AccessPolicy.PERMIT);
        List<Session> slow = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            slow.add(bench.client("slow" + i));
            bench.sessions.writability(slow.get(i), false);
        }
        Session quick = bench.client("quick");
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 10; i++) {
                byte[] body = new byte[i == 7 ? 30_000 : 5_000];
                bench.deliver(SessionBench.message(0x10, "#z#d2", List.of("#slow" + i + "#d1"), body), 0x7f000002);
            }
        }
        bench.deliver(SessionBench.message(0x10, "#z#d2", List.of("#quick#d1"), new byte[9000]), 0x7f000002);
        assertThat(bench.closed(slow.get(7))).isEqualTo(Reason.SLOW_CLIENT);
        assertThat(bench.closed(slow.get(0))).isNull();
        assertThat(bench.closed(quick)).isNull();
        assertThat(bench.allocator.metric().usedHeapMemory()).isLessThan(900_000);
    }

    @Test
    void whatAllClientsHaveSentOfUnfinishedMessagesIsBoundedAndTheOldestGoes() {
        bench.stop();
        bench = new SessionBench(
                SessionBench.settings(20, 20, 500, 1 << 20, 300_000), Options.DEFAULTS, AccessPolicy.PERMIT);
        List<Session> lazy = new ArrayList<>();
        byte[] large = SessionBench.message(0x10, "#a#d1", List.of("#a#d1"), new byte[100_000]);
        for (int i = 0; i < 10; i++) {
            lazy.add(bench.client("lazy" + i));
            byte[] part = SessionBench.message(0x10, "#lazy" + i + "#d1", List.of("g"), new byte[100_000]);
            bench.send(lazy.get(i), java.util.Arrays.copyOf(part, 60_000));
        }
        assertThat(bench.closed(lazy.get(0))).isEqualTo(Reason.INPUT_OVERFLOW);
        assertThat(bench.closed(lazy.get(9))).isNull();
        Session a = bench.client("a");
        bench.send(a, java.util.Arrays.copyOf(large, 50_000));
        bench.send(a, java.util.Arrays.copyOfRange(large, 50_000, large.length));
        bench.order();
        assertThat(bench.ports.client(a).take()).isEqualTo(large);
        assertThat(bench.allocator.metric().usedHeapMemory()).isLessThan(500_000);
    }

    @Test
    void atTheWaterMarkClientsAndConnectionsWaitUntilTheRingHasRoom() {
        bench.stop();
        bench = new SessionBench(SessionBench.settings(10, 10, 5, 1 << 20), Options.DEFAULTS, AccessPolicy.PERMIT);
        Session a = bench.client("a");
        Session b = bench.client("b");
        byte[] fromA = SessionBench.message(0x10, "#a#d1", List.of("#b#d1"), NOTHING);
        byte[] fromB = SessionBench.message(0x10, "#b#d1", List.of("#a#d1"), NOTHING);
        bench.send(a, SessionBench.hex(fromA).repeat(20));
        assertThat(bench.ring.waiting()).isEqualTo(5);
        assertThat(bench.ports.client(a).reading()).isFalse();
        assertThat(bench.ports.client(b).reading()).isTrue();
        bench.send(b, SessionBench.hex(fromB).repeat(2));
        assertThat(bench.ports.client(b).reading()).isFalse();
        assertThat(bench.ring.waiting()).isEqualTo(5);
        bench.sessions.turnEnded();
        assertThat(bench.ports.accepting()).isFalse();

        bench.order();
        assertThat(bench.ports.client(a).reading()).isTrue();
        assertThat(bench.ports.client(b).reading()).isTrue();
        assertThat(bench.ports.accepting()).isTrue();
        assertThat(bench.ports.client(b).size()).isEqualTo(20 * 80);
        assertThat(bench.ports.client(a).size()).isEqualTo(2 * 80);
    }

    @Test
    void aClientThatFloodsDoesNotStarveOneThatSendsLittle() {
        bench.stop();
        bench = new SessionBench(SessionBench.settings(10, 10, 8, 1 << 20), Options.DEFAULTS, AccessPolicy.PERMIT);
        Session flood = bench.client("flood");
        Session calm = bench.client("calm");
        bench.send(
                flood,
                SessionBench.hex(SessionBench.message(0x10, "#flood#d1", List.of("g"), NOTHING))
                        .repeat(200));
        bench.send(calm, SessionBench.message(0x10, "#calm#d1", List.of("g"), NOTHING));
        bench.order();
        String calms = SessionBench.hex(SessionBench.message(0x10, "#calm#d1", List.of("g"), NOTHING));
        assertThat(bench.ordered.indexOf(calms)).isBetween(8, 24);
        assertThat(bench.ordered).hasSize(201);
    }

    @Test
    void whileGroupsExchangeTheirStateNoClientIsReadButHandshakesGoOn() {
        Session a = bench.client("a");
        bench.sessions.hold(true);
        bench.send(a, SessionBench.message(0x10, "#a#d1", List.of("#a#d1"), NOTHING));
        bench.order();
        assertThat(bench.ordered).isEmpty();
        assertThat(bench.ports.client(a).reading()).isFalse();
        assertThat(bench.ports.accepting()).isFalse();
        assertThat(bench.client("b")).isNotNull();
        bench.sessions.hold(false);
        bench.order();
        assertThat(bench.ordered).hasSize(1);
        assertThat(bench.ports.client(a).reading()).isTrue();
        assertThat(bench.ports.accepting()).isTrue();
    }

    @Test
    void whatAClientSentBeforeItsConnectionEndedCounts() {
        Session a = bench.client("a");
        Session b = bench.client("b");
        bench.sessions.hold(true);
        byte[] message = SessionBench.message(0x10, "#a#d1", List.of("#a#d1", "#b#d1"), NOTHING);
        bench.send(a, message);
        bench.sessions.closed(a);
        bench.order();
        assertThat(bench.ordered).isEmpty();
        bench.sessions.hold(false);
        bench.order();
        assertThat(bench.ports.client(b).take()).isEqualTo(message);
        assertThat(bench.ordered).hasSize(2);
        assertThat(bench.ordered.get(1)).startsWith("a0000480");
        assertThat(bench.sessions.count()).isEqualTo(1);
    }

    @Test
    void aClientThatIsReadAgainstOrdersIsBounded() {
        Session a = bench.client("a");
        bench.sessions.hold(true);
        byte[] message = SessionBench.message(0x10, "#a#d1", List.of("g"), new byte[60_000]);
        int sent = 0;
        while (bench.closed(a) == null && sent < 100) {
            bench.send(a, message);
            sent++;
        }
        assertThat(bench.closed(a)).isEqualTo(Reason.INPUT_OVERFLOW);
        assertThat(sent).isBetween(18, 20);
        bench.sessions.hold(false);
        bench.order();
        assertThat(bench.ordered).hasSize(1);
    }

    @Test
    void stoppingClosesEveryClientAndReleasesEverything() {
        Session a = bench.client("a");
        Session slow = bench.client("slow");
        Session half = bench.connect();
        bench.send(half, "0404");
        bench.send(a, new byte[] {(byte) 0x90, 0, 0});
        bench.sessions.writability(slow, false);
        bench.deliver(SessionBench.message(0x10, "#z#d2", List.of("#slow#d1"), new byte[9000]), 0x7f000002);
        bench.stop();
        for (Session each : List.of(a, slow, half)) {
            assertThat(bench.closed(each)).isEqualTo(Reason.DAEMON_STOPPING);
        }
        bench = new SessionBench();
    }

    @Test
    void anyBytesEndAtMostTheSessionTheyCameFrom() {
        SplittableRandom random = new SplittableRandom(42);
        Session calm = bench.client("calm");
        byte[] good = SessionBench.message(0x10, "#calm#d1", List.of("#calm#d1"), new byte[] {1});
        List<byte[]> seeds = List.of(
                SessionBench.request("m", true),
                SessionBench.choice("NULL"),
                SessionBench.message(0x10, "#m#d1", List.of("#calm#d1", "#m#d1"), new byte[10]),
                SessionBench.message(ServiceType.JOIN_MESS, "#m#d1", List.of("g"), NOTHING),
                SessionBench.message(ServiceType.LEAVE_MESS, "#m#d1", List.of("g"), NOTHING),
                SessionBench.message(ServiceType.KILL_MESS, "#m#d1", List.of("#m#d1"), NOTHING));
        int ended = 0;
        for (int round = 0; round < 3000; round++) {
            Session wild = bench.connect();
            for (int i = 0; i < seeds.size() && bench.closed(wild) == null; i++) {
                byte[] bytes = seeds.get(i).clone();
                if (random.nextInt(3) == 0) {
                    for (int flips = random.nextInt(4); flips >= 0; flips--) {
                        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                    }
                }
                if (random.nextInt(10) == 0) {
                    bytes = new byte[random.nextInt(200)];
                    random.nextBytes(bytes);
                }
                bench.send(wild, bytes);
                bench.order();
            }
            FakePorts.Client client = bench.ports.client(wild);
            if (client.closed() == null) {
                bench.sessions.closed(wild);
            } else {
                ended++;
            }
            client.take();
            bench.order();
            bench.ports.client(calm).take();
            bench.send(calm, good);
            bench.order();
            assertThat(bench.ports.client(calm).take()).isEqualTo(good);
            assertThat(bench.sessions.count()).isEqualTo(1);
        }
        assertThat(ended).isGreaterThan(500);
    }

    @Test
    void settingsAreGenerousByDefault() {
        assertThat(KernelSettings.DEFAULTS.maxSessionBytes()).isEqualTo(64L << 20);
        assertThat(KernelSettings.DEFAULTS.maxSessions()).isEqualTo(997);
    }
}
