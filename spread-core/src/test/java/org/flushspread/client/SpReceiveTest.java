package org.flushspread.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.wire.GroupId;
import org.flushspread.wire.MembershipId;
import org.flushspread.wire.ServiceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SP_receive and what reads its memberships, as in 7.4 of client-protocol. */
class SpReceiveTest extends SpAtFakeDaemon {
    @Test
    void dataFillsAllOutputs() {
        daemon.send(MessageBytes.of(ByteOrder.BIG_ENDIAN, ByteOrder.BIG_ENDIAN)
                .data(0x50, "#b#d1", List.of("g", "h"), -7, "hello".getBytes(UTF_8)));
        ByteBuffer mess = ByteBuffer.allocate(10);
        mess.put((byte) '>');
        assertThat(Sp.SP_receive(mbox, m, mess)).isEqualTo(5);
        assertThat(text(mess)).isEqualTo(">hello");
        assertThat(m.service_type).isEqualTo(0x50);
        assertThat(m.sender).isEqualTo("#b#d1");
        assertThat(m.num_groups).isEqualTo(2);
        assertThat(m.groups).startsWith("g", "h", "");
        assertThat(m.mess_type).isEqualTo((short) -7);
        assertThat(m.endian_mismatch).isEqualTo(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 1 : 0);
    }

    @Test
    void scatterIsFilledInOrder() {
        daemon.send(from.data(AGREED, "#b#d1", List.of("g"), 0, "hello".getBytes(UTF_8)));
        ByteBuffer one = ByteBuffer.allocate(2);
        ByteBuffer two = ByteBuffer.allocate(0);
        ByteBuffer three = ByteBuffer.allocate(9);
        assertThat(Sp.SP_scat_receive(mbox, m, one, two, three)).isEqualTo(5);
        assertThat(text(one) + text(two) + text(three)).isEqualTo("hello");
        assertThat(Sp.SP_scat_receive(mbox, m, new ByteBuffer[101])).isEqualTo(ILLEGAL_MESSAGE);
    }

    @Test
    void tooShortConsumesNothingAndSaysWhatIsNeeded() {
        daemon.send(from.data(AGREED, "#b#d1", List.of("g", "h"), 77, "0123456789".getBytes(UTF_8)));
        ReceivedMessage small = new ReceivedMessage(1);
        ByteBuffer mess = ByteBuffer.allocate(4);
        assertThat(Sp.SP_receive(mbox, small, mess)).as("both short").isEqualTo(GROUPS_TOO_SHORT);
        assertThat(small.num_groups).isEqualTo(-2);
        assertThat(small.endian_mismatch).isEqualTo(-10);
        assertThat(small.service_type).isEqualTo(AGREED);
        assertThat(small.sender).isEqualTo("#b#d1");
        assertThat(small.mess_type).isEqualTo((short) 77);
        assertThat(small.groups[0]).isEmpty();
        assertThat(mess.position()).isZero();

        small.service_type = 0;
        assertThat(Sp.SP_receive(mbox, small, ByteBuffer.allocate(10))).isEqualTo(GROUPS_TOO_SHORT);
        assertThat(small.num_groups).isEqualTo(-2);
        assertThat(small.endian_mismatch).isZero();

        m.service_type = 0;
        assertThat(Sp.SP_receive(mbox, m, mess)).isEqualTo(BUFFER_TOO_SHORT);
        assertThat(m.num_groups).isZero();
        assertThat(m.endian_mismatch).isEqualTo(-10);

        m.service_type = 0;
        ByteBuffer large = ByteBuffer.allocate(10);
        assertThat(Sp.SP_receive(mbox, m, large)).isEqualTo(10);
        assertThat(m.num_groups).isEqualTo(2);
        assertThat(text(large)).isEqualTo("0123456789");
    }

    @Test
    void dropRecvCutsAndStaysInStep() {
        daemon.send(from.data(AGREED, "#b#d1", List.of("g", "h"), 77, "0123456789".getBytes(UTF_8)));
        daemon.send(from.data(AGREED, "#b#d1", List.of("g", "h"), 78, "next".getBytes(UTF_8)));
        ReceivedMessage small = new ReceivedMessage(1);
        assertThat(Sp.SP_receive(mbox, small, ByteBuffer.allocate(4))).isEqualTo(GROUPS_TOO_SHORT);
        small.service_type = ServiceType.DROP_RECV;
        ByteBuffer mess = ByteBuffer.allocate(4);
        assertThat(Sp.SP_receive(mbox, small, mess)).isEqualTo(BUFFER_TOO_SHORT);
        assertThat(text(mess)).isEqualTo("0123");
        assertThat(small.num_groups).isEqualTo(-2);
        assertThat(small.groups).containsExactly("g");
        assertThat(small.endian_mismatch).isZero();
        assertThat(small.mess_type).isEqualTo((short) 77);
        small.service_type = ServiceType.DROP_RECV;
        mess.clear();
        assertThat(Sp.SP_receive(mbox, small, mess))
                .as("groups alone cut: the length")
                .isEqualTo(4);
        assertThat(small.num_groups).isEqualTo(-2);
        assertThat(small.mess_type).isEqualTo((short) 78);
        assertThat(text(mess)).isEqualTo("next");
    }

