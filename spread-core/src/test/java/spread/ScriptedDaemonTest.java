package spread;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Vector;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.flushspread.Wait;
import org.flushspread.client.FakeDaemon;
import org.flushspread.client.MessageBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Package {@code spread} at a daemon that says what the test wants, true or not. */
@Timeout(120)
class ScriptedDaemonTest {
    private static final String ME = "#me#d1";
    private static final MessageBytes LITTLE = MessageBytes.little();

    private final SpreadConnection connection = new SpreadConnection();
    private FakeDaemon daemon;

    @BeforeEach
    void listen() {
        daemon = FakeDaemon.listen();
    }

    @AfterEach
    void close() throws SpreadException {
        daemon.close();
        if (connection.getPrivateGroup() != null) {
            connection.disconnect();
        }
    }

    private CompletableFuture<Void> connecting() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        connection.connect(InetAddress.getLoopbackAddress(), daemon.port(), "me", false, true);
                    } catch (SpreadException e) {
                        throw new IllegalStateException(e);
                    }
                },
                ScriptedDaemonTest::thread);
    }

    private void connect() throws Exception {
        CompletableFuture<Void> accepting = daemon.acceptAs("me");
        connecting().get(60, TimeUnit.SECONDS);
        accepting.get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"fd,-3", "fb,-5", "fa,-6", "f9,-7", "f7,-9"})
    void aRefusalEndsInTheCodeTheDaemonSent(String answer, int code) {
        CompletableFuture<Void> connecting = connecting();
        daemon.receive(7);
        daemon.send(answer);
        assertThatThrownBy(() -> connecting.get(60, TimeUnit.SECONDS))
                .cause()
                .cause()
                .isInstanceOf(SpreadException.class)
                .hasMessageEndingWith("rejected=" + code);
        assertThat(connection.isConnected()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65_536, Integer.MAX_VALUE})
    void aPortThatCannotBeIsRefused(int port) {
        assertThatThrownBy(() -> connection.connect(InetAddress.getLoopbackAddress(), port, "me", false, true))
                .isInstanceOf(SpreadException.class)
                .hasMessage("Bad port (" + port + ").");
    }

    @Test
    void anAddressOfSixteenBytesIsTriedAsAnyOther() throws Exception {
        InetAddress six = InetAddress.getByName("::1");
        assertThatThrownBy(() -> connection.connect(six, daemon.port(), "me", false, true))
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("[::1]:" + daemon.port());
    }

    /** Chooses method SECRET and gives up, or not. */
    public static final class Secret implements SpreadAuthInterface {
        static volatile boolean right;

        @Override
        public void authenticate() throws SpreadException {
            if (!right) {
                throw new SpreadException("wrong");
            }
        }
    }

    @Test
    void aRegisteredMethodIsChosenAndRun() throws Exception {
        assertThatThrownBy(() -> connection.registerAuthentication("SECRET", "no.such.Class"))
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("no.such.Class");
        assertThatThrownBy(() -> connection.registerAuthentication("SECRET", "java.lang.String"))
                .isInstanceOf(SpreadException.class);
        connection.registerAuthentication("SECRET", Secret.class.getName());
        Secret.right = true;
        CompletableFuture<Void> connecting = connecting();
        daemon.receive(7);
        daemon.send("0c" + HexFormat.of().formatHex("NULL SECRET ".getBytes(US_ASCII)));
        String choice = daemon.receiveHex(90);
        assertThat(choice).startsWith(HexFormat.of().formatHex("SECRET".getBytes(US_ASCII)) + "00");
        daemon.send("0104040006" + HexFormat.of().formatHex(ME.getBytes(US_ASCII)));
        connecting.get(60, TimeUnit.SECONDS);
        assertThat(connection.isConnected()).isTrue();
    }

    @Test
    void aMethodThatFailsEndsTheAttempt() throws Exception {
        connection.registerAuthentication("SECRET", Secret.class.getName());
        Secret.right = false;
        CompletableFuture<Void> connecting = connecting();
        daemon.receive(7);
        daemon.send("0c" + HexFormat.of().formatHex("NULL SECRET ".getBytes(US_ASCII)));
        assertThatThrownBy(() -> connecting.get(60, TimeUnit.SECONDS))
                .hasMessageContaining("Connection Rejected: Authentication failed");
        assertThat(connection.isConnected()).isFalse();
    }

    @Test
    void receiversAreToldThatNumbersInBodiesAreBigEndian() throws Exception {
        connect();
        SpreadMessage message = new SpreadMessage();
        message.addGroup("g");
        message.setType((short) 3);
        message.setData(new byte[] {1, 2, 3});
        connection.multicast(message);
        byte[] header = daemon.receive(48 + 32 + 3);
        // The hint says the order of the body; the message type lies between its order bits (client-protocol 3.2).
        assertThat(HexFormat.of().formatHex(header, 40, 44)).isEqualTo("00000300");
        assertThat(HexFormat.of().formatHex(header, 80, 83)).isEqualTo("010203");
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void theEndiannessOfTheSenderIsTold(boolean littleDaemon, boolean littleSender) throws Exception {
        connect();
        MessageBytes bytes = MessageBytes.of(
                littleDaemon ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN,
                littleSender ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        daemon.send(bytes.data(0x20, "#bob#d1", List.of("g", "h"), -2, new byte[] {5}));
        SpreadMessage message = connection.receive();
        assertThat(message.getEndianMismatch()).isEqualTo(littleSender);
        assertThat(message.getType()).isEqualTo((short) -2);
        assertThat(message.isSafe()).isTrue();
        assertThat(message.getGroups()).hasSize(2);
        daemon.send(bytes.join("g", "#bob#d1", 4, ME, "#bob#d1"));
        MembershipInfo info = Objects.requireNonNull(connection.receive().getMembershipInfo());
        assertThat(info.getGroupID()).hasToString("2130706433 1000 4");
        assertThat(info.getJoined()).hasToString("#bob#d1");
    }

    @Test
    void aNetworkChangeTellsWhoCameFromWhere() throws Exception {
        connect();
        daemon.send(LITTLE.transition("g", 3));
        SpreadMessage transition = connection.receive();
        MembershipInfo before = Objects.requireNonNull(transition.getMembershipInfo());
        assertThat(before.isTransition()).isTrue();
        assertThat(before.getGroup()).hasToString("g");
        assertThat(before.getGroupID()).isNull();
        assertThat(before.getMembers()).isNull();
        assertThat(transition.getType()).isEqualTo((short) -1);
        daemon.send(LITTLE.view(
                0x800, "g", List.of("#a#d2", ME, "#b#d1"), 4, 1, List.of(List.of("#a#d2"), List.of(ME, "#b#d1"))));
        SpreadMessage message = connection.receive();
        assertThat(message.getType()).isEqualTo((short) 1);
        MembershipInfo info = Objects.requireNonNull(message.getMembershipInfo());
        assertThat(info.isCausedByNetwork()).isTrue();
        assertThat(info.getJoined()).isNull();
        assertThat(info.getLeft()).isNull();
        MembershipInfo.VirtualSynchronySet[] sets = Objects.requireNonNull(info.getVirtualSynchronySets());
        assertThat(sets).hasSize(2);
        assertThat(sets[0].getMembers()).extracting(SpreadGroup::toString).containsExactly("#a#d2");
        assertThat(info.getMyVirtualSynchronySet()).isSameAs(sets[1]);
        assertThat(sets[1].getSize()).isEqualTo(2);
        assertThat(sets[1].getCapacity()).isEqualTo(2);
        assertThat(stayed(info)).extracting(SpreadGroup::toString).containsExactly(ME, "#b#d1");
    }

    @SuppressWarnings("deprecation") // old programs call it
    private static SpreadGroup[] stayed(MembershipInfo info) {
        return Objects.requireNonNull(info.getStayed());
    }

    @Test
    void aRejectIsNoMembershipAndGoesToTheMembershipMethodOfAdvancedListeners() throws Exception {
        connect();
        daemon.send(LITTLE.reject(0x10, ME, List.of("g"), 6, "back".getBytes(US_ASCII)));
        SpreadMessage message = connection.receive();
        assertThat(message.isReject()).isTrue();
        assertThat(message.isRegular()).isFalse();
        assertThat(message.isMembership()).isFalse();
        assertThat(message.isAgreed()).isTrue();
        assertThat(message.getMembershipInfo()).isNull();
        assertThat(message.getGroups()).extracting(SpreadGroup::toString).containsExactly("g");
        assertThat(message.getType()).isEqualTo((short) 6);
        assertThat(new String(message.getData(), US_ASCII)).isEqualTo("back");
        BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        connection.add(new AdvancedMessageListener() {
            @Override
            public void regularMessageReceived(SpreadMessage received) {
                calls.add("regular");
            }

            @Override
            public void membershipMessageReceived(SpreadMessage received) {
                calls.add("reject " + received.isReject());
            }
        });
        daemon.send(LITTLE.reject(0x10, ME, List.of("g"), 6, new byte[0]));
        assertThat(calls.poll(60, TimeUnit.SECONDS)).isEqualTo("reject true");
    }

    @Test
    void aMembershipThatDoesNotListThisConnectionIsNotForIt() throws Exception {
        connect();
        daemon.send(LITTLE.join("g", "#x#d1", 1, "#x#d1"));
        daemon.send(LITTLE.join("g", ME, 2, ME));
        assertThat(connection.receive().getMembershipInfo().getJoined()).hasToString(ME);
    }

    static List<byte[]> lies() {
        byte[] sets = LITTLE.join("g", ME, 1, ME);
        sets[48 + 32 + 12] = 100;
        byte[] mySet = LITTLE.join("g", ME, 1, ME);
        mySet[48 + 32 + 16] = 7;
        byte[] size = LITTLE.join("g", ME, 1, ME);
        size[48 + 32 + 20 + 3] = 0x7f;
        return List.of(
                LITTLE.header(0x10, "#x#d1", 0, -1),
                LITTLE.header(0x10, "#x#d1", 0, Integer.MAX_VALUE),
                LITTLE.header(0x10, "#x#d1", Integer.MAX_VALUE, 0),
                LITTLE.header(0x10, "#x#d1", -5, 10),
                LITTLE.message(0x1100, "g", List.of(ME), 0, new byte[0], new byte[8], 8),
                sets,
                mySet,
                size);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("lies")
    void whatNoDaemonSendsEndsTheConnectionWithAReason(byte[] lie) throws Exception {
        connect();
        daemon.send(LITTLE.data(0x10, "#x#d1", List.of("g"), 0, new byte[] {1}));
        daemon.send(lie);
        assertThat(connection.receive().getData()).containsExactly(1);
        assertThatThrownBy(connection::receive)
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("cannot be");
        assertThat(connection.isConnected()).isFalse();
        assertThatThrownBy(connection::receive).isInstanceOf(SpreadException.class);
    }

    @Test
    void anEndInTheMiddleOfAMessageIsTold() throws Exception {
        connect();
        byte[] message = LITTLE.data(0x10, "#x#d1", List.of("g"), 0, new byte[100]);
        daemon.send(java.util.Arrays.copyOf(message, 90));
        daemon.closeClient();
        assertThatThrownBy(connection::receive)
                .isInstanceOf(SpreadException.class)
                .hasMessageContaining("closed");
        assertThat(connection.isConnected()).isFalse();
    }

    @Test
    void whenTheDaemonEndsListenersStopAndTheNextConnectionWorks() throws Exception {
        BlockingQueue<byte[]> bodies = new LinkedBlockingQueue<>();
        connection.add((BasicMessageListener) message -> bodies.add(message.getData()));
        connect();
        daemon.send(LITTLE.data(0x10, "#x#d1", List.of("g"), 0, new byte[] {1}));
        daemon.closeClient();
        assertThat(bodies.poll(60, TimeUnit.SECONDS)).containsExactly(1);
        Wait.until("the connection's end", () -> !connection.isConnected());
        daemon.close();
        daemon = FakeDaemon.listen();
        connect();
        daemon.send(LITTLE.data(0x10, "#x#d1", List.of("g"), 0, new byte[] {2}));
        assertThat(bodies.poll(60, TimeUnit.SECONDS)).containsExactly(2);
    }

    @Test
    void aMessageThatComesAfterTheLastListenerWentIsLeftToReceive() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        connection.basicListeners = new Vector<>() {
            private static final long serialVersionUID = 1;

            /** The listener goes right after its thread has seen that it is needed. */
            @Override
            public synchronized boolean isEmpty() {
                boolean empty = super.isEmpty();
                if (Thread.currentThread() instanceof ListenerThread) {
                    clear();
                    gone.countDown();
                }
                return empty;
            }
        };
        connect();
        connection.add((BasicMessageListener) message -> {});
        assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
        daemon.send(LITTLE.data(0x10, "#x#d1", List.of("g"), 0, new byte[] {1}));
        assertThat(connection.receive().getData()).containsExactly(1);
    }

    @Test
    void theProtectedDecodersReadBigEndianNumbersAndNamesOfThirtyTwoBytes() {
        assertThat(SpreadConnection.MAX_GROUP_NAME).isEqualTo(32);
        assertThat(SpreadConnection.toInt(new byte[] {9, 1, 2, 3, 4}, 1)).isEqualTo(0x01020304);
        assertThat(SpreadConnection.flip(0x01020304)).isEqualTo(0x04030201);
        byte[] name = new byte[33];
        java.util.Arrays.fill(name, (byte) 'x');
        assertThat(connection.toGroup(name, 1)).hasToString("x".repeat(32));
        assertThat(connection.toGroup(MessageBytes.slot("room"), 0)).hasToString("room");
        assertThat(new GroupID(1, -2, 3)).hasToString("1 -2 3").isNotEqualTo(null);
        assertThat(new SpreadGroup().equals(null)).isFalse();
        assertThat(new SpreadVersion()).hasToString("4.04.00");
        assertThat(new SpreadVersion().getVersion()).isEqualTo(4.04f);
    }

    /** A thread for each task: the common pool may have a single thread, and these tasks wait for one another. */
    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "test task");
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void afterTheDaemonsDeathACleanUpGoesThroughAndAReceiveSaysSo() throws Exception {
        connect();
        SpreadGroup group = new SpreadGroup();
        group.join(connection, "room");
        daemon.close();
        assertThatThrownBy(connection::receive)
                .isInstanceOf(SpreadException.class)
                .hasMessageStartingWith("Connection closed while reading message header");
        assertThat(connection.poll()).isFalse();
        SpreadMessage message = new SpreadMessage();
        message.addGroup("room");
        assertThatThrownBy(() -> connection.multicast(message))
                .isInstanceOf(SpreadException.class)
                .hasMessageStartingWith("write(): ");
        group.leave();
        assertThat(group).hasToString("room");
        assertThatThrownBy(group::leave).hasMessage("No group to leave.");
        connection.disconnect();
        assertThatThrownBy(connection::poll).hasMessage("Not connected.");
    }
}
