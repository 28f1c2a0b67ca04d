package org.flushspread.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.flushspread.TestCertificates;
import org.flushspread.TestCertificates.Issued;
import org.flushspread.Wait;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.flushspread.daemon.DaemonOptions;
import org.flushspread.daemon.SpreadDaemon;
import org.flushspread.daemon.TestPorts;
import org.flushspread.daemon.TlsOptions;
import org.flushspread.wire.MessageHeader;
import org.flushspread.wire.Name;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every face of the client library over TLS, by configuration alone (security 3.3): they cannot tell it from a plain connection. */
@Timeout(120)
class TlsLinkTest {
    private static final String HOST = "127.0.1.1";
    private static final int PORT = TestPorts.free();
    private static final int TLS_PORT = TestPorts.free();

    @TempDir
    private static Path files;

    private static TestCertificates authority;
    private static SpreadDaemon daemon;

    @BeforeAll
    static void start() {
        authority = new TestCertificates(files, "authority");
        Issued own = authority.issue("d1", HOST, "localhost");
        Configuration one = Configuration.parse(
                "Spread_Segment 127.0.1.255:" + PORT + " { d1 127.0.1.1 { 127.0.1.1 } }",
                "test",
                HostResolver.LOCALHOST_ONLY);
        daemon = SpreadDaemon.start(
                one,
                one.requireByName("d1"),
                DaemonOptions.DEFAULTS
                        .withSocketDirectory(Optional.empty())
                        .withTls(TlsOptions.of(TLS_PORT, own.certificate(), own.key())));
    }

    @AfterAll
    static void stop() {
        daemon.close();
    }

    @BeforeEach
    void configure() {
        System.setProperty(ClientTls.CA, authority.authority().toString());
    }

    @AfterEach
    void forget() {
        for (String each :
                new String[] {ClientTls.CA, ClientTls.PIN, ClientTls.CERTIFICATE, ClientTls.KEY, ClientTls.FOR_ALL}) {
            System.clearProperty(each);
        }
    }

    private static String name() {
        return "tls://" + HOST + ":" + TLS_PORT;
    }

    private static Mailbox connect(String name, String privateName, boolean membership) {
        Mailbox mbox = new Mailbox();
        assertThat(Sp.SP_connect(name, privateName, 0, membership, mbox)).isEqualTo(SpreadCode.ACCEPT_SESSION.code());
        return mbox;
    }

    private static int multicast(Mailbox mbox, byte[] body) {
        return Sp.SP_multicast(mbox, ServiceType.FIFO_MESS, "room", (short) 0, ByteBuffer.wrap(body));
    }

    @Test
    void pollTellsExactlyWhatHasCome() {
        Mailbox alice = connect(name(), "alice", false);
        Sp.SP_join(alice, "room");
        int expected = 0;
        for (int length : new int[] {0, 10, 1000, 16_384, 40_000}) {
            multicast(alice, new byte[length]);
            expected += MessageHeader.LENGTH + Name.SLOT + length;
            int all = expected;
            Wait.until("all bytes", () -> Sp.SP_poll(alice) == all);
        }
        ReceivedMessage m = new ReceivedMessage(10);
        ByteBuffer mess = ByteBuffer.allocate(50_000);
        for (int length : new int[] {0, 10, 1000, 16_384, 40_000}) {
            assertThat(Sp.SP_receive(alice, m, mess.clear())).isEqualTo(length);
            expected -= MessageHeader.LENGTH + Name.SLOT + length;
            assertThat(Sp.SP_poll(alice)).isEqualTo(expected);
        }
        m.service_type = Sp.DONT_BLOCK;
        assertThat(Sp.SP_receive(alice, m, mess.clear())).isEqualTo(SpreadCode.WOULD_BLOCK.code());
        assertThat(Sp.SP_disconnect(alice)).isZero();
    }

