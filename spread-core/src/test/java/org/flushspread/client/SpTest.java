package org.flushspread.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The SP_ procedures: table 7.3 of client-protocol. What they receive is {@link SpReceiveTest}'s. */
class SpTest extends SpAtFakeDaemon {
    @Test
    void versionIs440() {
        int[] major = {0};
        int[] minor = {0};
        int[] patch = {-1};
        assertThat(Sp.SP_version(major, minor, patch)).isEqualTo(1);
        assertThat(List.of(major[0], minor[0], patch[0])).containsExactly(4, 4, 0);
        assertThat(Sp.SP_version(null, minor, patch)).isZero();
    }

    @Test
    void connectAnswersTheCodesOfTheCLibraryAndLeavesTheMailboxAlone() {
        Mailbox other = new Mailbox();
        assertThat(Sp.SP_connect("no port", "a", 0, true, other)).isEqualTo(-1);
        assertThat(Sp.SP_connect("15799@127.0.0.1", "a", 0, true, other)).isEqualTo(-2);
        assertThat(Sp.SP_connect("15799@127.0.0.1", "a b", 0, true, other)).isEqualTo(-5);
        assertThat(Sp.SP_disconnect(other)).isEqualTo(ILLEGAL_SESSION);
        assertThat(other.private_group).isEmpty();
    }

    @Test
    void aRefusalIsAnsweredAsItIsEvenIfNobodyKnowsTheCode() {
        for (int code : new int[] {-3, -6, -9, -100}) {
            try (FakeDaemon refusing = FakeDaemon.listen()) {
                CompletableFuture<Void> refused = CompletableFuture.runAsync(
                        () -> {
                            refusing.receive(6);
                            refusing.send(new byte[] {(byte) code});
                        },
                        FakeDaemon.THREADS);
                assertThat(Sp.SP_connect(refusing.name(), "a", 0, true, new Mailbox()))
                        .isEqualTo(code);
                refused.join();
            }
        }
    }

    @Test
    void aPrivateNameIsCutToTenAndNoNameLetsTheDaemonChoose() throws Exception {
        try (FakeDaemon second = FakeDaemon.listen();
                FakeDaemon third = FakeDaemon.listen()) {
            CompletableFuture<Void> accepting = second.acceptAs("elevenchar");
            Mailbox other = new Mailbox();
            assertThat(Sp.SP_connect(second.name(), "elevencharacters", 0, true, other))
                    .isEqualTo(1);
            accepting.get(60, TimeUnit.SECONDS);
            assertThat(other.private_group).isEqualTo("#elevenchar#d1");
            Sp.SP_kill(other);
            accepting = third.acceptAs("");
            assertThat(Sp.SP_connect_timeout(third.name(), null, 0, true, other, new SpTime(10, 0)))
                    .isEqualTo(1);
            accepting.get(60, TimeUnit.SECONDS);
            Sp.SP_kill(other);
        }
    }

