package spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Vector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs written against the official library rely on (client-protocol 9.2), at each daemon, C 4.4, C 5.0.1 and ours. */
@ParameterizedClass
@EnumSource
class EachDaemonTest extends AtEachDaemon {
    // ------------------------------------------------------------------------------------------- connecting

    @Test
    void aConnectionHasAPrivateGroupUntilItIsDisconnected() throws Exception {
        SpreadConnection connection = unconnected();
        assertThat(connection.isConnected()).isFalse();
        assertThat(connection.getPrivateGroup()).isNull();
        String name = fresh("me");
        connection.connect(localhost(), port(), name, true, true);
        assertThat(connection.isConnected()).isTrue();
        assertThat(Objects.requireNonNull(connection.getPrivateGroup())).hasToString("#" + name + "#d1");
        assertThatThrownBy(() -> connection.connect(localhost(), port(), "x", false, true))
                .isInstanceOf(SpreadException.class)
                .hasMessage("Already connected.");
        connection.disconnect();
        assertThat(connection.isConnected()).isFalse();
        assertThat(connection.getPrivateGroup()).isNull();
        // The daemon keeps the name until it has told everybody of the session's end.
        Wait.until("the name is free again", () -> {
            try {
                connection.connect(localhost(), port(), name, false, false);
            } catch (SpreadException e) {
                assertThat(e).hasMessageEndingWith("rejected=-6");
            }
            return connection.isConnected();
        });
        assertThat(Objects.requireNonNull(connection.getPrivateGroup())).hasToString("#" + name + "#d1");
    }

    @Test
    void withoutAConnectionNothingCanBeDone() {
        SpreadConnection connection = unconnected();
        assertThatThrownBy(connection::disconnect).hasMessage("Not connected.");
        assertThatThrownBy(connection::receive).hasMessage("Not connected.");
        assertThatThrownBy(() -> connection.receive(2)).hasMessage("Not connected.");
        assertThatThrownBy(connection::poll).hasMessage("Not connected.");
        assertThatThrownBy(() -> connection.multicast(message("x", "g"))).hasMessage("Not connected.");
        SpreadGroup group = new SpreadGroup();
        assertThatThrownBy(() -> group.join(connection, "g")).hasMessage("Not connected.");
        assertThatThrownBy(group::leave).hasMessage("No group to leave.");
    }

    @Test
    void aPrivateNameIsCutToTenCharactersAndChosenByTheDaemonIfThereIsNone() throws Exception {
        SpreadConnection cut = connect("a234567890bcdef", false);
        assertThat(Objects.requireNonNull(cut.getPrivateGroup())).hasToString("#a234567890#d1");
        SpreadConnection unnamed = connect(null, false);
        SpreadConnection empty = connect("", false);
        assertThat(Objects.requireNonNull(unnamed.getPrivateGroup()).toString()).matches("#.+#d1");
        assertThat(empty.getPrivateGroup()).isNotEqualTo(unnamed.getPrivateGroup());
    }

    @Test
    void noAddressMeansThisHost() throws Exception {
        SpreadConnection connection = unconnected();
        String name = fresh("null");
        connection.connect(null, port(), name, false, true);
        join(connection, fresh("here"));
        assertThat(Objects.requireNonNull(connection.getPrivateGroup())).hasToString("#" + name + "#d1");
    }

    @Test
    void aRefusalEndsInItsCode() throws Exception {
        String name = fresh("twin");
        connect(name, true);
        SpreadConnection second = unconnected();
        assertThatThrownBy(() -> second.connect(localhost(), port(), name, false, true))
                .isInstanceOf(SpreadException.class)
                .hasMessageEndingWith("rejected=-6");
        assertThatThrownBy(() -> second.connect(localhost(), port(), "a#b", false, true))
                .isInstanceOf(SpreadException.class)
                .hasMessageEndingWith("rejected=-5");
        assertThat(second.isConnected()).isFalse();
        second.connect(localhost(), port(), fresh("ok"), false, true);
        assertThat(second.isConnected()).isTrue();
    }

