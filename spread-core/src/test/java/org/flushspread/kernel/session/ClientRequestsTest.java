package org.flushspread.kernel.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.flushspread.config.Options;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.FakeOutbound;
import org.flushspread.kernel.base.DeliveryThreshold;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.Outbound;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.PacketHeader;
import org.flushspread.wire.PacketType;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client may send, client-protocol 3 and 4. */
class ClientRequestsTest {
    private static final byte[] NOTHING = {};

    /** Cases of bad_messages.json that the C daemon lets pass and this one does not. */
    private static final Map<String, Reason> STRICTER =
            Map.of("data_len 14399952, num_groups 0: header accepted, waits for the body", Reason.BAD_MESSAGE_LENGTH);

    private static final Map<String, Reason> REASONS = Map.ofEntries(
            Map.entry("two service bits (0x30)", Reason.BAD_MESSAGE_TYPE),
            Map.entry("no service bit", Reason.BAD_MESSAGE_TYPE),
            Map.entry("service bit plus JOIN bit", Reason.BAD_MESSAGE_TYPE),
            Map.entry("JOIN and LEAVE bits", Reason.BAD_MESSAGE_TYPE),
            Map.entry("private group of someone else", Reason.BAD_SENDER),
            Map.entry("private group of another daemon", Reason.BAD_SENDER),
            Map.entry("private group malformed", Reason.BAD_SENDER),
            Map.entry("num_groups -1", Reason.BAD_GROUP_COUNT),
            Map.entry("num_groups 101", Reason.BAD_GROUP_COUNT),
            Map.entry("hint with low byte bit set (0x01)", Reason.BAD_HINT),
            Map.entry("data_len -1", Reason.BAD_MESSAGE_LENGTH),
            Map.entry("data_len 14399953, num_groups 0", Reason.BAD_MESSAGE_LENGTH),
            Map.entry("KILL with no groups", Reason.CLIENT_DISCONNECTED),
            Map.entry("KILL with a body", Reason.CLIENT_DISCONNECTED));

    private SessionBench bench = new SessionBench();

    @AfterEach
    void nothingLeaks() {
        bench.stop();
    }

    @Test
    void everyRecordedOddMessageEndsTheSessionWithItsReasonOrPasses() {
        int cases = 0;
        for (JsonNode node : SessionBench.vector("bad_messages.json").path("cases")) {
            String name = node.path("case").asText();
            String group = node.path("private_group").asText();
            Session session = bench.client(group.substring(1, group.lastIndexOf('#')));
            Session bystander = bench.client("other");
            bench.send(session, whole(node.path("sent_hex").asText(), group));
            boolean closed = !node.path("connection").asText().equals("open");
            Reason reason = STRICTER.containsKey(name) ? STRICTER.get(name) : REASONS.get(name);
            if (closed || STRICTER.containsKey(name)) {
                assertThat(reason).as(name).isNotNull();
                assertThat(bench.closed(session)).as(name).isEqualTo(reason);
                FakeOutbound.Submitted kill = bench.submitted();
                assertThat(kill.service())
                        .as(name)
                        .isEqualTo(reason == Reason.CLIENT_DISCONNECTED ? PacketType.AGREED : PacketType.SAFE);
                assertThat(bench.ring.next()).as(name).isNull();
                bench.deliver(kill.image(), 0x7f000001);
            } else {
                assertThat(bench.closed(session)).as(name).isNull();
                bench.order();
                String answer = node.path("daemon_sent_hex").asText();
                if (name.startsWith("AGREED with REJECT bit")) {
                    // C daemons let it through, and its sender's stream goes out of step (Q3)
                    assertThat(bench.takeHex(session)).as(name).startsWith("80004080");
                } else if (name.startsWith("AGREED with REG_MEMB bit")) {
                    String honest = answer.substring(0, 2) + "00" + answer.substring(4);
                    assertThat(bench.takeHex(session)).as(name).isEqualTo(honest);
                } else if (!answer.startsWith("8011")) { // a membership message is made by the groups
                    String expected = name.startsWith("num_groups 100")
                            ? node.path("sent_hex").asText()
                            : answer;
                    assertThat(shortened(bench.takeHex(session), expected))
                            .as(name)
                            .isEqualTo(expected);
                }
            }
            bench.send(bystander, SessionBench.message(0x10, "#other#d1", List.of("#other#d1"), NOTHING));
            bench.order();
            assertThat(bench.takeHex(bystander)).as(name).hasSize(160);
            bench.sessions.closed(bystander);
            bench.sessions.closed(session);
            bench.order();
            cases++;
        }
        assertThat(cases).isEqualTo(27);
    }

