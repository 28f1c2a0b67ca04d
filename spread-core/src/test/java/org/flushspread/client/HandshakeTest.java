package org.flushspread.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The handshake byte for byte (client-protocol 2.4 to 2.9). */
@Timeout(120)
class HandshakeTest {
    private static final String CHOICE_NULL = "4e554c4c" + "00".repeat(86);
    private static final String ACCEPT_ALICE = "010404000923616c696365236431";
    private FakeDaemon daemon;

    @BeforeEach
    void listen() {
        daemon = FakeDaemon.listen();
    }

    @AfterEach
    void close() {
        daemon.close();
    }

    private CompletableFuture<MessageChannel> connect(ConnectOptions options) {
        return CompletableFuture.supplyAsync(() -> MessageChannel.connect(options), FakeDaemon.THREADS);
    }

    private ConnectOptions alice() {
        return ConnectOptions.of(daemon.name(), "alice").withTimeout(Duration.ofSeconds(10));
    }

    @Test
    void requestChoiceAndKillAreTheBytesOfTheCLibrary() throws Exception {
        CompletableFuture<MessageChannel> connecting = connect(alice());
        assertThat(daemon.receiveHex(10)).isEqualTo("0404000105616c696365");
        daemon.send("054e554c4c20");
        assertThat(daemon.receiveHex(90)).isEqualTo(CHOICE_NULL);
        daemon.send(ACCEPT_ALICE);
        MessageChannel channel = connecting.get(60, TimeUnit.SECONDS);
        assertThat(channel.privateGroup()).isEqualTo("#alice#d1");
        assertThat(channel.daemonVersion()).isEqualTo("4.4.0");
        CompletableFuture<Void> closing = CompletableFuture.runAsync(channel::close, FakeDaemon.THREADS);
        String own = "23616c696365236431" + "00".repeat(23);
        assertThat(daemon.receiveHex(80)).isEqualTo("80000480" + own + "01000000" + "80000080" + "00000000" + own);
        assertThat(daemon.clientCloses()).isTrue();
        daemon.closeClient();
        closing.get(60, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"false,0,00", "true,0,01", "false,1,10", "true,1,11", "true,7,11", "true,-3,01"})
    void flagsCarryMembershipAndAClampedPriority(boolean membership, int priority, String flags) throws Exception {
        CompletableFuture<MessageChannel> connecting =
                connect(alice().withMembership(membership).withPriority(priority));
        assertThat(daemon.receiveHex(10)).isEqualTo("040400" + flags + "05616c696365");
        daemon.send("054e554c4c20");
        daemon.receive(90);
        daemon.send(ACCEPT_ALICE);
        connecting.get(60, TimeUnit.SECONDS).kill();
    }

    @Test
    void answersMayComeByteByByte() throws Exception {
        CompletableFuture<MessageChannel> connecting = connect(alice());
        daemon.receive(10);
        sendSingly("0b4e554c4c20495020585820");
        assertThat(daemon.receiveHex(90)).isEqualTo(CHOICE_NULL);
        sendSingly(ACCEPT_ALICE);
        MessageChannel channel = connecting.get(60, TimeUnit.SECONDS);
        assertThat(channel.privateGroup()).isEqualTo("#alice#d1");
        channel.kill();
    }

    private void sendSingly(String hex) {
        for (byte each : HexFormat.of().parseHex(hex)) {
            daemon.send(new byte[] {each});
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fd, REJECT_QUOTA, as many sessions as it allows",
        "fc, REJECT_NO_NAME, demands a private name",
        "fb, REJECT_ILLEGAL_NAME, does not allow the private name 'alice'",
        "fa, REJECT_NOT_UNIQUE, already has a session named 'alice'",
        "f9, REJECT_VERSION, does not work with this version",
        "f7, REJECT_AUTH, refused the authentication",
        "5a, CONNECTION_CLOSED, is it a Spread daemon?",
        "7f, CONNECTION_CLOSED, is it a Spread daemon?"
    })
    void aRefusalInPlaceOfTheListIsNamed(String answer, SpreadCode code, String sentence) {
        CompletableFuture<MessageChannel> connecting = connect(alice());
        daemon.receive(10);
        daemon.send(answer);
        assertFails(connecting, code, sentence);
        assertThat(daemon.clientCloses()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "f7, REJECT_AUTH, refused the authentication",
        "0103000500, REJECT_VERSION, 3.0.5; 3.1.0 is needed",
        "0104040020, CONNECTION_CLOSED, is it a Spread daemon?",
        "01040400ff, CONNECTION_CLOSED, is it a Spread daemon?"
    })
    void aRefusalInPlaceOfTheAcceptBlockIsNamed(String answer, SpreadCode code, String sentence) {
        CompletableFuture<MessageChannel> connecting = connect(alice());
        daemon.receive(10);
        daemon.send("054e554c4c20");
        daemon.receive(90);
        daemon.send(answer);
        assertFails(connecting, code, sentence);
    }