    @Test
    void aHundredConnectionsComeAndGoInParallel() throws Exception {
        String group = fresh("crowd");
        ExecutorService threads = Executors.newFixedThreadPool(25);
        try {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String name = fresh("p");
                all.add(threads.submit(() -> {
                    SpreadConnection connection = new SpreadConnection();
                    connection.connect(localhost(), port(), name, false, true);
                    SpreadGroup joined = join(connection, group);
                    connection.multicast(message(name, String.valueOf(connection.getPrivateGroup())));
                    SpreadMessage own;
                    do {
                        own = connection.receive();
                    } while (!own.isRegular());
                    assertThat(text(own)).isEqualTo(name);
                    joined.leave();
                    SpreadMessage left;
                    do {
                        left = connection.receive();
                    } while (left.getMembershipInfo() == null
                            || !left.getMembershipInfo().isSelfLeave());
                    connection.disconnect();
                    return 1;
                }));
            }
            int done = 0;
            for (Future<Integer> each : all) {
                done += each.get(60, TimeUnit.SECONDS);
            }
            assertThat(done).isEqualTo(100);
        } finally {
            threads.shutdownNow();
        }
        SpreadConnection late = connect();
        new SpreadGroup().join(late, group);
        Wait.until("an empty room", () -> {
            try {
                SpreadGroup[] members = Objects.requireNonNull(late.receive().getMembershipInfo())
                        .getMembers();
                return members != null && members.length == 1;
            } catch (SpreadException | InterruptedIOException e) {
                throw new AssertionError(e);
            }
        });
    }

    // ---------------------------------------------------------------------------------------------- groups

    @Test
    void membershipsTellWhoJoinedLeftAndDisconnected() throws Exception {
        String room = fresh("room");
        SpreadConnection alice = connect();
        SpreadConnection bob = connect();
        SpreadGroup toAlice = Objects.requireNonNull(alice.getPrivateGroup());
        SpreadGroup toBob = Objects.requireNonNull(bob.getPrivateGroup());
        SpreadGroup joined = new SpreadGroup();
        assertThat(joined.toString()).isNull();
        joined.join(alice, room);
        assertThat(joined).hasToString(room);
        MembershipInfo first = Objects.requireNonNull(alice.receive().getMembershipInfo());
        assertThat(first.isRegularMembership()).isTrue();
        assertThat(first.isCausedByJoin()).isTrue();
        assertThat(first.getJoined()).isEqualTo(toAlice);
        assertThat(first.getLeft()).isNull();
        assertThat(first.getGroup()).isEqualTo(joined).hasSameHashCodeAs(joined);
        assertThat(first.getMembers()).containsExactly(toAlice);
        assertThat(first.getVirtualSynchronySets()).isNull();

        SpreadGroup bobs = new SpreadGroup();
        bobs.join(bob, room);
        SpreadMessage second = alice.receive();
        SpreadMessage atBob = bob.receive();
        MembershipInfo info = Objects.requireNonNull(second.getMembershipInfo());
        MembershipInfo infoAtBob = Objects.requireNonNull(atBob.getMembershipInfo());
        assertThat(info.getJoined()).isEqualTo(toBob);
        assertThat(info.getMembers()).containsExactlyInAnyOrder(toAlice, toBob);
        assertThat(infoAtBob.getMembers()).containsExactly(info.getMembers());
        assertThat(infoAtBob.getGroupID())
                .isEqualTo(info.getGroupID())
                .hasSameHashCodeAs(info.getGroupID())
                .isNotEqualTo(first.getGroupID());
        assertThat(second.getGroups()[second.getType()]).isEqualTo(toAlice);
        assertThat(atBob.getGroups()[atBob.getType()]).isEqualTo(toBob);
        assertThat(second.getSender()).isEqualTo(joined);

        bobs.leave();
        assertThat(bobs).as("a left group keeps its name").hasToString(room).isEqualTo(joined);
        MembershipInfo selfLeave = Objects.requireNonNull(bob.receive().getMembershipInfo());
        assertThat(selfLeave.isSelfLeave()).isTrue();
        assertThat(selfLeave.isCausedByLeave()).isTrue();
        assertThat(selfLeave.isRegularMembership()).isFalse();
        assertThat(selfLeave.getGroup()).hasToString(room);
        assertThat(selfLeave.getMembers()).isNull();
        MembershipInfo left = Objects.requireNonNull(alice.receive().getMembershipInfo());
        assertThat(left.isCausedByLeave()).isTrue();
        assertThat(left.getLeft()).isEqualTo(toBob);
        assertThat(left.getDisconnected()).isNull();

        bobs.join(bob, room);
        alice.receive();
        bob.disconnect();
        MembershipInfo gone = Objects.requireNonNull(alice.receive().getMembershipInfo());
        assertThat(gone.isCausedByDisconnect()).isTrue();
        assertThat(gone.getLeft()).isEqualTo(toBob);
        assertThat(gone.getDisconnected()).isEqualTo(toBob);
    }

    @Test
    void oneGroupObjectIsOneJoin() throws Exception {
        SpreadConnection connection = connect();
        String name = fresh("once");
        SpreadGroup group = join(connection, name);
        assertThatThrownBy(() -> group.join(connection, "other")).hasMessage("Already joined.");
        group.leave();
        assertThatThrownBy(group::leave).hasMessage("No group to leave.");
        group.join(connection, name);
        assertThat(group).hasToString(name);
        assertThatThrownBy(() -> new SpreadGroup().join(connection, "a b"))
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("Illegal character");
        assertThatThrownBy(() -> new SpreadGroup().join(connection, "#priv"))
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("Illegal character");
    }

    @Test
    void namesBeyondThirtyOneCharactersAreCut() throws Exception {
        SpreadConnection connection = connect();
        String name = "a".repeat(31);
        SpreadGroup group = join(connection, name + "bcd");
        assertThat(group).hasToString(name);
        connection.multicast(message("to the long name", name + "xyz"));
        assertThat(text(connection.receive())).isEqualTo("to the long name");
    }

    @Test
    void aGroupThatWasLeftIsStillADestinationAndAKey() throws Exception {
        SpreadConnection connection = connect();
        String room = fresh("left");
        SpreadGroup group = join(connection, room);
        Map<SpreadGroup, String> byGroup = new HashMap<>(Map.of(group, "kept"));
        group.leave();
        assertThat(byGroup).containsEntry(group, "kept");
        assertThat(Objects.requireNonNull(connection.receive().getMembershipInfo())
                        .getGroup())
                .isEqualTo(group);
        SpreadConnection member = connect();
        join(member, room);
        SpreadMessage message = message("from outside");
        message.addGroup(group);
        connection.multicast(message);
        assertThat(text(member.receive())).isEqualTo("from outside");
    }

    @Test
    void aConnectionKeepsOnePrivateGroupObject() throws Exception {
        SpreadConnection connection = connect();
        assertThat(connection.getPrivateGroup()).isSameAs(connection.getPrivateGroup());
    }

    @Test
    void anInterruptedThreadConnectsJoinsAndSends() throws Exception {
        String room = fresh("interrupted");
        Thread.currentThread().interrupt();
        SpreadConnection connection = connect();
        new SpreadGroup().join(connection, room);
        connection.multicast(message("sent", room));
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        assertThat(connection.receive().isMembership()).isTrue();
        assertThat(text(connection.receive())).isEqualTo("sent");
    }

    @Test
    void whereNothingListensTheTextBeginsAsOfOld() {
        assertThatThrownBy(() -> unconnected().connect(localhost(), 1, "x", false, false))
                .isInstanceOf(SpreadException.class)
                .hasMessageStartingWith("Socket(): java.net.ConnectException: ");
    }

    // ------------------------------------------------------------------------------------ sending, receiving

    @Test
    void aMessageArrivesAsItWasSent() throws Exception {
        SpreadConnection sender = connect();
        SpreadConnection receiver = connect();
        String one = fresh("one");
        String two = fresh("two");
        join(receiver, one);
        join(receiver, two);
        SpreadMessage out = message("hello", one, two);
        out.setSafe();
        out.setType((short) -7);
        assertThat(out.isOutgoing()).isTrue();
        sender.multicast(out);
        SpreadMessage in = receiver.receive();
        assertThat(in.isIncoming()).isTrue();
        assertThat(in.isRegular()).isTrue();
        assertThat(in.isSafe()).isTrue();
        assertThat(in.isAgreed()).isFalse();
        assertThat(in.getMembershipInfo()).isNull();
        assertThat(in.getSender()).isEqualTo(sender.getPrivateGroup());
        assertThat(in.getGroups()).extracting(SpreadGroup::toString).containsExactly(one, two);
        assertThat(in.getType()).isEqualTo((short) -7);
        assertThat(in.getEndianMismatch()).isFalse();
        assertThat(text(in)).isEqualTo("hello");
    }

    @Test
    void everyServiceArrivesAsItself() throws Exception {
        SpreadConnection connection = connect();
        String self = String.valueOf(connection.getPrivateGroup());
        for (int service : new int[] {1, 2, 4, 8, 16, 32, 0x8002, 0x4010, 0x300020, 0x800004, 0x7f000002}) {
            SpreadMessage message = message("s", self);
            message.setServiceType(service);
            connection.multicast(message);
            assertThat(connection.receive().getServiceType()).isEqualTo(service);
        }
    }

    @Test
    void aSelfDiscardedMessageReachesTheOthersOnly() throws Exception {
        SpreadConnection sender = connect();
        SpreadConnection other = connect();
        String room = fresh("discard");
        join(other, room);
        join(sender, room);
        assertThat(other.receive().isMembership()).isTrue();
        SpreadMessage quiet = message("quiet", room);
        quiet.setSelfDiscard(true);
        sender.multicast(new SpreadMessage[] {quiet, message("loud", room)});
        assertThat(text(sender.receive())).isEqualTo("loud");
        SpreadMessage[] both = other.receive(2);
        assertThat(text(both[0])).isEqualTo("quiet");
        assertThat(both[0].isSelfDiscard()).isTrue();
        assertThat(text(both[1])).isEqualTo("loud");
    }

    @Test
    void messagesMayBeAsLargeAsTheDaemonAllows() throws Exception {
        SpreadConnection connection = connect();
        byte[] body = new byte[Math.min(3_000_000, kind.maxBody())];
        new Random(7).nextBytes(body);
        SpreadMessage message = message("", String.valueOf(connection.getPrivateGroup()));
        message.setData(body);
        connection.multicast(message);
        assertThat(connection.receive().getData()).isEqualTo(body);
        message.setData(new byte[kind.maxBody() + 1]);
        assertThatThrownBy(() -> connection.multicast(message)).isInstanceOf(SpreadException.class);
        assertThat(connection.isConnected()).isTrue();
    }

    @Test
    void pollTellsWhetherSomethingHasArrived() throws Exception {
        SpreadConnection connection = connect();
        assertThat(connection.poll()).isFalse();
        connection.multicast(message("x", String.valueOf(connection.getPrivateGroup())));
        Wait.until("something to receive", () -> {
            try {
                return connection.poll();
            } catch (SpreadException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(text(connection.receive())).isEqualTo("x");
        assertThat(connection.poll()).isFalse();
    }

    @Test
    void withoutMembershipMessagesOnlyDataArrives() throws Exception {
        SpreadConnection connection = connect(fresh("nomem"), false);
        String room = fresh("data");
        new SpreadGroup().join(connection, room);
        connection.multicast(message("only this", room));
        assertThat(text(connection.receive())).isEqualTo("only this");
    }

    @Test
    void anInterruptEndsAReceiveAndLosesNothing() throws Exception {
        SpreadConnection connection = connect();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                connection.receive();
                interrupted.complete(false);
            } catch (InterruptedIOException e) {
                interrupted.complete(!Thread.currentThread().isInterrupted());
            } catch (SpreadException e) {
                interrupted.completeExceptionally(e);
            }
        });
        waiting.start();
        waiting.interrupt();
        assertThat(interrupted.get(60, TimeUnit.SECONDS)).isTrue();
        connection.multicast(message("after", String.valueOf(connection.getPrivateGroup())));
        assertThat(text(connection.receive())).isEqualTo("after");
    }

    @Test
    void disconnectingEndsAReceiveOfAnotherThread() throws Exception {
        SpreadConnection connection = connect();
        CompletableFuture<Exception> ended = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                connection.receive();
            } catch (SpreadException | InterruptedIOException e) {
                ended.complete(e);
            }
        });
        waiting.start();
        connection.disconnect();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(SpreadException.class);
    }

    @Test
    void serializedObjectsAndDigestsTravel() throws Exception {
        SpreadConnection connection = connect();
        String self = String.valueOf(connection.getPrivateGroup());
        SpreadMessage message = message("", self);
        message.setObject(new Vector<>(List.of("a", 1)));
        connection.multicast(message);
        assertThat(connection.receive().getObject()).isEqualTo(new Vector<>(List.of("a", 1)));
        message.digest("one");
        message.digest(2);
        connection.multicast(message);
        assertThat((Object) connection.receive().getDigest()).isEqualTo(List.of("one", 2));
    }
}