    @Test
    void everyServiceTravelsInItsPacketTypeWithItsTypeUntouched() {
        Session a = bench.client("a");
        int[][] carried = {
            {ServiceType.UNRELIABLE_MESS, PacketType.RELIABLE},
            {ServiceType.RELIABLE_MESS, PacketType.RELIABLE},
            {ServiceType.FIFO_MESS, PacketType.FIFO},
            {ServiceType.CAUSAL_MESS, PacketType.AGREED},
            {ServiceType.AGREED_MESS, PacketType.AGREED},
            {ServiceType.SAFE_MESS, PacketType.SAFE},
            {ServiceType.AGREED_MESS | ServiceType.SELF_DISCARD, PacketType.AGREED},
            {ServiceType.SAFE_MESS | ServiceType.DROP_RECV, PacketType.SAFE}
        };
        for (int[] each : carried) {
            byte[] message = SessionBench.message(each[0], "#a#d1", List.of("g"), new byte[] {1, 2, 3});
            bench.send(a, message);
            FakeOutbound.Submitted submitted = bench.submitted();
            assertThat(submitted.service()).isEqualTo(each[1]);
            assertThat(submitted.image()).isEqualTo(message);
        }
        for (int control : new int[] {ServiceType.JOIN_MESS, ServiceType.LEAVE_MESS}) {
            byte[] message = SessionBench.message(control, "#a#d1", List.of("g"), NOTHING);
            bench.send(a, message);
            FakeOutbound.Submitted submitted = bench.submitted();
            assertThat(submitted.service()).isEqualTo(PacketType.AGREED);
            assertThat(submitted.image()).isEqualTo(message);
        }
    }

    /** Whatever a C daemon lets through is carried, returned, or cleaned; only what it ends itself ends a session (client-protocol 3.3, 4.2). */
    @Test
    void everyTypeWordOfOneKindLeavesTheSessionOpen() {
        SplittableRandom random = new SplittableRandom(7);
        List<Integer> types = new ArrayList<>();
        for (int bit = 0; bit < 32; bit++) {
            types.add(1 << bit);
            types.add(ServiceType.AGREED_MESS | 1 << bit);
            types.add(ServiceType.JOIN_MESS | 1 << bit);
            types.add(ServiceType.LEAVE_MESS | 1 << bit);
        }
        for (int i = 0; i < 500; i++) {
            types.add(random.nextInt());
        }
        types.add(0);
        for (int type : types) {
            int clear = type & 0x7fffff7f;
            Session a = bench.client("a");
            bench.send(a, SessionBench.message(clear, "#a#d1", List.of("g"), NOTHING));
            boolean oneKind = Integer.bitCount(clear & 0x7003f) == 1;
            Reason expected =
                    oneKind ? ((clear & 0x40000) != 0 ? Reason.CLIENT_DISCONNECTED : null) : Reason.BAD_MESSAGE_TYPE;
            assertThat(bench.closed(a)).as("%08x", clear).isEqualTo(expected);
            if (expected == Reason.BAD_MESSAGE_TYPE) {
                assertThat(bench.takeHex(a)).as("it is told why").startsWith("80004080" + slot("#a#d1") + "01000000");
            } else if (expected == null && (clear & 0x3f) != 0 && (clear & 0x480000) != 0) {
                String returned = (clear & ServiceType.SELF_DISCARD) != 0 ? "" : "80004080";
                assertThat(bench.takeHex(a)).as("%08x is returned", clear).startsWith(returned);
                assertThat(bench.ring.next()).isNull();
            } else if (expected == null) {
                int carried = (clear & 0x3f) != 0 ? clear & ~0x3f00 : clear & 0x30000;
                assertThat(bench.submitted().image())
                        .as("%08x is carried", clear)
                        .isEqualTo(SessionBench.message(carried, "#a#d1", List.of("g"), NOTHING));
            }
            bench.sessions.closed(a);
            bench.order();
        }
    }