    /** One receive call for each readiness, as programs written for C do it: nothing may be left for which nobody is woken. */
    @Test
    void aSelectorWithOneReceiveForEachReadinessGetsEverything() throws IOException {
        Mailbox alice = connect(name(), "alice", false);
        Mailbox bob = connect(name(), "bob", false);
        Sp.SP_join(bob, "room");
        var dice = new SplittableRandom(7);
        List<Integer> sent = new ArrayList<>();
        Thread sender = new Thread(() -> {
            for (int each : sent) {
                multicast(alice, new byte[each]);
            }
        });
        for (int i = 0; i < 400; i++) {
            sent.add(dice.nextInt(i % 10 == 0 ? 200_000 : 300));
        }
        sender.start();
        ReceivedMessage m = new ReceivedMessage(10);
        ByteBuffer mess = ByteBuffer.allocate(200_000);
        List<Integer> seen = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            Objects.requireNonNull(bob.channel()).register(selector, SelectionKey.OP_READ);
            while (seen.size() < sent.size()) {
                if (!bob.isMessageWaiting() && selector.select(Wait.LONGEST.toMillis()) == 0) {
                    throw new AssertionError("nobody was woken behind message " + seen.size());
                }
                selector.selectedKeys().clear();
                m.service_type = Sp.DONT_BLOCK;
                int length = Sp.SP_receive(bob, m, mess.clear());
                if (length != SpreadCode.WOULD_BLOCK.code()) {
                    seen.add(length);
                }
            }
        }
        assertThat(seen).isEqualTo(sent);
        Sp.SP_disconnect(alice);
        Sp.SP_disconnect(bob);
    }

    @Test
    void theEventLoopIsWokenForWhatIsInMemoryToo() {
        Mailbox alice = connect(name(), "alice", false);
        Sp.SP_join(alice, "room");
        for (int i = 0; i < 100; i++) {
            multicast(alice, new byte[i * 500]);
        }
        Events.E_init();
        ReceivedMessage m = new ReceivedMessage(10);
        ByteBuffer mess = ByteBuffer.allocate(50_000);
        List<Integer> seen = new ArrayList<>();
        Events.E_attach_fd(
                alice,
                Events.READ_FD,
                (fd, code, data) -> {
                    seen.add(Sp.SP_receive(alice, m, mess.clear()));
                    if (seen.size() == 100) {
                        Events.E_exit_events();
                    }
                },
                0,
                null,
                Events.LOW_PRIORITY);
        Events.E_handle_events();
        assertThat(seen).hasSize(100).endsWith(99 * 500);
        Sp.SP_disconnect(alice);
    }

    @Test
    void whatTheSocketTakesInPartIsFinishedByLaterCalls() {
        try (SpreadConnection alice = SpreadConnection.builder(name(), "alice")
                        .membership(false)
                        .connect();
                SpreadConnection bob = SpreadConnection.builder(name(), "bob")
                        .membership(false)
                        .connect()) {
            bob.join("room");
            int sent = 0;
            int received = 0;
            boolean wasUnsent = false;
            while (received < 400) {
                byte[] body = body(sent);
                if (sent < 400 && alice.trySend(Multicast.to("room").service(Service.FIFO), ByteBuffer.wrap(body))) {
                    sent++;
                    wasUnsent |= alice.hasUnsent();
                } else {
                    // Any call goes on with what is unsent.
                    alice.tryReceive();
                    SpreadEvent event = bob.receive(Duration.ofMillis(5));
                    if (event instanceof DataMessage message) {
                        assertThat(Arrays.equals(message.bytes(), body(received)))
                                .isTrue();
                        received++;
                    }
                }
            }
            assertThat(wasUnsent).as("a message went out in parts").isTrue();
        }
    }

    private static byte[] body(int number) {
        byte[] body = new byte[number % 3 == 0 ? 20 : 60_000 + number];
        new SplittableRandom(number).nextBytes(body);
        return body;
    }

    @Test
    void closingWakesWhoWaits() throws Exception {
        SpreadConnection alice = SpreadConnection.connect(name(), "alice");
        List<SpreadException> seen = new ArrayList<>();
        Thread waiting = new Thread(() -> {
            try {
                alice.receive();
            } catch (SpreadException e) {
                seen.add(e);
            }
        });
        waiting.start();
        Wait.until("it waits", () -> waiting.getState() == Thread.State.RUNNABLE && isSelecting(waiting));
        alice.close();
        waiting.join(Wait.LONGEST.toMillis());
        assertThat(seen).singleElement().satisfies(e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED));
    }

    private static boolean isSelecting(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(each -> each.getMethodName().equals("select"));
    }

    @Test
    void namesStayAsTheyAreWhereEveryDaemonSpeaksTls() throws Exception {
        System.setProperty(ClientTls.FOR_ALL, "y");
        Mailbox alice = connect(TLS_PORT + "@" + HOST, "alice", false);
        assertThat(alice.private_group).isEqualTo("#alice#d1");
        Sp.SP_disconnect(alice);
        spread.SpreadConnection official = new spread.SpreadConnection();
        official.connect(InetAddress.getByName(HOST), TLS_PORT, "bob", false, false);
        assertThat(official.getPrivateGroup().toString()).isEqualTo("#bob#d1");
        official.disconnect();
    }

    @Test
    void whatTheEnvironmentSaysWrongIsSaidInASentence() {
        System.setProperty(ClientTls.CA, files.resolve("none").toString());
        assertUnusable("there is no such file");
        System.setProperty(ClientTls.PIN, "12");
        assertUnusable("cannot both");
        System.clearProperty(ClientTls.CA);
        assertUnusable("no SHA-256");
        System.clearProperty(ClientTls.PIN);
        System.setProperty(ClientTls.KEY, "k");
        assertUnusable("without each other");
    }

    private static void assertUnusable(String words) {
        assertThatThrownBy(() -> SpreadConnection.connect(name(), "alice"))
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.COULD_NOT_CONNECT))
                .hasMessageContaining(words);
    }

    @Test
    void aSilentServerCostsTheTimeOfTheConnectAndNoMore() throws IOException {
        try (var server = new java.net.ServerSocket(0, 5, InetAddress.getByName(HOST))) {
            assertThatThrownBy(() -> SpreadConnection.builder("tls://" + HOST + ":" + server.getLocalPort(), "alice")
                            .timeout(Duration.ofMillis(200))
                            .connect())
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED))
                    .hasMessageContaining("no end of the TLS handshake within 200 ms");
        }
    }

    /** TCP gives no segments, and TLS must not need any. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 5000})
    void whatComesInPiecesIsTheSame(int piece) throws IOException {
        try (Proxy proxy = new Proxy(HOST, TLS_PORT, piece);
                SpreadConnection alice = SpreadConnection.connect(proxy.name(), "alice")) {
            alice.join("room").awaitView(1, Wait.LONGEST);
            for (int number = 0; number < 6; number++) {
                alice.multicast(Service.AGREED, "room", body(number / 2 * 3));
                assertThat(awaitMessage(alice)).isEqualTo(body(number / 2 * 3));
            }
        }
    }

    private static byte[] awaitMessage(SpreadConnection at) {
        SpreadEvent event = at.receive(Wait.LONGEST);
        while (event != null && !(event instanceof DataMessage)) {
            event = at.receive(Wait.LONGEST);
        }
        assertThat(event).as("a message").isNotNull();
        return ((DataMessage) event).bytes();
    }

    @Test
    void whatWasChangedOnTheWayEndsTheConnection() throws IOException {
        for (boolean up : new boolean[] {true, false}) {
            try (Proxy proxy = new Proxy(HOST, TLS_PORT, 1 << 16)) {
                SpreadConnection alice = SpreadConnection.connect(proxy.name(), "alice");
                alice.join("room").awaitView(1, Wait.LONGEST);
                long before = daemon.metrics().refused().getOrDefault("TLS_RECORD", 0L);
                proxy.change(up);
                alice.multicast(Service.AGREED, "room", "good".getBytes(UTF_8));
                assertThatThrownBy(() -> awaitMessage(alice))
                        .isInstanceOfSatisfying(
                                SpreadException.class,
                                e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED));
                if (up) {
                    Wait.until(
                            "it is named",
                            () -> daemon.metrics().refused().getOrDefault("TLS_RECORD", 0L) == before + 1);
                }
                alice.close();
            }
        }
    }

    @Test
    void listenersHearOverTlsWhatTheyHearWithoutIt() {
        try (SpreadConnection alice = SpreadConnection.connect(name(), "alice");
                SpreadConnection plain = SpreadConnection.connect(PORT + "@" + HOST, "plain")) {
            var heard = new java.util.concurrent.LinkedBlockingQueue<String>();
            alice.join("room").awaitView(1, Wait.LONGEST);
            try (var listening = alice.onEvent(Runnable::run, event -> {
                if (event instanceof DataMessage message) {
                    heard.add(new String(message.bytes(), UTF_8));
                }
            })) {
                assertThat(listening).isNotNull();
                plain.multicast(Service.AGREED, "room", "hello".getBytes(UTF_8));
                assertThat(Wait.taken(heard)).isEqualTo("hello");
            }
        }
    }
}