    @Test
    void connectTimeoutEndsASilentHandshakeWithConnectionClosed() {
        // The time covers connecting, too, whose end has another code: it is long enough for that on a busy machine.
        try (FakeDaemon silent = FakeDaemon.listen()) {
            assertThat(Sp.SP_connect_timeout(silent.name(), "a", 0, true, new Mailbox(), new SpTime(2, 0)))
                    .isEqualTo(CONNECTION_CLOSED);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,-5", "-1,5", "0,1000000", "0,-1000000", "-9223372036854775808,1", "0,-9223372036854775808"})
    void aTimeOfTwoSignsOrWithASecondOfMicrosecondsIsIllegalWhateverElseIsWrong(long sec, long usec) {
        assertThat(Sp.SP_connect_timeout("no name", "a", 0, true, null, new SpTime(sec, usec)))
                .isEqualTo(SpreadCode.ILLEGAL_TIME.code())
                .isEqualTo(-20);
    }

    @ParameterizedTest
    @CsvSource({"-1,0", "-1,-999999", "0,-1", "-9223372036854775808,-999999"})
    void aTimeBelowZeroIsOverAtOnce(long sec, long usec) {
        try (FakeDaemon silent = FakeDaemon.listen()) {
            assertThat(Sp.SP_connect_timeout(silent.name(), "a", 0, true, new Mailbox(), new SpTime(sec, usec)))
                    .isIn(CONNECTION_CLOSED, SpreadCode.COULD_NOT_CONNECT.code());
        }
    }

    @Test
    void authMethodsAreCheckedAndRunWithTheirData() throws Exception {
        assertThat(Sp.SP_set_auth_method("x".repeat(30), (fd, data) -> 1, null)).isZero();
        assertThat(Sp.SP_set_auth_method("X", null, null)).isZero();
        assertThat(Sp.SP_set_auth_methods(4, new String[4], new Sp.AuthFunction[4], new Object[4]))
                .isZero();
        assertThat(Sp.SP_set_auth_method(
                        "XX",
                        (fd, data) -> {
                            fd.write(new byte[] {(byte) (int) (Integer) java.util.Objects.requireNonNull(data)});
                            return fd.read(1)[0];
                        },
                        7))
                .isEqualTo(1);
        for (int answer : new int[] {1, 0}) {
            try (FakeDaemon asking = FakeDaemon.listen()) {
                CompletableFuture<Void> asked = CompletableFuture.runAsync(
                        () -> {
                            asking.receive(6);
                            asking.send("03585820");
                            assertThat(asking.receiveHex(90)).startsWith("58580000");
                            assertThat(asking.receive(1)[0]).isEqualTo((byte) 7);
                            asking.send(new byte[] {(byte) answer});
                            if (answer == 1) {
                                asking.send("01040400052361236431");
                            }
                        },
                        FakeDaemon.THREADS);
                Mailbox other = new Mailbox();
                assertThat(Sp.SP_connect(asking.name(), "a", 0, true, other)).isEqualTo(answer == 1 ? 1 : -9);
                asked.get(60, TimeUnit.SECONDS);
                Sp.SP_kill(other);
            }
        }
    }

    @Test
    void disconnectSaysKillAndForgets() {
        CompletableFuture<Void> ending = CompletableFuture.runAsync(
                () -> {
                    assertThat(daemon.receiveHex(4)).isEqualTo("80000480");
                    daemon.closeClient();
                },
                FakeDaemon.THREADS);
        assertThat(Sp.SP_disconnect(mbox)).isZero();
        ending.join();
        assertThat(Sp.SP_disconnect(mbox)).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_poll(mbox)).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(1))).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_join(mbox, "g")).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_multicast(mbox, AGREED, "g", (short) 0, bytes("x"))).isEqualTo(ILLEGAL_SESSION);
    }

    @Test
    void killClosesWithoutAWord() {
        Sp.SP_kill(mbox);
        assertThat(daemon.clientCloses()).isTrue();
        Sp.SP_kill(mbox);
    }

    @Test
    void joinAndLeaveCheckTheNameFirst() {
        Mailbox none = new Mailbox();
        for (String bad : new String[] {"", "#a", "a b", "a\"", "a!", "x".repeat(32), "\u00fc"}) {
            assertThat(Sp.SP_join(none, bad)).isEqualTo(ILLEGAL_GROUP);
            assertThat(Sp.SP_leave(mbox, bad)).isEqualTo(ILLEGAL_GROUP);
        }
        assertThat(Sp.SP_join(mbox, "$" + "x".repeat(29) + "~")).isZero();
        assertThat(daemon.receiveHex(80)).startsWith("80000180");
        assertThat(Sp.SP_leave(mbox, "g")).isZero();
        assertThat(daemon.receiveHex(80)).startsWith("80000280");
    }

    @Test
    void multicastAnswersTheLengthAndMovesThePosition() {
        ByteBuffer mess = bytes("..hello");
        mess.position(2);
        assertThat(Sp.SP_multicast(mbox, AGREED | ServiceType.SELF_DISCARD, "g", (short) -2, mess))
                .isEqualTo(5);
        assertThat(mess.hasRemaining()).isFalse();
        String sent = daemon.receiveHex(48 + 32 + 5);
        assertThat(sent).startsWith("d0000080").contains("80feff8005000000").endsWith("68656c6c6f");
        assertThat(Sp.SP_scat_multicast(mbox, AGREED, "g", (short) 0, bytes("he"), bytes(""), bytes("llo")))
                .isEqualTo(5);
        assertThat(daemon.receiveHex(48 + 32 + 5)).endsWith("68656c6c6f");
        assertThat(Sp.SP_multigroup_multicast(mbox, AGREED, new String[] {"g", "#b#d2"}, (short) 0, bytes("x")))
                .isEqualTo(1);
        daemon.receive(48 + 64 + 1);
        assertThat(Sp.SP_multigroup_scat_multicast(mbox, AGREED, new String[0], (short) 0))
                .isZero();
        daemon.receive(48);
    }

    @Test
    void multicastCutsALongGroupName() {
        assertThat(Sp.SP_multicast(mbox, AGREED, "x".repeat(40), (short) 0, bytes("")))
                .isZero();
        assertThat(daemon.receiveHex(80)).endsWith("78".repeat(31) + "00");
    }

    @Test
    void multicastRefusesWhatWouldEndTheSessionOrADaemon() {
        assertThat(Sp.SP_multicast(mbox, 0, "g", (short) 0, bytes("x"))).isEqualTo(ILLEGAL_SERVICE);
        assertThat(Sp.SP_multicast(mbox, 0x30, "g", (short) 0, bytes("x"))).isEqualTo(ILLEGAL_SERVICE);
        assertThat(Sp.SP_multicast(mbox, AGREED | ServiceType.GROUPS_MESS, "g", (short) 0, bytes("x")))
                .isEqualTo(ILLEGAL_SERVICE);
        assertThat(Sp.SP_multicast(mbox, AGREED | ServiceType.REJECT_MESS, "g", (short) 0, bytes("x")))
                .isEqualTo(ILLEGAL_SERVICE);
        assertThat(Sp.SP_multicast(mbox, AGREED | 0x1000, "g", (short) 0, bytes("x")))
                .isEqualTo(ILLEGAL_SERVICE);
        String[] many = new String[101];
        Arrays.fill(many, "g");
        assertThat(Sp.SP_multigroup_multicast(mbox, AGREED, many, (short) 0, bytes("x")))
                .isEqualTo(ILLEGAL_GROUP);
        assertThat(Sp.SP_multicast(mbox, AGREED, "g", (short) 0, ByteBuffer.allocate(MessageHeader.MAX_PAYLOAD - 31)))
                .isEqualTo(MESSAGE_TOO_LONG);
        ByteBuffer[] pieces = new ByteBuffer[101];
        Arrays.fill(pieces, bytes(""));
        assertThat(Sp.SP_scat_multicast(mbox, AGREED, "g", (short) 0, pieces)).isEqualTo(ILLEGAL_MESSAGE);
        daemon.send(from.data(AGREED, "#b#d1", List.of("g"), 0, new byte[0]));
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(1)))
                .as("the session lives")
                .isZero();
    }

    @Test
    void errorTextsArePrintedInOneLine() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            Sp.SP_error(-6);
            Sp.SP_error(-10);
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(UTF_8).lines())
                .containsExactly(
                        "SP_error: (-6) Connection rejected, name not unique", "SP_error: (-10) unrecognized error");
    }

    @Test
    void groupIdsAreEqualOrNot() {
        GroupId one = new GroupId(new MembershipId(1, 2), 3);
        assertThat(Sp.SP_equal_group_ids(one, new GroupId(new MembershipId(1, 2), 3)))
                .isEqualTo(1);
        assertThat(Sp.SP_equal_group_ids(one, new GroupId(new MembershipId(1, 2), 4)))
                .isZero();
        assertThat(Sp.SP_query_groups(mbox, 0, new String[0])).isEqualTo(-1);
        assertThat(Sp.SP_query_members(mbox, "g", 0, new String[0])).isEqualTo(-1);
    }

    @Test
    void pollCountsBytes() {
        assertThat(Sp.SP_poll(mbox)).isZero();
        daemon.send(from.data(AGREED, "#b#d1", List.of("g"), 0, new byte[20]));
        Wait.until("all bytes are there", () -> Sp.SP_poll(mbox) >= 100);
        assertThat(Sp.SP_poll(mbox)).isEqualTo(100);
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(3))).isEqualTo(BUFFER_TOO_SHORT);
        assertThat(Sp.SP_poll(mbox)).as("a saved header is not counted").isEqualTo(52);
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(20))).isEqualTo(20);
        assertThat(Sp.SP_poll(mbox)).isZero();
    }

    // --------------------------------------------------------------------------------------- what C takes or refuses

    @Test
    void aNullNameIsAnIllegalGroupAndANullMailboxAnIllegalSession() {
        ByteBuffer body = ByteBuffer.allocate(1);
        for (Mailbox box : new Mailbox[] {mbox, new Mailbox(), null}) {
            assertThat(Sp.SP_join(box, null)).isEqualTo(ILLEGAL_GROUP);
            assertThat(Sp.SP_leave(box, null)).isEqualTo(ILLEGAL_GROUP);
            assertThat(Sp.SP_multicast(box, AGREED, null, (short) 0, body)).isEqualTo(ILLEGAL_GROUP);
            assertThat(Sp.SP_scat_multicast(box, AGREED, null, (short) 0, body)).isEqualTo(ILLEGAL_GROUP);
            for (String[] groups : new String[][] {null, {null}, {"g", null}}) {
                assertThat(Sp.SP_multigroup_multicast(box, AGREED, groups, (short) 0, body))
                        .isEqualTo(ILLEGAL_GROUP);
                assertThat(Sp.SP_multigroup_scat_multicast(box, AGREED, groups, (short) 0, body))
                        .isEqualTo(ILLEGAL_GROUP);
            }
        }
        assertThat(Sp.SP_join(null, "g")).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_leave(null, "g")).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_multicast(null, AGREED, "g", (short) 0, body)).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_receive(null, m, body)).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_scat_receive(null, m, body)).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_poll(null)).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_disconnect(null)).isEqualTo(ILLEGAL_SESSION);
        assertThat(Sp.SP_connect("4803@127.0.0.1", "x", 0, true, null)).isEqualTo(ILLEGAL_SESSION);
        Sp.SP_kill(null);
        assertThat(Sp.SP_get_memb_info(null, 0x1100, new MembInfo())).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_get_memb_info(body, 0x1100, null)).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_scat_get_memb_info(null, 0x1100, new MembInfo())).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_get_vs_sets_info(null, null, null)).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_scat_get_vs_sets_info(null, null, null)).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_get_vs_set_members(null, null, null)).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_scat_get_vs_set_members(null, null, null)).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_equal_group_ids(null, null)).isZero();
        assertThat(Sp.SP_set_auth_method(null, null, null)).isZero();
        assertThat(Sp.SP_set_auth_methods(1, null, null, null)).isZero();
    }

    @Test
    void aNullBufferHasNoBytesAndNoRoom() {
        assertThat(Sp.SP_multicast(mbox, AGREED, "g", (short) 0, null)).isZero();
        assertThat(daemon.receive(80)[44]).isZero();
        daemon.send(from.data(AGREED, "#b#d1", List.of("g"), 0, new byte[3]));
        assertThat(Sp.SP_receive(mbox, m, null)).isEqualTo(BUFFER_TOO_SHORT);
        assertThat(m.endian_mismatch).isEqualTo(-3);
    }

    @Test
    void dontBlockInTheTypeOfAMessageIsTakenAway() {
        assertThat(Sp.SP_multicast(mbox, AGREED | Sp.DONT_BLOCK, "g", (short) 0, ByteBuffer.allocate(2)))
                .isEqualTo(2);
        byte[] message = daemon.receive(82);
        assertThat(ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0x7fffff7f)
                .isEqualTo(AGREED);
    }

    @Test
    void aSessionEndsWhileItsReceiverHoldsTheMailbox() throws Exception {
        CompletableFuture<Integer> receiving = CompletableFuture.supplyAsync(
                () -> {
                    synchronized (mbox) {
                        return Sp.SP_receive(mbox, m, ByteBuffer.allocate(10));
                    }
                },
                FakeDaemon.THREADS);
        Wait.until(
                "a receive is under way",
                () -> Objects.requireNonNull(mbox.messageChannel()).isReceiving());
        assertThat(CompletableFuture.supplyAsync(() -> Sp.SP_disconnect(mbox), FakeDaemon.THREADS)
                        .get(60, TimeUnit.SECONDS))
                .isZero();
        assertThat(receiving.get(60, TimeUnit.SECONDS)).isEqualTo(ILLEGAL_SESSION);
    }

    @Test
    void aSenderThatDoesNotReceiveIsToldThatItFellBehind() {
        try (FakeDaemon other = FakeDaemon.listen()) {
            CompletableFuture<Void> accepting = other.acceptAs("me");
            SpreadConnection sender = SpreadConnection.connect(other.name(), "me");
            accepting.join();
            for (int i = 0; i < 100; i++) {
                other.send(from.data(AGREED, "#b#d1", List.of("g"), 0, new byte[1000]));
            }
            other.closeClient();
            assertThatThrownBy(() -> {
                        while (true) {
                            sender.multicast(Service.AGREED, "g", new byte[1000]);
                        }
                    })
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED))
                    .hasMessageContaining("have not been received here")
                    .hasMessageContaining("MaxSessionMessages");
            sender.close();
        }
    }

    @Test
    void everyCodeHasTheTextOfTheCLibrary() {
        List<String> texts = List.of(
                "Illegal spread was provided",
                "Could not connect. Is Spread running?",
                "Connection rejected, too many users",
                "Connection rejected, no name was supplied",
                "Connection rejected, illegal name",
                "Connection rejected, name not unique",
                "Connection rejected, library does not fit daemon",
                "Connection closed by spread",
                "Connection rejected, authentication failed",
                "unrecognized error",
                "Illegal session was supplied",
                "Illegal service request",
                "Illegal message",
                "Illegal group",
                "The supplied buffer was too short",
                "The supplied groups list was too short",
                "The message body + group names was too large to fit in a message",
                "The network socket experienced an error. This Spread mailbox will no longer work until the connection"
                        + " is disconnected and then reconnected",
                "Internal spread bug detected!",
                "Illegal time");
        for (int code = -30; code <= 30; code++) {
            boolean known = code < 0 && code >= -texts.size();
            assertThat(Sp.SP_strerror(code)).isEqualTo(known ? texts.get(-code - 1) : "unrecognized error");
        }
    }
}