    private static String slot(String name) {
        return io.netty.buffer.ByteBufUtil.hexDump(
                SessionBench.bytes(out -> org.flushspread.wire.Name.of(name).write(out)));
    }

    @Test
    void aWordWithHalfAByteOrderTagIsBigEndian() {
        Session a = bench.client("a");
        byte[] message = SessionBench.message(0x10, "#a#d1", List.of("g"), NOTHING);
        message[3] = 0;
        bench.send(a, message);
        assertThat(bench.closed(a)).isEqualTo(Reason.BAD_MESSAGE_TYPE);
        Session b = bench.client("b");
        bench.send(b, "00000090" + "00".repeat(44));
        assertThat(bench.closed(b)).as("the type passes").isEqualTo(Reason.BAD_SENDER);
    }

    @Test
    void aBigEndianHeaderIsTurnedAndTheHintIsNot() {
        JsonNode vector = SessionBench.vector("big_endian_client.json").path("be_client");
        Session be = bench.client("be");
        bench.send(be, vector.path("join_sent").asText());
        assertThat(bench.submitted().image())
                .isEqualTo(withHint(SessionBench.message(ServiceType.JOIN_MESS, "#be#d1", List.of("g"), NOTHING), 0));
        bench.send(be, vector.path("data_sent").asText());
        assertThat(bench.submitted().hex())
                .isEqualTo(vector.path("received_after_data").asText());
    }

    @Test
    void garbageBehindTheNulOfASlotTravelsNoFurther() {
        Session a = bench.client("a");
        byte[] clean = SessionBench.message(0x10, "#a#d1", List.of("g", "#b#d1", ""), new byte[] {9, 9});
        byte[] dirty = clean.clone();
        for (int slot : new int[] {4, 48, 80, 112}) {
            int length = 0;
            while (dirty[slot + length] != 0) {
                length++;
            }
            Arrays.fill(dirty, slot + length + 1, slot + 32, (byte) 0xee);
            bench.send(a, dirty);
            assertThat(bench.submitted().image()).isEqualTo(clean);
        }
        byte[] join = SessionBench.message(ServiceType.JOIN_MESS, "#a#d1", List.of("g"), NOTHING);
        byte[] dirtyJoin = join.clone();
        Arrays.fill(dirtyJoin, 50, 80, (byte) 1);
        bench.send(a, dirtyJoin);
        assertThat(bench.submitted().image()).isEqualTo(join);
    }

    @Test
    void aDestinationWithoutNulIsCutAt31Bytes() {
        Session a = bench.client("a");
        byte[] message = SessionBench.message(0x10, "#a#d1", List.of("g".repeat(31)), NOTHING);
        message[79] = 'g';
        bench.send(a, message);
        message[79] = 0;
        assertThat(bench.submitted().image()).isEqualTo(message);
    }

    @Test
    void theBodyOfAJoinTravelsNoFurther() {
        Session a = bench.client("a");
        bench.send(a, SessionBench.message(ServiceType.JOIN_MESS, "#a#d1", List.of("g"), new byte[5000]));
        assertThat(bench.submitted().image())
                .isEqualTo(SessionBench.message(ServiceType.JOIN_MESS, "#a#d1", List.of("g"), NOTHING));
    }

    /** As at a C daemon: a library may refuse names, the daemon does not (client-protocol 4.1). */
    @Test
    void aJoinOrLeaveTakesAnyBytesAsAName() {
        for (int type : new int[] {ServiceType.JOIN_MESS, ServiceType.LEAVE_MESS}) {
            for (String group :
                    List.of("", "#x", "#b#d1", " ", "a b", "\u0001", "\u007f", "\u0080\u00ff", "g".repeat(31))) {
                Session a = bench.client("a");
                byte[] message = SessionBench.message(type, "#a#d1", List.of(group), NOTHING);
                bench.send(a, message);
                assertThat(bench.closed(a)).isNull();
                assertThat(bench.submitted().image()).isEqualTo(message);
                byte[] two = SessionBench.message(type, "#a#d1", List.of(group, "h"), NOTHING);
                bench.send(a, two);
                assertThat(bench.submitted().image()).as("the first one").isEqualTo(message);
                bench.sessions.closed(a);
                bench.order();
            }
            Session a = bench.client("a");
            byte[] message = SessionBench.message(type, "#a#d1", List.of("g".repeat(31)), NOTHING);
            byte[] unterminated = message.clone();
            unterminated[79] = 'g';
            bench.send(a, unterminated);
            assertThat(bench.submitted().image()).as("cut, as a destination is").isEqualTo(message);
            bench.sessions.closed(a);
            bench.order();
        }
    }

