package org.flushspread.kernel.monitor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.flushspread.kernel.LoneKernel.A;
import static org.flushspread.kernel.LoneKernel.ABC;
import static org.flushspread.kernel.LoneKernel.B;
import static org.flushspread.kernel.LoneKernel.buffer;
import static org.flushspread.kernel.LoneKernel.configuration;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.LoneKernel;
import org.flushspread.kernel.base.CommandProof;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.MonitorFacts;
import org.flushspread.wire.MonitorOrigin;
import org.flushspread.wire.MonitorPackets;
import org.flushspread.wire.MonitorQuestion;
import org.flushspread.wire.MonitorSignature;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.StatusReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of monitor programs (monitor-protocol), with the hardening of its section 8. */
class MonitorTest {
    private static final int PORT = 6543;

    private LoneKernel a = new LoneKernel(configuration(ABC, "DangerousMonitor = true", "AcceleratedRing = no"), "a");

    @AfterEach
    void stop() {
        a.stop();
    }

    private static ByteBuf status() {
        ByteBuf out = buffer();
        MonitorPackets.writeStatus(out, MonitorOrigin.spread4(B), PORT);
        return out;
    }

    private static ByteBuf reload() {
        ByteBuf out = buffer();
        MonitorPackets.writeReload(out, MonitorOrigin.spread4(B), PORT);
        return out;
    }

    private static ByteBuf partition(int... components) {
        short[] shorts = new short[components.length];
        for (int i = 0; i < shorts.length; i++) {
            shorts[i] = (short) components[i];
        }
        ByteBuf out = buffer();
        MonitorPackets.writePartition(out, MonitorOrigin.spread4(B), PORT, shorts);
        return out;
    }

    private static ByteBuf windows(int all, int personal, int accelerated) {
        ByteBuf out = buffer();
        MonitorPackets.writeFlowControl(
                out, MonitorOrigin.spread4(B), PORT, new short[] {(short) personal, -1, -1, (short) all}, new short[] {
                    (short) accelerated, -1, -1, -1
                });
        return out;
    }