    @Test
    void membershipsCarryTheOwnIndexAndNativeNumbers() {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            MessageBytes sender = MessageBytes.of(order, order);
            daemon.send(sender.view(
                    0x800,
                    "g",
                    List.of("#b#d1", "#a#d1", "#c#d2"),
                    4,
                    1,
                    List.of(List.of("#c#d2"), List.of("#b#d1", "#a#d1"))));
            daemon.send(sender.transition("g", 4));
            daemon.send(sender.selfLeave("g"));
            ByteBuffer mess = ByteBuffer.allocate(500);
            m.service_type = 0;
            assertThat(Sp.SP_receive(mbox, m, mess)).isEqualTo(20 + 4 + 32 + 4 + 64);
            assertThat(m.service_type).isEqualTo(0x1800);
            assertThat(m.sender).isEqualTo("g");
            assertThat(m.num_groups).isEqualTo(3);
            assertThat(m.mess_type).isEqualTo((short) 1);
            assertThat(m.endian_mismatch).isZero();
            mess.flip();
            checkMembership(mess, m.service_type);

            mess.clear();
            m.service_type = 0;
            assertThat(Sp.SP_receive(mbox, m, mess)).isEqualTo(12);
            assertThat(m.service_type).isEqualTo(0x2000);
            assertThat(m.num_groups).isZero();
            assertThat(m.mess_type).isEqualTo((short) -1);
            MembInfo info = new MembInfo();
            assertThat(Sp.SP_get_memb_info(mess.flip(), m.service_type, info)).isEqualTo(1);
            assertThat(info.gid).isEqualTo(new GroupId(new MembershipId(0x7f000001, 1000), 4));
            assertThat(info.num_vs_sets).isZero();

            mess.clear();
            m.service_type = 0;
            assertThat(Sp.SP_receive(mbox, m, mess)).isZero();
            assertThat(m.service_type).isEqualTo(0x200);
            assertThat(m.mess_type).isEqualTo((short) -1);
            assertThat(Sp.SP_get_memb_info(mess.flip(), m.service_type, info)).isEqualTo(1);
            assertThat(info.gid).isEqualTo(GroupId.NONE);
        }
    }

    private static void checkMembership(ByteBuffer body, int service) {
        byte[] all = new byte[body.remaining()];
        body.get(body.position(), all);
        for (int piece : new int[] {1, 3, 16, 33, 1000}) {
            ByteBuffer[] scatter = new ByteBuffer[(all.length + piece - 1) / piece];
            for (int i = 0; i < scatter.length; i++) {
                scatter[i] = ByteBuffer.wrap(all, i * piece, Math.min(piece, all.length - i * piece));
            }
            MembInfo info = new MembInfo();
            assertThat(Sp.SP_scat_get_memb_info(scatter, service, info)).isEqualTo(1);
            assertThat(info.gid).isEqualTo(new GroupId(new MembershipId(0x7f000001, 1000), 4));
            assertThat(info.changed_member).isEmpty();
            assertThat(info.num_vs_sets).isEqualTo(2);
            assertThat(info.my_vs_set.num_members).isEqualTo(2);
            assertThat(info.my_vs_set.members_offset).isEqualTo(20 + 36 + 4);
            VsSetInfo[] sets = new VsSetInfo[2];
            int[] mine = {-1};
            assertThat(Sp.SP_scat_get_vs_sets_info(scatter, new VsSetInfo[1], mine))
                    .isEqualTo(BUFFER_TOO_SHORT);
            assertThat(Sp.SP_scat_get_vs_sets_info(scatter, sets, mine)).isEqualTo(2);
            assertThat(mine[0]).isEqualTo(1);
            assertThat(sets[0].members_offset).isEqualTo(24);
            String[] names = new String[2];
            assertThat(Sp.SP_scat_get_vs_set_members(scatter, sets[1], new String[1]))
                    .isEqualTo(BUFFER_TOO_SHORT);
            assertThat(Sp.SP_scat_get_vs_set_members(scatter, sets[1], names)).isEqualTo(2);
            assertThat(names).containsExactly("#b#d1", "#a#d1");
            assertThat(Sp.SP_scat_get_vs_set_members(scatter, sets[0], names)).isEqualTo(1);
            assertThat(names[0]).isEqualTo("#c#d2");
        }
        VsSetInfo[] sets = new VsSetInfo[2];
        int[] mine = {-1};
        assertThat(Sp.SP_get_vs_sets_info(body, sets, mine)).isEqualTo(2);
        String[] names = new String[2];
        assertThat(Sp.SP_get_vs_set_members(body, sets[mine[0]], names)).isEqualTo(2);
        assertThat(body.position()).isZero();
    }

    @Test
    void membInfoNamesWhoChangedAndRefusesData() {
        daemon.send(from.join("g", "#b#d1", 2, "#a#d1", "#b#d1"));
        ByteBuffer mess = ByteBuffer.allocate(100);
        assertThat(Sp.SP_receive(mbox, m, mess)).isEqualTo(56);
        MembInfo info = new MembInfo();
        assertThat(Sp.SP_get_memb_info(mess.flip(), m.service_type, info)).isEqualTo(1);
        assertThat(info.changed_member).isEqualTo("#b#d1");
        assertThat(info.my_vs_set.num_members).isEqualTo(1);
        assertThat(Sp.SP_get_memb_info(mess, AGREED, info)).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_get_memb_info(ByteBuffer.allocate(5), 0x1100, info)).isEqualTo(ILLEGAL_MESSAGE);
    }

    @Test
    void aMembershipTooLargeForTheGroupsHasNoIndex() {
        daemon.send(from.join("g", "#b#d1", 2, "#a#d1", "#b#d1"));
        ReceivedMessage small = new ReceivedMessage(1);
        assertThat(Sp.SP_receive(mbox, small, ByteBuffer.allocate(100))).isEqualTo(GROUPS_TOO_SHORT);
        assertThat(small.mess_type).isZero();
        small.service_type = ServiceType.DROP_RECV;
        assertThat(Sp.SP_receive(mbox, small, ByteBuffer.allocate(100))).isEqualTo(56);
        assertThat(small.mess_type).isEqualTo((short) -1);
    }

    @Test
    void aMembershipWithoutTheOwnNameHasIndexMinusOne() {
        daemon.send(from.join("g", "#b#d1", 2, "#b#d1"));
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(100))).isEqualTo(56);
        assertThat(m.mess_type).isEqualTo((short) -1);
    }

    @Test
    void aRejectShowsTheOldTypeWithTheRejectBit() {
        daemon.send(from.reject(AGREED, "#a#d1", List.of("g", "#a#d1"), 3, "no".getBytes(UTF_8)));
        ByteBuffer mess = ByteBuffer.allocate(10);
        assertThat(Sp.SP_receive(mbox, m, mess)).isEqualTo(2);
        assertThat(m.service_type).isEqualTo(0x400000 | AGREED);
        assertThat(m.num_groups).isEqualTo(2);
        assertThat(m.mess_type).isEqualTo((short) 3);
    }

    @Test
    void aLostConnectionIsToldOnceAndThenIsAnErrorOfTheSession() {
        daemon.closeClient();
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(10))).isEqualTo(CONNECTION_CLOSED);
        m.service_type = 0;
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(10))).isEqualTo(NET_ERROR_ON_SESSION);
        assertThat(Sp.SP_multicast(mbox, AGREED, "g", (short) 0, bytes("x"))).isEqualTo(NET_ERROR_ON_SESSION);
        assertThat(Sp.SP_join(mbox, "g")).isEqualTo(NET_ERROR_ON_SESSION);
        assertThat(Sp.SP_disconnect(mbox)).isZero();
    }

    @Test
    void aStreamOutOfStepIsAnIllegalMessageAndTheEnd() {
        daemon.send(from.header(AGREED, "#b#d1", -1, 0));
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(10))).isEqualTo(ILLEGAL_MESSAGE);
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(10))).isEqualTo(NET_ERROR_ON_SESSION);
    }

    @Test
    void dontBlockAnswersWouldBlock() {
        m.service_type = Sp.DONT_BLOCK;
        assertThat(Sp.SP_receive(mbox, m, ByteBuffer.allocate(10))).isEqualTo(-25);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlockedReceiveEndsWhenAnotherThreadDisconnects(boolean kill) throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Thread receiver = new Thread(() -> result.complete(Sp.SP_receive(mbox, m, ByteBuffer.allocate(10))));
        receiver.start();
        Wait.until(
                "a receive is under way",
                () -> Objects.requireNonNull(mbox.messageChannel()).isReceiving());
        if (kill) {
            Sp.SP_kill(mbox);
        } else {
            assertThat(Sp.SP_disconnect(mbox)).isZero();
        }
        assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo(ILLEGAL_SESSION);
    }
}