    @Test
    void aJoinOrLeaveWithoutAnyGroupIsReturned() {
        for (int type : new int[] {ServiceType.JOIN_MESS, ServiceType.LEAVE_MESS}) {
            Session a = bench.client("a");
            bench.send(a, SessionBench.message(type, "#a#d1", List.of(), NOTHING));
            assertThat(bench.closed(a)).isNull();
            assertThat(bench.takeHex(a)).startsWith("80004080" + slot("#a#d1") + "01000000");
            assertThat(bench.ring.next()).isNull();
            bench.sessions.closed(a);
            bench.order();
        }
    }

    @Test
    void theLengthLimitIsOneThatNoCDaemonChokesOn() {
        for (int groups : new int[] {0, 1, 100}) {
            List<String> names = Collections.nCopies(groups, "g");
            int most = MessageHeader.MAX_PAYLOAD - 32 * groups;
            for (int length : new int[] {most, most + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
                Session a = bench.client("a");
                byte[] header = Arrays.copyOf(SessionBench.message(0x10, "#a#d1", names, NOTHING), 48);
                Unpooled.wrappedBuffer(header).setIntLE(MessageHeader.DATA_LENGTH, length);
                bench.send(a, header);
                assertThat(bench.closed(a)).isEqualTo(length == most ? null : Reason.BAD_MESSAGE_LENGTH);
                bench.sessions.closed(a);
                bench.order();
            }
        }
        assertThat(MessageHeader.MAX_PAYLOAD).isEqualTo(14_319_951);
    }

    /** Two bytes more end a C daemon of 5.0.1, and all others of the ring with it (Q27). */
    @Test
    void inARingOfSpread5AMessageHasAHundredFragmentsAtTheMost() {
        bench.stop();
        bench = new SessionBench(RingVersion.SPREAD5);
        for (int groups : new int[] {0, 1, 100}) {
            int most = 143_151 - 32 * groups;
            for (int length : new int[] {most, most + 1}) {
                Session a = bench.client("a");
                byte[] header = Arrays.copyOf(
                        SessionBench.message(0x10, "#a#d1", Collections.nCopies(groups, "g"), NOTHING), 48);
                Unpooled.wrappedBuffer(header).setIntLE(MessageHeader.DATA_LENGTH, length);
                bench.send(a, header);
                assertThat(bench.closed(a)).isEqualTo(length == most ? null : Reason.BAD_MESSAGE_LENGTH);
                bench.sessions.closed(a);
                bench.order();
            }
        }
        assertThat((MessageHeader.LENGTH + MessageHeader.MAX_PAYLOAD_5) / PacketHeader.MAX_BODY)
                .isEqualTo(99);
    }

    @Test
    void theLargestMessageArrivesWhole() {
        Session a = bench.client("a");
        byte[] body = new byte[MessageHeader.MAX_PAYLOAD - 32];
        new SplittableRandom(3).nextBytes(body);
        byte[] message = SessionBench.message(0x20, "#a#d1", List.of("#a#d1"), body);
        for (int at = 0; at < message.length; at += 60_000) {
            bench.send(a, Arrays.copyOfRange(message, at, Math.min(message.length, at + 60_000)));
        }
        bench.order();
        assertThat(bench.ports.client(a).take()).isEqualTo(message);
    }

    @Test
    void aPromisedLengthAllocatesNothing() {
        Session a = bench.client("a");
        byte[] header = Arrays.copyOf(SessionBench.message(0x10, "#a#d1", List.of("g"), NOTHING), 48);
        Unpooled.wrappedBuffer(header).setIntLE(MessageHeader.DATA_LENGTH, MessageHeader.MAX_PAYLOAD - 32);
        bench.send(a, header);
        bench.send(a, new byte[100]);
        assertThat(bench.allocator.metric().usedHeapMemory()).isLessThan(10_000);
    }

    @Test
    void aStreamIsCutAtAnyByteIntoTheSameMessages() {
        ByteBuf stream = Unpooled.buffer();
        List<byte[]> messages = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 200; i++) {
            byte[] message = SessionBench.message(
                    ServiceType.FIFO_MESS,
                    "#a#d1",
                    Collections.nCopies(random.nextInt(4), "group" + i),
                    new byte[random.nextInt(i % 50 == 0 ? 9000 : 200)]);
            messages.add(message);
            stream.writeBytes(message);
        }
        byte[] all = SessionBench.bytes(out -> out.writeBytes(stream.duplicate()));
        for (int pieces = 0; pieces < 20; pieces++) {
            Session a = bench.client("a");
            for (int at = 0; at < all.length; ) {
                int end = Math.min(all.length, at + 1 + random.nextInt(pieces == 0 ? 1 : 50 * pieces * pieces));
                bench.send(a, Arrays.copyOfRange(all, at, end));
                at = end;
            }
            for (byte[] each : messages) {
                assertThat(bench.submitted().image()).isEqualTo(each);
            }
            assertThat(bench.ring.next()).isNull();
            bench.sessions.closed(a);
            bench.order();
        }
    }