    private StatusReply ask() {
        a.data(status());
        List<FakePorts.Reply> replies = a.ports.takeReplies();
        assertThat(replies).hasSize(1);
        ByteBuf bytes =
                Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(replies.get(0).hex()));
        return requireNonNull(StatusReply.read(bytes, 0, bytes.readableBytes()));
    }

    @Test
    void statusIsAnsweredToTheAddressAndPortInTheRequest() {
        a.start();
        a.data(status());
        assertThat(a.ports.takeReplies()).singleElement().satisfies(reply -> {
            assertThat(reply.address()).isEqualTo(IpAddress.ipv4(B));
            assertThat(reply.port()).isEqualTo(PORT);
        });
    }

    @Test
    void statusShowsNoMembershipBeforeTheFirstOne() {
        a.start();
        a.run(Duration.ofMillis(100));
        StatusReply reply = ask();
        assertThat(reply.state()).isEqualTo(2);
        assertThat(reply.leader()).isZero();
        assertThat(reply.members()).isZero();
        assertThat(reply.segments()).isZero();
        assertThat(reply.daemon()).isEqualTo(A);
        assertThat(reply.majorVersion()).isEqualTo(4);
        assertThat(reply.minorVersion()).isEqualTo(4);
    }

    @Test
    void statusShowsTheRing() {
        a.start();
        a.run(Duration.ofSeconds(3));
        StatusReply reply = ask();
        assertThat(reply.seconds()).isEqualTo(3);
        assertThat(reply.state()).isEqualTo(1);
        assertThat(reply.groupsState()).isEqualTo(1);
        assertThat(reply.leader()).isEqualTo(A);
        assertThat(reply.members()).isEqualTo(1);
        assertThat(reply.segments()).isEqualTo(1);
        assertThat(reply.membershipChanges()).isEqualTo(1);
        assertThat(reply.window()).isEqualTo(160);
        assertThat(reply.personalWindow()).isEqualTo(20);
        assertThat(reply.accelerated()).isZero();
    }

    @Test
    void statusIsAnsweredWithoutDangerousMonitorAndNothingElseIs() {
        a.stop();
        a = new LoneKernel(configuration(ABC, "AcceleratedRing = no"), "a");
        a.start();
        ask();
        a.data(reload());
        a.data(partition(-1, 0, 0));
        a.data(windows(10, 10, 10));
        assertThat(a.refused(Reason.MONITOR_NOT_ALLOWED)).isEqualTo(3);
        assertThat(a.ports.events(Event.StopRequested.class)).isEmpty();
        assertThat(a.ports.events(Event.ReloadRequested.class)).isEmpty();
        assertThat(ask().window()).isEqualTo(160);
    }

    /** monitor-protocol 11 */
    @Test
    void withAKeyAValidSignatureIsEnoughAndNothingElseIs() {
        a.stop();
        a = new LoneKernel(configuration(ABC, "AcceleratedRing = no"), "a");
        a.start();
        a.ports.proof(CommandProof.VALID);
        a.data(windows(10, 10, 10));
        assertThat(ask().window()).isEqualTo(10);
        a.data(reload());
        assertThat(a.ports.events(Event.ReloadRequested.class)).hasSize(1);
        a.stop();
        a = new LoneKernel(configuration(ABC, "DangerousMonitor = true", "AcceleratedRing = no"), "a");
        a.start();
        for (CommandProof each : CommandProof.values()) {
            Reason why = each.refusal();
            if (why != null) {
                a.ports.proof(each);
                for (int i = 0; i < 3; i++) {
                    a.data(partition(-1, 0, 0));
                }
                assertThat(a.refused(why)).as(each.name()).isEqualTo(3);
                assertThat(a.ports.events(Event.Refused.class).stream().filter(event -> event.why() == why))
                        .as("named once")
                        .hasSize(1);
            }
        }
        assertThat(a.ports.events(Event.StopRequested.class)).isEmpty();
        assertThat(ask().window()).as("questions stay open").isEqualTo(160);
    }

    /** The signature counts in data_len; a daemon without a key, as a C daemon, does not look at it. */
    @Test
    void whoHasNoKeyObeysASignedCommandAsAnyOther() {
        a.start();
        a.data(signed(windows(100, 30, 10)));
        assertThat(ask().window()).isEqualTo(100);
        a.data(signed(reload()));
        assertThat(a.ports.events(Event.ReloadRequested.class)).hasSize(1);
        a.data(signed(status()));
        assertThat(a.ports.takeReplies()).isEmpty();
        a.data(signed(reload()).setInt(PacketHeader.LENGTH, 0));
        assertThat(a.refused(Reason.BAD_MONITOR_PACKET)).isEqualTo(2);
        a.data(signed(partition(-1, 0, 0)));
        assertThat(a.ports.events(Event.StopRequested.class)).hasSize(1);
    }

    private static ByteBuf signed(ByteBuf command) {
        int said = command.getShortLE(PacketHeader.DATA_LENGTH);
        command.setShortLE(PacketHeader.DATA_LENGTH, said + MonitorSignature.LENGTH);
        MonitorSignature.write(command, 1, A, 1, new byte[MonitorSignature.NONCE]);
        return command.writeZero(MonitorSignature.CODE);
    }

    @Test
    void reloadIsHandedToTheShell() {
        a.start();
        a.data(reload());
        assertThat(a.ports.events(Event.ReloadRequested.class))
                .singleElement()
                .satisfies(asked -> assertThat(asked.from().name()).isEqualTo("b"));
    }

    /** As every other request (monitor-protocol 2): C monitors always write their own address. */
    @Test
    void reloadNeedsTheAddressOfAConfiguredDaemon() {
        a.start();
        a.data(reload().setIntLE(PacketHeader.PROC_ID, 0x0A0F0063));
        assertThat(a.refused(Reason.BAD_MONITOR_PACKET)).isEqualTo(1);
        assertThat(a.ports.events(Event.ReloadRequested.class)).isEmpty();
    }

    @Test
    void killStopsOnceHoweverManyCopiesCome() {
        a.start();
        a.data(partition(-1, 0, 0));
        a.data(partition(-1, 0, 0));
        assertThat(a.ports.events(Event.StopRequested.class)).singleElement().satisfies(stop -> {
            assertThat(stop.why()).isEqualTo(Reason.MONITOR_KILL);
            assertThat(stop.from().name()).isEqualTo("b");
        });
    }

    @Test
    void windowsAreSetForMeAndForAllAndMinusOneLeavesThem() {
        a.start();
        a.data(windows(100, 30, 10));
        StatusReply reply = ask();
        assertThat(reply.window()).isEqualTo(100);
        assertThat(reply.personalWindow()).isEqualTo(30);
        assertThat(reply.acceleratedWindow()).isEqualTo(10);
        a.data(windows(-1, -1, -1));
        assertThat(ask().window()).isEqualTo(100);
        assertThat(ask().personalWindow()).isEqualTo(30);
    }

    @Test
    void windowsThatWouldStopTheRingAreClamped() {
        a.start();
        a.data(windows(0, -7, -9));
        StatusReply reply = ask();
        assertThat(reply.window()).isEqualTo(1);
        assertThat(reply.personalWindow()).isEqualTo(1);
        assertThat(reply.acceleratedWindow()).isZero();
        a.data(windows(50, 500, 500));
        reply = ask();
        assertThat(reply.personalWindow()).isEqualTo(50);
        assertThat(reply.acceleratedWindow()).isEqualTo(50);
        a.data(windows(5, -1, -1));
        assertThat(ask().personalWindow()).isEqualTo(5);
    }

    @Test
    void wrongMagicHashHostLengthOrTypeIsRefused() {
        a.start();
        a.data(status().setIntLE(PacketHeader.MEMBERSHIP_ID, 5));
        a.data(status().setIntLE(PacketHeader.CONF_HASH, configuration(ABC).hash()));
        a.data(status().setIntLE(PacketHeader.PROC_ID, 77));
        a.data(status().setIntLE(PacketHeader.SEQUENCE, 0));
        a.data(status().writeByte(0));
        a.data(partition(0, 0, 0).writerIndex(100));
        a.data(partition(0, 0, 0).setShortLE(PacketHeader.DATA_LENGTH, 5));
        a.data(status().setIntLE(PacketHeader.TYPE, 0x83000080));
        assertThat(a.refused(Reason.BAD_MONITOR_PACKET)).isEqualTo(8);
        assertThat(a.ports.takeReplies()).isEmpty();
    }

    @Test
    void requestsOfAKindAreLimitedInRate() {
        a.start();
        for (int i = 0; i < 100; i++) {
            a.data(status());
        }
        assertThat(a.ports.takeReplies()).hasSize(Monitor.BURST);
        assertThat(a.refused(Reason.MONITOR_RATE)).isEqualTo(100 - Monitor.BURST);
        a.data(reload());
        assertThat(a.ports.events(Event.ReloadRequested.class)).hasSize(1);
        a.run(Monitor.INTERVAL);
        a.data(status());
        a.data(status());
        assertThat(a.ports.takeReplies()).hasSize(1);
        a.run(Duration.ofMinutes(1));
        for (int i = 0; i < 100; i++) {
            a.data(status());
        }
        assertThat(a.ports.takeReplies()).hasSize(Monitor.BURST);
    }

    @Test
    void aBigEndianMonitorIsUnderstood() {
        a.start();
        ByteBuf request = buffer().writeZero(PacketHeader.LENGTH);
        request.setInt(PacketHeader.TYPE, 0x01000000);
        request.setInt(PacketHeader.PROC_ID, B);
        request.setInt(PacketHeader.MEMBERSHIP_ID, PacketHeader.MONITOR_MAGIC);
        request.setInt(PacketHeader.SEQUENCE, PORT);
        request.setInt(PacketHeader.CONF_HASH, PacketHeader.MONITOR_HASH);
        a.data(request);
        assertThat(a.ports.takeReplies())
                .singleElement()
                .satisfies(reply -> assertThat(reply.port()).isEqualTo(PORT));
    }

    private static ByteBuf question(MonitorQuestion.Kind kind, int index) {
        ByteBuf out = status();
        new MonitorQuestion(kind, index).ask(out, 0);
        return out;
    }

    private MonitorFacts facts(ByteBuf request) {
        a.data(request);
        List<FakePorts.Reply> replies = a.ports.takeReplies();
        assertThat(replies).hasSize(1);
        return requireNonNull(MonitorFacts.read(
                Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(replies.get(0).hex())), 0));
    }

    /** monitor-protocol 8: what C daemons do not look at. */
    @Test
    void factsAreInTheHeaderOfTheAnswerAndOnlyWhereTheyWereAskedFor() {
        a.start();
        a.run(Duration.ofSeconds(3));
        MonitorFacts facts = facts(question(MonitorQuestion.Kind.FACTS, 0));
        assertThat(facts.hash())
                .isEqualTo(configuration(ABC, "AcceleratedRing = no").hash());
        assertThat(facts.membership().procId()).isEqualTo(A);
        assertThat(facts.epochSeconds()).isNotZero();
        a.data(status());
        ByteBuf plain = Unpooled.wrappedBuffer(
                ByteBufUtil.decodeHexDump(a.ports.takeReplies().get(0).hex()));
        assertThat(MonitorFacts.read(plain, 0)).isNull();
        assertThat(ByteBufUtil.hexDump(plain, PacketHeader.MEMBERSHIP_ID, 20)).matches("0+");
    }

    @Test
    void aRequestOfFullSizeIsAnsweredIfItAsksForFacts() {
        a.start();
        ByteBuf full =
                question(MonitorQuestion.Kind.FACTS, 0).setShortLE(PacketHeader.DATA_LENGTH, PacketHeader.MAX_BODY);
        full.writeZero(PacketHeader.MAX_BODY);
        ByteBuf plain = full.copy().setIntLE(PacketHeader.TOKEN_ROUND, 0);
        assertThat(facts(full).hash()).isNotZero();
        a.data(plain);
        assertThat(a.ports.takeReplies()).isEmpty();
        assertThat(a.refused(Reason.BAD_MONITOR_PACKET)).isEqualTo(1);
    }

    @Test
    void entriesOfTheFileAreToldByTheirHashes() {
        a.start();
        int first = facts(question(MonitorQuestion.Kind.ENTRY, 0)).hash();
        int second = facts(question(MonitorQuestion.Kind.ENTRY, 1)).hash();
        assertThat(first).isNotZero().isNotEqualTo(second);
        assertThat(facts(question(MonitorQuestion.Kind.ENTRY, 3)).hash()).isZero();
    }

    /** What is passed on carries no question, so it goes no further. */
    @Test
    void aRequestIsPassedOnToADaemonThatExists() {
        a.start();
        a.run(Duration.ofSeconds(3));
        a.ports.takeSent();
        a.data(question(MonitorQuestion.Kind.PASS_TO_DATA, 1));
        a.data(question(MonitorQuestion.Kind.PASS_TO_TOKEN, 1));
        assertThat(a.ports.takeReplies()).isEmpty();
        ByteBuf request = status();
        String passed = ByteBufUtil.hexDump(request);
        request.release();
        assertThat(a.ports.takeSent().stream().map(Object::toString).filter(each -> each.contains(passed)))
                .hasSize(2)
                .anySatisfy(each -> assertThat(each).contains("DATA"))
                .anySatisfy(each -> assertThat(each).contains("TOKEN"));
        a.data(question(MonitorQuestion.Kind.PASS_TO_DATA, 77));
        a.data(question(MonitorQuestion.Kind.PASS_TO_SEGMENT, 77));
        assertThat(a.ports.takeSent().stream().map(Object::toString).filter(each -> each.contains(passed)))
                .isEmpty();
    }

    @Test
    void theTokenPortAnswersStatusAndNothingElseOfMonitors() {
        a.start();
        a.token(status());
        assertThat(a.ports.takeReplies()).hasSize(1);
        a.token(partition(-1, 0, 0));
        a.token(status().setIntLE(PacketHeader.MEMBERSHIP_ID, 5));
        assertThat(a.ports.takeReplies()).isEmpty();
        assertThat(a.ports.events(Event.StopRequested.class)).isEmpty();
        assertThat(a.refused(Reason.WRONG_CONFIGURATION_HASH)).isEqualTo(2);
    }
}
