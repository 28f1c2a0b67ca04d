package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.flushspread.client.Mailbox;
import org.flushspread.client.ReceivedMessage;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * The FL_ procedures by the tables of flush-protocol 2.2 to 2.4 and 2.6, and by the man pages.
 *
 * <p>Rows of 2.3: all of them in order, {@link #theFirstCheckThatFailsWins}; moreover 1 {@link #everyFunctionKnowsAnUnknownMailbox}, 3
 * {@link #check3RefusesEachReservedBit}, 5 {@link #scatterOfAReceiveHasAHundredElementsAtTheMost} (a negative length is no ByteBuffer), 6
 * {@link #check6IsForRegularGroupsWithoutTheirView} and {@link #joinLeaveAndFlushByTheTable} (leaving), 7 and 8
 * {@link #check7ComesAfter6AndBefore8AndNeverForPrivateGroups}, 11 {@link #check11ALostConnectionClosesTheMailbox} and
 * {@link #check11ASendThatMeetsALostConnectionClosesTheMailbox}.
 *
 * <p>Man pages: FL_connect {@link #connectAnswersWithTheCodesOfSpread}; FL_disconnect {@link #everyFunctionKnowsAnUnknownMailbox},
 * {@link #disconnectWakesAReceiver}; FL_join, FL_leave, FL_flush {@link #joinLeaveAndFlushByTheTable},
 * {@link #flushIsAcceptedBeforeItsRequestIsRead}; the sends as above; FL_receive {@link #aShortBufferConsumesNothingAndTellsWhatIsNeeded},
 * {@link #dropReceivesWhatFits}, {@link #aViewWithoutRoomIsKeptToo}, {@link #aSecondReceiverDoesNotWaitIfToldSo} (WOULD_BLOCK; a negative
 * number of groups is no array); FL_poll, FL_more_msgs, FL_version {@link #pollCountsBytesAndVersionIsTwo}.
 */
@Timeout(120)
class FlTest {
    private static final int FIFO = ServiceType.FIFO_MESS;

    private final TestDaemon daemon = new TestDaemon();
    private final List<Mailbox> open = new ArrayList<>();
    private final ReceivedMessage m = new ReceivedMessage(100);
    private Mailbox a = new Mailbox();
    private int names;

    @BeforeEach
    void connectA() {
        a = connect("a");
    }

    private Mailbox connect(String name) {
        Mailbox mbox = new Mailbox();
        assertThat(Fl.FL_connect(daemon.name(), name, 0, mbox)).isEqualTo(SpreadCode.ACCEPT_SESSION.code());
        assertThat(mbox.private_group).isEqualTo("#" + name + "#t1");
        open.add(mbox);
        return mbox;
    }

    @AfterEach
    void close() {
        open.forEach(Fl::FL_disconnect);
        daemon.close();
    }

    private int receive(Mailbox mbox) {
        m.service_type = 0;
        return Fl.FL_receive(mbox, m, ByteBuffer.allocate(10_000));
    }

    private void awaitService(Mailbox mbox, int bit) {
        do {
            assertThat(receive(mbox)).isGreaterThanOrEqualTo(0);
        } while ((m.service_type & bit) == 0);
    }

    private void join(Mailbox mbox) {
        assertThat(Fl.FL_join(mbox, "g")).isZero();
        awaitService(mbox, ServiceType.REG_MEMB_MESS);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static int send(Mailbox mbox, int service, String group, int type) {
        return Fl.FL_multicast(mbox, service, group, (short) type, text("x"));
    }

    private static int code(SpreadCode code) {
        return code.code();
    }

    // ---- the order of the checks (2.3): each row breaks one rule and all later ones

    @TestFactory
    Stream<DynamicTest> theFirstCheckThatFailsWins() {
        ByteBuffer[] many = Collections.nCopies(100, text("")).toArray(new ByteBuffer[0]);
        String[] nobody = {"#zz#t1"};
        int bad = 0x1000;
        short badType = -32766;
        join(a);
        return Stream.of(
                check(
                        1,
                        "mailbox",
                        SpreadCode.ILLEGAL_SESSION,
                        () -> Fl.FL_scat_subgroupcast(new Mailbox(), bad, "nosuch", -1, nobody, badType, many)),
                check(
                        2,
                        "receivers below 0",
                        SpreadCode.ILLEGAL_PARAM,
                        () -> Fl.FL_scat_subgroupcast(a, bad, "nosuch", -1, nobody, badType, many)),
                check(
                        2,
                        "no receivers (Q15)",
                        SpreadCode.ILLEGAL_PARAM,
                        () -> Fl.FL_scat_subgroupcast(a, bad, "nosuch", 0, nobody, badType, many)),
                check(
                        2,
                        "101 receivers (Q15)",
                        SpreadCode.ILLEGAL_PARAM,
                        () -> Fl.FL_scat_subgroupcast(
                                a,
                                bad,
                                "nosuch",
                                101,
                                Collections.nCopies(101, "#a#t1").toArray(new String[0]),
                                badType,
                                many)),
                check(
                        3,
                        "reserved bits",
                        SpreadCode.ILLEGAL_SERVICE,
                        () -> Fl.FL_scat_subgroupcast(a, bad, "nosuch", 1, nobody, badType, many)),
                check(
                        4,
                        "reserved type",
                        SpreadCode.ILLEGAL_MESSAGE_TYPE,
                        () -> Fl.FL_scat_subgroupcast(a, 0, "nosuch", 1, nobody, badType, many)),
                check(
                        5,
                        "100 elements",
                        SpreadCode.ILLEGAL_MESSAGE,
                        () -> Fl.FL_scat_subgroupcast(a, 0, "nosuch", 1, nobody, (short) 0, many)),
                check(
                        6,
                        "not a member",
                        SpreadCode.ILLEGAL_GROUP,
                        () -> Fl.FL_scat_subgroupcast(a, 0, "nosuch", 1, nobody, (short) 0)),
                check(
                        8,
                        "receivers",
                        SpreadCode.ILLEGAL_RECEIVERS,
                        () -> Fl.FL_scat_subgroupcast(a, 0, "g", 1, nobody, (short) 0)),
                check(
                        8,
                        "private group and other receiver",
                        SpreadCode.ILLEGAL_RECEIVERS,
                        () -> Fl.FL_scat_subgroupcast(a, 0, "#a#t1", 1, nobody, (short) 0)),
                check(
                        9,
                        "no service",
                        SpreadCode.ILLEGAL_SERVICE,
                        () -> Fl.FL_scat_subgroupcast(a, 0, "g", 1, new String[] {"#a#t1"}, (short) 0)),
                check(
                        9,
                        "two services (Q14)",
                        SpreadCode.ILLEGAL_SERVICE,
                        () -> send(a, FIFO | ServiceType.SAFE_MESS, "g", 0)),
                check(
                        10,
                        "too long with trailer",
                        SpreadCode.MESSAGE_TOO_LONG,
                        () -> Fl.FL_unicast(
                                a,
                                FIFO,
                                "g",
                                "#a#t1",
                                (short) 0,
                                ByteBuffer.allocate(MessageHeader.MAX_PAYLOAD - 63))));
    }

    private static DynamicTest check(int row, String what, SpreadCode expected, java.util.function.IntSupplier call) {
        return DynamicTest.dynamicTest(
                row + " " + what, () -> assertThat(call.getAsInt()).isEqualTo(code(expected)));
    }

    @Test
    void check3RefusesEachReservedBit() {
        join(a);
        for (int bit : new int[] {
            0x20000000,
            0x100,
            0x200,
            0x400,
            0x800,
            0x1000,
            0x2000,
            0x80,
            0x80000000,
            0x4000,
            0x8000,
            0x10000,
            0x20000,
            0x40000,
            0x80000,
            0x100000,
            0x200000,
            0x400000
        }) {
            assertThat(send(a, FIFO | bit, "g", 0)).as("0x%x", bit).isEqualTo(code(SpreadCode.ILLEGAL_SERVICE));
        }
        for (int bit : new int[] {Fl.DONT_BLOCK, Fl.DROP_RECV, Fl.SUBGROUP_CAST, ServiceType.SELF_DISCARD}) {
            assertThat(send(a, FIFO | bit, "g", 0)).as("0x%x", bit).isEqualTo(1);
        }
    }

    @Test
    void everyServiceBitIsRefusedOrDeliveredAndCostsNoSession() {
        join(a);
        for (int at = 0; at < 32; at++) {
            int bit = 1 << at;
            int service = (bit & ServiceType.REGULAR_MESS) == 0 ? ServiceType.SAFE_MESS | bit : bit;
            for (String to : new String[] {"g", "#a#t1"}) {
                int sent = send(a, service, to, 3);
                if (sent == 1 && bit != ServiceType.SELF_DISCARD) {
                    awaitService(a, ServiceType.REGULAR_MESS);
                    int shown = bit == Fl.DONT_BLOCK || bit == Fl.DROP_RECV || bit == Fl.SUBGROUP_CAST
                            ? ServiceType.SAFE_MESS
                            : service;
                    assertThat(m.service_type)
                            .as("0x%x to %s (Q30)", service, to)
                            .isEqualTo(shown);
                } else if (sent != 1) {
                    assertThat(sent).as("0x%x to %s", service, to).isEqualTo(code(SpreadCode.ILLEGAL_SERVICE));
                }
            }
            int sent = Fl.FL_unicast(a, service, "g", "#a#t1", (short) 3, text("x"));
            assertThat(sent).as("0x%x", service).isIn(1, code(SpreadCode.ILLEGAL_SERVICE));
            if (sent == 1 && bit != ServiceType.SELF_DISCARD) {
                awaitService(a, ServiceType.REGULAR_MESS);
                assertThat(m.service_type & (Fl.DONT_BLOCK | Fl.DROP_RECV)).isZero();
            }
        }
        assertThat(send(a, FIFO, "g", 0)).as("the session lives").isEqualTo(1);
    }

    @Test
    void nullIsAnAnswerAndNoException() {
        join(a);
        int illegalGroup = code(SpreadCode.ILLEGAL_GROUP);
        ByteBuffer x = text("x");
        assertThat(Fl.FL_join(a, null)).isEqualTo(illegalGroup);
        assertThat(Fl.FL_leave(a, null)).isEqualTo(illegalGroup);
        assertThat(Fl.FL_flush(a, null)).isEqualTo(illegalGroup);
        assertThat(Fl.FL_multicast(a, FIFO, null, (short) 0, x)).isEqualTo(illegalGroup);
        assertThat(Fl.FL_scat_multicast(a, FIFO, null, (short) 0, x)).isEqualTo(illegalGroup);
        assertThat(Fl.FL_unicast(a, FIFO, null, "#a#t1", (short) 0, x)).isEqualTo(illegalGroup);
        assertThat(Fl.FL_unicast(a, FIFO, "g", null, (short) 0, x)).isEqualTo(code(SpreadCode.ILLEGAL_RECEIVERS));
        assertThat(Fl.FL_scat_unicast(a, FIFO, "g", null, (short) 0, x)).isEqualTo(code(SpreadCode.ILLEGAL_RECEIVERS));
        assertThat(Fl.FL_subgroupcast(a, FIFO, "g", 2, new String[] {"#a#t1", null}, (short) 0, x))
                .isEqualTo(code(SpreadCode.ILLEGAL_RECEIVERS));
        assertThat(Fl.FL_subgroupcast(a, FIFO, "g", 1, null, (short) 0, x)).isEqualTo(code(SpreadCode.ILLEGAL_PARAM));
        assertThat(Fl.FL_scat_subgroupcast(a, FIFO, null, 1, new String[] {"#a#t1"}, (short) 0, x))
                .isEqualTo(illegalGroup);
        int illegalMessage = code(SpreadCode.ILLEGAL_MESSAGE);
        assertThat(Fl.FL_multicast(a, FIFO, "g", (short) 0, null)).isEqualTo(illegalMessage);
        assertThat(Fl.FL_scat_multicast(a, FIFO, "g", (short) 0, (ByteBuffer[]) null))
                .isEqualTo(illegalMessage);
        assertThat(Fl.FL_unicast(a, FIFO, "g", "#a#t1", (short) 0, null)).isEqualTo(illegalMessage);
        assertThat(Fl.FL_receive(a, m, null)).isEqualTo(illegalMessage);
        assertThat(Fl.FL_scat_receive(a, m, (ByteBuffer[]) null)).isEqualTo(illegalMessage);
        assertThat(List.of(
                        Fl.FL_disconnect(null),
                        Fl.FL_join(null, "g"),
                        Fl.FL_leave(null, "g"),
                        Fl.FL_flush(null, "g"),
                        Fl.FL_multicast(null, FIFO, "g", (short) 0, x),
                        Fl.FL_unicast(null, FIFO, "g", "#a#t1", (short) 0, x),
                        Fl.FL_receive(null, m, x),
                        Fl.FL_poll(null),
                        Fl.FL_more_msgs(null)))
                .containsOnly(code(SpreadCode.ILLEGAL_SESSION));
        assertThat(send(a, FIFO, "g", 0)).as("nothing of it did harm").isEqualTo(1);
    }

    @Test
    void errorsArePrintedWithTheTextsOfC() {
        java.io.PrintStream out = System.out;
        java.io.ByteArrayOutputStream printed = new java.io.ByteArrayOutputStream();
        System.setOut(new java.io.PrintStream(printed, true, StandardCharsets.US_ASCII));
        try {
            for (int code = -24; code >= -29; code--) {
                Fl.FL_error(code);
            }
            for (int code : new int[] {-14, -8, 0, -20, 7, Integer.MIN_VALUE}) {
                Fl.FL_error(code);
            }
        } finally {
            System.setOut(out);
        }
        assertThat(printed.toString(StandardCharsets.US_ASCII).lines())
                .containsExactly(
                        "FL_error: (-24) Illegal parameter (eg a negative size) passed to a function.",
                        "FL_error: (-25) Function call would have blocked.",
                        "FL_error: (-26) Illegal message type (int16) used, value < FL_MIN_LEGAL_MESS_TYPE(-32765).",
                        "FL_error: (-27) Function call peformed in a prohibited state.",
                        "FL_error: (-28) Illegal receivers specified.",
                        "SP_error: (-29) unrecognized error",
                        "SP_error: (-14) Illegal group",
                        "SP_error: (-8) Connection closed by spread",
                        "SP_error: (0) unrecognized error",
                        "SP_error: (-20) Illegal time",
                        "SP_error: (7) unrecognized error",
                        "SP_error: (-2147483648) unrecognized error");
    }

    @Test
    void check7ComesAfter6AndBefore8AndNeverForPrivateGroups() {
        join(a);
        Mailbox b = connect("b");
        assertThat(Fl.FL_join(b, "g")).isZero();
        awaitService(a, Fl.FLUSH_REQ_MESS);
        assertThat(send(a, FIFO, "g", 0)).as("between request and flush").isEqualTo(1);
        assertThat(Fl.FL_unicast(a, FIFO, "g", "#b#t1", (short) 0, text("x")))
                .as("a joiner is no receiver")
                .isEqualTo(code(SpreadCode.ILLEGAL_RECEIVERS));
        assertThat(Fl.FL_flush(a, "g")).isZero();
        assertThat(Fl.FL_unicast(a, 0, "g", "#zz#t1", (short) 0, text("x"))).isEqualTo(code(SpreadCode.ILLEGAL_STATE));
        assertThat(send(a, FIFO, "nosuch", 0)).isEqualTo(code(SpreadCode.ILLEGAL_GROUP));
        assertThat(send(a, FIFO, "#a#t1", 0)).isEqualTo(1);
        assertThat(Fl.FL_flush(a, "g")).as("second flush").isEqualTo(code(SpreadCode.ILLEGAL_STATE));
    }

    @Test
    void check6IsForRegularGroupsWithoutTheirView() {
        int illegalGroup = code(SpreadCode.ILLEGAL_GROUP);
        for (String name : new String[] {"", "nosuch", "x".repeat(32), "x".repeat(40)}) {
            assertThat(send(a, FIFO, name, 0)).as("'" + name + "' (man page)").isEqualTo(illegalGroup);
            assertThat(Fl.FL_unicast(a, FIFO, name, "#a#t1", (short) 0, text("x")))
                    .as("'" + name + "'")
                    .isEqualTo(illegalGroup);
        }
        assertThat(Fl.FL_join(a, "g")).isZero();
        assertThat(send(a, FIFO, "g", 0)).as("joining").isEqualTo(illegalGroup);
        awaitService(a, ServiceType.REG_MEMB_MESS);
        assertThat(send(a, FIFO, "g", 0)).isEqualTo(1);
    }

    @Test
    void check11ASendThatMeetsALostConnectionClosesTheMailbox() {
        List<java.util.function.ToIntFunction<Mailbox>> calls = List.of(
                mbox -> send(mbox, FIFO, "#a#t1", 0),
                mbox -> Fl.FL_subgroupcast(
                        mbox, FIFO, "#a#t1", 1, new String[] {"#a#t1"}, (short) 0, ByteBuffer.allocate(100_000)),
                mbox -> Fl.FL_join(mbox, "n" + names++));
        for (var call : calls) {
            String name = "l" + names++;
            Mailbox lost = connect(name);
            daemon.drop("#" + name + "#t1");
            int code = call.applyAsInt(lost);
            // The end may reach this side only after some of what is sent was taken by the system.
            for (int i = 0; code >= 0 && i < 1_000_000; i++) {
                code = call.applyAsInt(lost);
            }
            assertThat(code).isEqualTo(code(SpreadCode.CONNECTION_CLOSED));
            assertThat(call.applyAsInt(lost)).isEqualTo(code(SpreadCode.ILLEGAL_SESSION));
            assertThat(Fl.FL_more_msgs(lost)).isEqualTo(code(SpreadCode.ILLEGAL_SESSION));
        }
    }

    @Test
    void connectAnswersWithTheCodesOfSpread() {
        assertThat(Fl.FL_connect("no@port@here", "x", 0, new Mailbox())).isEqualTo(code(SpreadCode.ILLEGAL_SPREAD));
        assertThat(Fl.FL_connect("70000@127.0.0.1", "x", 0, new Mailbox())).isEqualTo(code(SpreadCode.ILLEGAL_SPREAD));
        assertThat(Fl.FL_connect(daemon.name(), "a", 0, new Mailbox())).isEqualTo(code(SpreadCode.REJECT_NOT_UNIQUE));
        assertThat(Fl.FL_connect("1@127.0.0.1", "x", 0, new Mailbox())).isEqualTo(code(SpreadCode.COULD_NOT_CONNECT));
    }

    @Test
    void scatterOfAReceiveHasAHundredElementsAtTheMost() {
        join(a);
        assertThat(send(a, FIFO, "#a#t1", 3)).isEqualTo(1);
        ByteBuffer[] parts = Collections.nCopies(101, text("")).toArray(new ByteBuffer[0]);
        m.service_type = 0;
        assertThat(Fl.FL_scat_receive(a, m, parts)).isEqualTo(code(SpreadCode.ILLEGAL_MESSAGE));
        parts = Collections.nCopies(100, text("")).toArray(new ByteBuffer[0]);
        parts[99] = ByteBuffer.allocate(10);
        assertThat(Fl.FL_scat_receive(a, m, parts)).isEqualTo(1);
        ByteBuffer[] ninetyNine = Collections.nCopies(99, text("")).toArray(new ByteBuffer[0]);
        assertThat(Fl.FL_scat_multicast(a, FIFO, "g", (short) 0, ninetyNine)).isZero();
    }

    @Test
    void check11ALostConnectionClosesTheMailbox() {
        join(a);
        daemon.drop("#a#t1");
        m.service_type = 0;
        assertThat(receive(a)).isEqualTo(code(SpreadCode.CONNECTION_CLOSED));
        assertThat(receive(a)).isEqualTo(code(SpreadCode.ILLEGAL_SESSION));
        assertThat(send(a, FIFO, "g", 0)).isEqualTo(code(SpreadCode.ILLEGAL_SESSION));
        assertThat(Fl.FL_disconnect(a)).isEqualTo(code(SpreadCode.ILLEGAL_SESSION));
    }

    // ---- the functions (2.2, 2.6)

    @Test
    void everyFunctionKnowsAnUnknownMailbox() {
        Mailbox none = new Mailbox();
        int expected = code(SpreadCode.ILLEGAL_SESSION);
        assertThat(List.of(
                        Fl.FL_disconnect(none),
                        Fl.FL_join(none, "g"),
                        Fl.FL_leave(none, "g"),
                        Fl.FL_flush(none, "g"),
                        send(none, FIFO, "g", 0),
                        Fl.FL_unicast(none, FIFO, "g", "#a#t1", (short) 0, text("x")),
                        Fl.FL_scat_unicast(none, FIFO, "g", "#a#t1", (short) 0, text("x")),
                        Fl.FL_subgroupcast(none, FIFO, "g", 0, new String[0], (short) 0, text("x")),
                        receive(none),
                        Fl.FL_poll(none),
                        Fl.FL_more_msgs(none)))
                .containsOnly(expected);
    }

    @Test
    void joinLeaveAndFlushByTheTable() {
        int illegalGroup = code(SpreadCode.ILLEGAL_GROUP);
        for (String name : new String[] {"", "x".repeat(32), "bad#name", "no space", "\u0001"}) {
            assertThat(Fl.FL_join(a, name)).as(name).isEqualTo(illegalGroup);
        }
        assertThat(Fl.FL_leave(a, "g")).isEqualTo(illegalGroup);
        assertThat(Fl.FL_flush(a, "g")).isEqualTo(illegalGroup);
        assertThat(Fl.FL_join(a, "g")).isZero();
        assertThat(Fl.FL_join(a, "g")).as("man page; Q5").isEqualTo(illegalGroup);
        assertThat(Fl.FL_leave(a, "g")).as("joining").isEqualTo(illegalGroup);
        awaitService(a, ServiceType.REG_MEMB_MESS);
        assertThat(Fl.FL_join(a, "g")).isEqualTo(illegalGroup);
        assertThat(Fl.FL_flush(a, "g")).as("nothing asked").isEqualTo(code(SpreadCode.ILLEGAL_STATE));
        assertThat(Fl.FL_leave(a, "g")).isZero();
        assertThat(Fl.FL_leave(a, "g")).as("leaving").isEqualTo(illegalGroup);
        assertThat(Fl.FL_flush(a, "g")).as("leaving").isEqualTo(illegalGroup);
        assertThat(Fl.FL_join(a, "g")).as("leaving").isEqualTo(illegalGroup);
        assertThat(send(a, FIFO, "g", 0)).as("leaving").isEqualTo(illegalGroup);
        awaitService(a, ServiceType.CAUSED_BY_LEAVE);
        assertThat(Fl.Is_self_leave(m.service_type)).isTrue();
        assertThat(m.sender).isEqualTo("g");
        assertThat(m.num_groups).isZero();
        assertThat(m.mess_type).as("man page; Q19").isZero();
        assertThat(Fl.FL_join(a, "g")).as("again").isZero();
    }

    @Test
    void flushIsAcceptedBeforeItsRequestIsRead() {
        join(a);
        Mailbox b = connect("b");
        Mailbox c = connect("c");
        assertThat(Fl.FL_join(b, "g")).isZero();
        awaitService(a, Fl.FLUSH_REQ_MESS);
        assertThat(Fl.FL_join(c, "g")).isZero();
        // c's view of its own group shows that the daemon has seen c join g.
        assertThat(Fl.FL_join(c, "x")).isZero();
        awaitService(c, ServiceType.REG_MEMB_MESS);
        assertThat(Fl.FL_flush(a, "g")).isZero();
        assertThat(Fl.FL_join(b, "h")).isZero();
        awaitService(b, ServiceType.REG_MEMB_MESS);
        // The view and the request for the next change come with one message: the request waits inside.
        awaitService(a, ServiceType.REG_MEMB_MESS);
        assertThat(m.more_msgs).isEqualTo(1);
        assertThat(Fl.FL_more_msgs(a)).isEqualTo(1);
        assertThat(Fl.FL_flush(a, "g")).isZero();
        assertThat(receive(a)).isZero();
        assertThat(Fl.Is_flush_req_mess(m.service_type)).isTrue();
    }

    @Test
    void aViewHasItsIdAndSetInTheBody() {
        join(a);
        Mailbox b = connect("b");
        assertThat(Fl.FL_join(b, "g")).isZero();
        awaitService(a, Fl.FLUSH_REQ_MESS);
        assertThat(m.sender).isEqualTo("g");
        assertThat(m.service_type).isEqualTo(Fl.FLUSH_REQ_MESS);
        assertThat(Fl.FL_flush(a, "g")).isZero();
        CompletableFuture<Void> other = CompletableFuture.runAsync(
                () -> {
                    ReceivedMessage out = new ReceivedMessage(10);
                    Fl.FL_receive(b, out, ByteBuffer.allocate(1000));
                },
                FlTest::thread);
        ByteBuffer body = ByteBuffer.allocate(1000).order(ByteOrder.nativeOrder());
        m.service_type = 0;
        assertThat(Fl.FL_receive(a, m, body)).isEqualTo(48);
        other.join();
        assertThat(m.service_type).isEqualTo(ServiceType.REG_MEMB_MESS | ServiceType.CAUSED_BY_JOIN);
        assertThat(m.num_groups).isEqualTo(2);
        assertThat(m.groups[m.mess_type]).isEqualTo("#a#t1");
        assertThat(body.getInt(Fl.FL_get_gid_offset_memb_mess())).isEqualTo(0x7f000001);
        assertThat(body.getInt(Fl.FL_get_num_vs_offset_memb_mess())).isEqualTo(1);
        assertThat((char) body.get(Fl.FL_get_vs_set_offset_memb_mess() + 1)).isEqualTo('b');
    }

    // ---- short buffers (2.4; Q6 and Q7 mended)

    @Test
    void aShortBufferConsumesNothingAndTellsWhatIsNeeded() {
        join(a);
        assertThat(Fl.FL_unicast(a, FIFO, "g", "#a#t1", (short) 6, text("0123456789")))
                .isEqualTo(10);
        m.service_type = 0;
        assertThat(Fl.FL_receive(a, m, ByteBuffer.allocate(9))).isEqualTo(code(SpreadCode.BUFFER_TOO_SHORT));
        assertThat(m.service_type).isEqualTo(FIFO | Fl.SUBGROUP_CAST);
        assertThat(m.mess_type).isEqualTo((short) 6);
        assertThat(m.num_groups).isZero();
        assertThat(m.endian_mismatch).as("without trailers").isEqualTo(-10);
        ReceivedMessage small = new ReceivedMessage(1);
        assertThat(Fl.FL_receive(a, small, ByteBuffer.allocate(9))).isEqualTo(code(SpreadCode.GROUPS_TOO_SHORT));
        assertThat(small.num_groups).isEqualTo(-2);
        assertThat(small.endian_mismatch).isEqualTo(-10);
        ByteBuffer[] parts = {ByteBuffer.allocate(3), ByteBuffer.allocate(7)};
        m.service_type = 0;
        assertThat(Fl.FL_scat_receive(a, m, parts)).isEqualTo(10);
        assertThat(new String(parts[1].array(), StandardCharsets.US_ASCII)).isEqualTo("3456789");
        assertThat(m.groups[0]).isEqualTo("#a#t1");
        assertThat(m.groups[1]).isEqualTo("g");
    }

    @Test
    void dropReceivesWhatFits() {
        join(a);
        assertThat(Fl.FL_subgroupcast(a, FIFO, "g", 2, new String[] {"#a#t1", "#a#t1"}, (short) 7, text("0123456789")))
                .isEqualTo(10);
        ReceivedMessage small = new ReceivedMessage(2);
        small.service_type = Fl.DROP_RECV;
        ByteBuffer body = ByteBuffer.allocate(4);
        assertThat(Fl.FL_receive(a, small, body)).isEqualTo(code(SpreadCode.GROUPS_TOO_SHORT));
        assertThat(small.num_groups).isEqualTo(-3);
        assertThat(small.groups[1]).as("the group comes last").isEqualTo("g");
        assertThat(small.endian_mismatch).isZero();
        assertThat(body.hasRemaining()).isFalse();
        m.service_type = Fl.DONT_BLOCK;
        assertThat(Fl.FL_receive(a, m, ByteBuffer.allocate(9))).isEqualTo(code(SpreadCode.WOULD_BLOCK));
    }

    @Test
    void aViewWithoutRoomIsKeptToo() {
        assertThat(Fl.FL_join(a, "g")).isZero();
        m.service_type = 0;
        assertThat(Fl.FL_receive(a, m, ByteBuffer.allocate(4))).isEqualTo(code(SpreadCode.BUFFER_TOO_SHORT));
        assertThat(m.endian_mismatch).isEqualTo(-48);
        assertThat(receive(a)).isEqualTo(48);
    }

    // ---- threads and the rest

    @Test
    void disconnectWakesAReceiver() throws Exception {
        CompletableFuture<Integer> result = CompletableFuture.supplyAsync(() -> receive(a), FlTest::thread);
        assertThat(Fl.FL_disconnect(a)).isZero();
        assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo(code(SpreadCode.ILLEGAL_SESSION));
    }

    @Test
    void aSecondReceiverDoesNotWaitIfToldSo() {
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> receive(a), FlTest::thread);
        ReceivedMessage other = new ReceivedMessage(10);
        other.service_type = Fl.DONT_BLOCK;
        assertThat(Fl.FL_receive(a, other, ByteBuffer.allocate(10))).isEqualTo(code(SpreadCode.WOULD_BLOCK));
        assertThat(send(a, FIFO, "#a#t1", 3)).as("while the other receives").isEqualTo(1);
        assertThat(first.join()).isEqualTo(1);
    }

    @Test
    void pollCountsBytesAndVersionIsTwo() {
        assertThat(Fl.FL_poll(a)).isZero();
        assertThat(send(a, FIFO, "#a#t1", 3)).isEqualTo(1);
        int bytes = 0;
        while (bytes == 0) {
            bytes = Fl.FL_poll(a);
        }
        assertThat(bytes).isPositive();
        int[][] version = {{0}, {9}, {9}};
        Fl.FL_version(version[0], version[1], version[2]);
        assertThat(version).isEqualTo(new int[][] {{2}, {0}, {0}});
        Fl.FL_lib_init();
        assertThat(Fl.FL_lib_init()).isEqualTo(code(SpreadCode.ILLEGAL_STATE));
    }

    /** A thread for each task: the common pool may have a single thread, and these tasks wait for one another. */
    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "test task");
        thread.setDaemon(true);
        thread.start();
    }
}