    @Test
    void wholeCleanMessagesAreHandedOnFromWhereTheyLie() {
        Session a = bench.client("a");
        ByteBuf lent = Unpooled.buffer();
        for (int i = 0; i < 10; i++) {
            lent.writeBytes(SessionBench.message(0x10, "#a#d1", List.of("g"), new byte[i]));
        }
        bench.sessions.bytes(a, lent);
        assertThat(bench.ring.lastBuffer()).isSameAs(lent);
        assertThat(bench.ring.waiting()).isEqualTo(10);
    }

    @Test
    void aMessageOnItsWayToTheRingAllocatesNothing() {
        Session a = bench.client("a");
        ByteBuf lent = Unpooled.buffer();
        for (int i = 0; i < 200; i++) {
            lent.writeBytes(SessionBench.message(0x10, "#a#d1", List.of("g", "#b#d1"), new byte[100]));
        }
        Outbound counting = new CountingOutbound();
        SessionTable table = new SessionTable(1);
        LifeCycle life = new LifeCycle(bench.context, counting, table, new HandshakeList(bench.context));
        SlowSessions slows = new SlowSessions(bench.context, counting, table, life, new OutputBudget(1, 1));
        Rejections rejections = new Rejections(
                bench.context, life, new Deliveries(bench.context, table, life, slows, new OutputBudget(1, 1)));
        InputLimits limits = new InputLimits(bench.context, bench.ring, table, rejections, slows, new Budget(1));
        ClientRequests requests =
                new ClientRequests(bench.context, counting, life, rejections, limits, AccessPolicy.PERMIT);
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                lent.readerIndex(0);
                requests.read((ClientSession) a, lent, Integer.MAX_VALUE);
            }
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(counting.waiting()).isEqualTo(20 * 100 * 200);
        assertThat(allocated).isLessThan(100 * 200);
    }

    @Test
    void aDisconnectCountsWhenItsHeaderIsReadAndNothingBehindItDoes() {
        Session a = bench.client("a");
        byte[] kill = SessionBench.message(ServiceType.KILL_MESS, "#a#d1", List.of("#a#d1"), NOTHING);
        byte[] more = SessionBench.message(0x10, "#a#d1", List.of("#a#d1"), NOTHING);
        bench.send(a, more);
        bench.send(a, SessionBench.hex(Arrays.copyOf(kill, 48)) + SessionBench.hex(more));
        assertThat(bench.closed(a)).isEqualTo(Reason.CLIENT_DISCONNECTED);
        assertThat(bench.submitted().image()).isEqualTo(more);
        assertThat(bench.submitted().image()).isEqualTo(kill);
        assertThat(bench.ring.next()).isNull();
        bench.send(a, more);
        bench.sessions.closed(a);
        assertThat(bench.ring.next()).isNull();
        assertThat(bench.ports.events(Event.SessionClosed.class))
                .containsExactly(new Event.SessionClosed(a, "#a#d1", Reason.CLIENT_DISCONNECTED));
    }

    @Test
    void aLostClientIsAKillInSafeOrder() {
        Session a = bench.client("a");
        bench.sessions.closed(a);
        FakeOutbound.Submitted kill = bench.submitted();
        assertThat(kill.service()).isEqualTo(PacketType.SAFE);
        assertThat(kill.image()).isEqualTo(SessionBench.message(0x00040020, "#a#d1", List.of(), NOTHING));
        assertThat(bench.ports.client(a).closed()).isNull();
        assertThat(bench.sessions.find(Name.of("#a#d1"))).isSameAs(a);
        bench.deliver(kill.image(), 0x7f000001);
        assertThat(bench.sessions.find(Name.of("#a#d1"))).isNull();
    }

    @Test
    void aDeniedRequestIsReturnedAsTheRecordedReject() {
        bench.stop();
        bench = new SessionBench(KernelSettings.DEFAULTS, Options.DEFAULTS, new DenyingPolicy());
        Session a = bench.client("a");
        int rejects = 0;
        for (JsonNode step : SessionBench.vector("reject.json").path("steps")) {
            if (!step.path("kind").asText().equals("message")) {
                continue;
            }
            String hex = step.path("hex").asText();
            if (step.path("dir").asText().equals("C>D")) {
                bench.send(a, hex);
            } else if (hex.startsWith("80004080")) {
                assertThat(bench.takeHex(a)).isEqualTo(hex);
                rejects++;
            }
        }
        assertThat(rejects).isEqualTo(4);
    }

    @Test
    void aRejectOfAHundredGroupsKeepsAHundred() {
        bench.stop();
        bench = new SessionBench(KernelSettings.DEFAULTS, Options.DEFAULTS, new DenyingPolicy());
        Session a = bench.client("a");
        List<String> groups = new ArrayList<>(Collections.nCopies(100, "nosend"));
        bench.send(a, SessionBench.message(0x10, "#a#d1", groups, new byte[] {5}));
        ByteBuf answer = Unpooled.wrappedBuffer(bench.ports.client(a).take());
        assertThat(answer.isReadable()).isFalse();
        bench.sessions.turnEnded();
        answer = Unpooled.wrappedBuffer(bench.ports.client(a).take());
        assertThat(answer.readableBytes()).isEqualTo(48 + 4 + 3200 + 1);
        assertThat(MessageHeader.numGroups(answer, 0, true)).isEqualTo(100);
        assertThat(Name.read(answer, 52 + 99 * 32)).hasToString("#a#d1");
    }

    /** A ring that only counts. */
    private static final class CountingOutbound implements Outbound {
        private int messages;

        @Override
        public void submit(int service, ByteBuf image, int index, int length) {
            messages++;
        }

        @Override
        public void submitGroups(int service, ByteBuf image, int index, int length) {}

        @Override
        public void groupsOnly(boolean on) {}

        @Override
        public void clearGroups() {}

        @Override
        public void threshold(DeliveryThreshold level) {}

        @Override
        public int waiting() {
            return messages;
        }

        @Override
        public long waitingBytes() {
            return 0;
        }
    }

    /** The policy of the recorded daemon. */
    static final class DenyingPolicy implements AccessPolicy {
        @Override
        public boolean mayJoin(Session session, Name privateGroup, Name group) {
            return !group.toString().startsWith("nojoin");
        }

        @Override
        public boolean mayLeave(Session session, Name privateGroup, Name group) {
            return !group.toString().startsWith("noleave");
        }

        @Override
        public boolean maySendPrivate(Session session, Name privateGroup, ByteBuf message, int index) {
            return false;
        }

        @Override
        public boolean maySend(Session session, Name privateGroup, ByteBuf message, int index, int count) {
            return !Name.read(message, index).toString().startsWith("nosend");
        }
    }

    private static byte[] withHint(byte[] message, int hint) {
        Unpooled.wrappedBuffer(message).setIntLE(MessageHeader.HINT, hint);
        return message;
    }

    /** Long cases are recorded with their beginning only; the rest is more of the same slots. */
    private static byte[] whole(String hex, String group) {
        if (!hex.contains("...")) {
            return io.netty.buffer.ByteBufUtil.decodeHexDump(hex);
        }
        int groups = hex.contains("3280") ? 101 : 100;
        List<String> names = Collections.nCopies(groups, groups == 101 ? "g" : group);
        return SessionBench.message(0x10, group, names, NOTHING);
    }

    private static String shortened(String actual, String expected) {
        int cut = expected.indexOf("...");
        return cut < 0 ? actual : actual.substring(0, cut) + expected.substring(cut);
    }
}