    @Test
    void priorityNeedsADaemonThatKnowsIt() {
        CompletableFuture<MessageChannel> connecting = connect(alice().withPriority(1));
        daemon.receive(10);
        daemon.send("054e554c4c20");
        daemon.receive(90);
        daemon.send("010307000923616c696365236431");
        assertFails(connecting, SpreadCode.REJECT_VERSION, "priority needs 3.8.0");
    }

    @Test
    void aMethodTheDaemonDoesNotOfferIsRefusedHereAndNothingIsSent() {
        CompletableFuture<MessageChannel> connecting =
                connect(alice().withAuthenticators(java.util.List.of(Authenticator.password("u", "p"))));
        daemon.receive(10);
        daemon.send("084e554c4c20495020");
        assertFails(connecting, SpreadCode.REJECT_AUTH, "does not offer authentication method PWORD, only NULL IP");
        assertThat(daemon.clientCloses()).isTrue();
    }

    @Test
    void withoutAChoiceOfItsOwnTheClientTakesIpWhereNullIsNotOffered() throws Exception {
        CompletableFuture<MessageChannel> connecting = connect(alice());
        daemon.receive(10);
        daemon.send("03495020");
        assertThat(daemon.receiveHex(90)).isEqualTo("4950" + "00".repeat(88));
        daemon.send(ACCEPT_ALICE);
        connecting.get(60, TimeUnit.SECONDS).kill();
    }

    @ParameterizedTest
    @CsvSource({"01,true", "00,false"})
    void passwordSendsFortyBytesAndListensToTheAnswer(String answer, boolean accepted) throws Exception {
        CompletableFuture<MessageChannel> connecting =
                connect(alice().withAuthenticators(java.util.List.of(Authenticator.password("bob", "longer than 8"))));
        daemon.receive(10);
        daemon.send("0b4e554c4c205057 4f524420".replace(" ", ""));
        assertThat(daemon.receiveHex(90)).isEqualTo("50574f5244" + "00".repeat(85));
        assertThat(daemon.receiveHex(40)).isEqualTo("626f62" + "00".repeat(29) + "6c6f6e6765722074");
        daemon.send(answer);
        if (accepted) {
            daemon.send(ACCEPT_ALICE);
            connecting.get(60, TimeUnit.SECONDS).kill();
        } else {
            assertFails(connecting, SpreadCode.REJECT_AUTH, "does not accept this user name and password");
        }
    }

    @Test
    void aDaemonThatClosesIsToldApartFromOneThatIsSilent() {
        CompletableFuture<MessageChannel> connecting = connect(alice());
        daemon.receive(10);
        daemon.closeClient();
        assertFails(
                connecting, SpreadCode.CONNECTION_CLOSED, "closed the connection while waiting for the daemon's list");
    }

    @Test
    void silenceEndsWithTheTimeout() {
        // The time covers connecting, too, whose end has another code: it is long enough for that on a busy machine.
        Duration timeout = Duration.ofMillis(2500);
        long before = System.nanoTime();
        CompletableFuture<MessageChannel> connecting = connect(alice().withTimeout(timeout));
        assertFails(
                connecting,
                SpreadCode.CONNECTION_CLOSED,
                "no answer within 2500 ms while waiting for the daemon's list");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(timeout);
    }

    @Test
    void anInterruptEndsTheWaitAndClosesTheHalfMadeConnection() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread connecting = new Thread(() -> {
            try {
                MessageChannel.connect(alice());
            } catch (SpreadException e) {
                failure.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost"));
            }
        });
        connecting.start();
        daemon.receive(10);
        connecting.interrupt();
        assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(SpreadInterruptedException.class);
        assertThat(daemon.clientCloses()).isTrue();
    }

    @Test
    void namesAreCheckedBeforeAnythingIsSent() {
        assertThatThrownBy(() -> SpreadConnection.connect(daemon.name(), "alexander-smith"))
                .hasMessage("private name 'alexander-smith' has 15 characters; Spread allows at most 10");
        assertThatThrownBy(() -> SpreadConnection.connect(daemon.name(), "al ice"))
                .hasMessageContaining("illegal character at position 3");
        assertThatThrownBy(() -> SpreadConnection.connect("12:34", "alice"))
                .hasMessage("'12:34' names no daemon: ':' at position 3; expected PORT or PORT@HOST, as in 4803,"
                        + " 4803@localhost or 4803@::1");
    }

    private static void assertFails(CompletableFuture<?> connecting, SpreadCode code, String sentence) {
        assertThatThrownBy(connecting::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(sentence);
    }
}
