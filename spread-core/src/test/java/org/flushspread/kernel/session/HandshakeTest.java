package org.flushspread.kernel.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.flushspread.config.Options;
import org.flushspread.config.RingVersion;
import org.flushspread.kernel.FakePorts;
import org.flushspread.kernel.TestConfigurations;
import org.flushspread.kernel.base.CertifiedUser;
import org.flushspread.kernel.base.Event;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.PasswordMethods;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.ScramAnswer;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.AuthMethod;
import org.flushspread.wire.PasswordBlock;
import org.flushspread.wire.ScramMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake of client-protocol 2.4 to 2.8, seen from a daemon. */
class HandshakeTest {
    private static final Duration LONG = Duration.ofSeconds(11);
    private static final String LIST = "054e554c4c20";

    private SessionBench bench = new SessionBench();

    @AfterEach
    void nothingLeaks() {
        bench.stop();
    }

    @Test
    void theRecordedHandshakesAreAnsweredWithTheRecordedBytes() {
        for (String file : List.of("connect_ok.json", "connect_refused.json", "unix_socket.json")) {
            SessionBench each = new SessionBench();
            java.util.Map<String, Session> sessions = new java.util.HashMap<>();
            for (JsonNode step : SessionBench.vector(file).path("steps")) {
                String label = step.path("conn").asText();
                String hex = step.path("hex").asText();
                if (!step.path("kind").asText().matches("connect_request|auth_list|auth_choice|accept|refuse")) {
                    continue;
                }
                if (step.path("dir").asText().equals("C>D")) {
                    each.send(sessions.computeIfAbsent(label, key -> each.connect()), hex);
                } else if (hex.contains("2372313132312d31312364")) {
                    assertThat(each.takeHex(sessions.computeIfAbsent(label, key -> each.connect())))
                            .startsWith("01040400");
                } else {
                    assertThat(each.takeHex(sessions.computeIfAbsent(label, key -> each.connect())))
                            .isEqualTo(hex);
                }
            }
            assertThat(sessions).isNotEmpty();
            each.stop();
        }
    }

    /** Whatever a client says it is, it is told the version of the ring. */
    @Test
    void clientsOfBothToolkitsAreAcceptedByBothRingVersions() {
        for (RingVersion ring : RingVersion.values()) {
            SessionBench each = new SessionBench(ring);
            int count = 0;
            for (String version : List.of("040400", "050000", "050001", "060100")) {
                Session session = each.connect();
                String name = "c" + count++;
                each.send(session, version + "0102" + hex(name));
                assertThat(each.takeHex(session)).isEqualTo(LIST);
                each.send(session, SessionBench.choice("NULL"));
                assertThat(each.takeHex(session))
                        .isEqualTo((ring == RingVersion.SPREAD5 ? "01050001" : "01040400") + "06"
                                + hex("#" + name + "#d1"));
            }
            each.stop();
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * The raw handshakes of the C daemon. Where it looks at its socket once and judges what is there, this daemon waits for the rest
     * (Q10): those cases end at the deadline, and bytes that are early are no error.
     */
    @Test
    void theRecordedRawHandshakesGetTheSameAnswerAtTheLatestWhenTheirTimeIsOver() {
        Set<String> early = Set.of(
                "more name bytes than announced (3 announced, 5 sent)",
                "auth choice pipelined right behind the name (1 write)");
        int cases = 0;
        for (JsonNode node : SessionBench.vector("connect_refused.json").path("raw_cases")) {
            String name = node.path("case").asText();
            SessionBench each = new SessionBench();
            Session session = each.connect();
            node.path("sent_writes_hex").forEach(write -> each.send(session, write.asText()));
            String received = node.path("received_hex").asText();
            String answer = each.takeHex(session);
            if (name.contains("empty name")) {
                assertThat(answer).as(name).startsWith(LIST + "01040400");
            } else if (early.contains(name)) {
                assertThat(answer).as(name).startsWith(LIST);
            } else if (node.path("end").asText().startsWith("still open after 1.0")) {
                assertThat(answer).as(name).isEqualTo(received);
                assertThat(each.closed(session)).as(name).isNull();
            } else {
                each.pass(LONG);
                String rest = each.takeHex(session);
                String expected = name.startsWith("nothing after the name") ? received + "f7" : received;
                assertThat(answer + rest).as(name).isEqualTo(expected);
                assertThat(each.closed(session)).as(name).isNotNull();
            }
            each.stop();
            cases++;
        }
        assertThat(cases).isGreaterThan(30);
    }

    @Test
    void theRecordedAddressChecksAreReproduced() {
        for (JsonNode node : SessionBench.vector("ip_auth.json").path("cases")) {
            boolean old = node.has("old_library");
            SessionBench each = with(List.of("NULL", "IP"), List.of("IP"));
            Session session = each.connect();
            if (old) {
                each.send(session, "030f0001027631");
            } else {
                each.send(session, SessionBench.request("ip1", true));
                assertThat(each.takeHex(session))
                        .isEqualTo(node.path("auth_list").asText());
                each.send(session, SessionBench.choice("NULL"));
            }
            assertThat(each.takeHex(session)).isEmpty();
            assertThat(each.ports.takeQuestions()).containsExactly(new FakePorts.Question(session, "IP", ""));
            each.sessions.authenticated(
                    session, "IP", node.path("source").asText().equals("127.0.0.2"));
            String expected =
                    node.path(old ? "answer" : "after_auth_choice_NULL").asText();
            assertThat(each.takeHex(session)).isEqualTo(expected);
            each.stop();
        }
    }

    @Test
    void aHandshakeMayComeByteByByteAndEveryStepIsAnsweredWithOneWrite() {
        Session session = bench.connect();
        for (byte each : SessionBench.request("alice", true)) {
            bench.send(session, new byte[] {each});
        }
        assertThat(bench.takeHex(session)).isEqualTo(LIST);
        assertThat(bench.ports.client(session).writes()).isEqualTo(1);
        for (byte each : SessionBench.choice("NULL")) {
            bench.send(session, new byte[] {each});
        }
        assertThat(bench.takeHex(session)).isEqualTo("010404000923616c696365236431");
        assertThat(bench.ports.client(session).writes()).isEqualTo(2);
        assertThat(bench.ports.events(Event.SessionOpened.class))
                .containsExactly(new Event.SessionOpened(session, "#alice#d1", true));
    }

    @Test
    void whatIsSentBehindTheHandshakeIsTakenAsMessages() {
        Session session = bench.connect();
        byte[] choice = SessionBench.choice("NULL");
        byte[] message = SessionBench.message(0x10, "#alice#d1", List.of("#alice#d1"), new byte[] {1});
        byte[] both = Arrays.copyOf(choice, choice.length + message.length);
        System.arraycopy(message, 0, both, choice.length, message.length);
        bench.send(session, SessionBench.request("alice", true));
        bench.send(session, both);
        bench.order();
        assertThat(bench.takeHex(session)).endsWith(SessionBench.hex(message));
    }

    @Test
    void nobodyWaitsForASlowConnector() {
        Session slow = bench.connect();
        bench.send(slow, "04");
        assertThat(bench.client("quick")).isNotNull();
        bench.send(slow, "0400010161");
        assertThat(bench.takeHex(slow)).isEqualTo(LIST);
    }

    @Test
    void anUnfinishedHandshakeEndsAtItsDeadlineInOrderOfArrival() {
        Session first = bench.connect();
        bench.pass(Duration.ofSeconds(6));
        Session second = bench.connect();
        bench.send(second, SessionBench.request("second", true));
        Session done = bench.client("done");
        bench.pass(Duration.ofSeconds(6));
        assertThat(bench.closed(first)).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
        assertThat(bench.takeHex(first)).isEmpty();
        assertThat(bench.closed(second)).isNull();
        bench.pass(Duration.ofSeconds(6));
        assertThat(bench.closed(second)).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
        assertThat(bench.takeHex(second)).isEqualTo(LIST + "f7");
        bench.pass(Duration.ofSeconds(60));
        assertThat(bench.closed(done)).isNull();
        assertThat(bench.context.deadlines().any()).isFalse();
    }

    @Test
    void aPartOfANameIsRefusedAsIllegalAtTheDeadlineAndLessWithoutAByte() {
        Session part = bench.connect();
        bench.send(part, "040400010561");
        Session header = bench.connect();
        bench.send(header, "0404000105");
        Session version = bench.connect();
        bench.send(version, "040400");
        bench.pass(LONG);
        assertThat(bench.takeHex(part)).isEqualTo("fb");
        assertThat(bench.takeHex(header)).isEmpty();
        assertThat(bench.takeHex(version)).isEmpty();
    }

    @Test
    void theSessionAboveTheQuotaIsRefusedAtOnceAndDyingSessionsCount() {
        bench.stop();
        bench = new SessionBench(SessionBench.settings(2, 2, 500, 1 << 20), Options.DEFAULTS, AccessPolicy.PERMIT);
        Session one = bench.client("one");
        bench.client("two");
        Session three = bench.connect();
        assertThat(bench.takeHex(three)).isEqualTo("fd");
        assertThat(bench.closed(three)).isEqualTo(Reason.TOO_MANY_SESSIONS);
        bench.sessions.closed(one);
        assertThat(bench.sessions.count()).isEqualTo(1);
        assertThat(bench.takeHex(bench.connect())).isEqualTo("fd");
        bench.order();
        assertThat(bench.client("three")).isNotNull();
        assertThat(bench.sessions.count()).isEqualTo(2);
    }

    @Test
    void tenThousandSilentConnectionsDoNotKeepOthersOut() {
        List<Session> silent = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            silent.add(bench.connect());
            assertThat(bench.sessions.count()).isLessThanOrEqualTo(256);
        }
        assertThat(bench.client("alice")).isNotNull();
        assertThat(bench.closed(silent.get(0))).isEqualTo(Reason.TOO_MANY_HANDSHAKES);
        assertThat(bench.context.counters().refused(Reason.TOO_MANY_HANDSHAKES)).isGreaterThan(9_000);
        bench.pass(LONG);
        assertThat(bench.sessions.count()).isEqualTo(1);
    }

    @Test
    void aHandshakeThatWaitsForTheDaemonDoesNotGiveWay() {
        bench.stop();
        bench = new SessionBench(
                SessionBench.settings(10, 1, 500, 1 << 20),
                TestConfigurations.options(List.of("IP"), List.of(), 1000),
                AccessPolicy.PERMIT);
        Session asked = bench.connect();
        bench.send(asked, SessionBench.request("a", true));
        bench.send(asked, SessionBench.choice("IP"));
        Session late = bench.connect();
        assertThat(bench.takeHex(late)).isEqualTo("fd");
        assertThat(bench.closed(late)).isEqualTo(Reason.TOO_MANY_HANDSHAKES);
        bench.sessions.authenticated(asked, "IP", true);
        assertThat(bench.takeHex(asked)).endsWith("01040400052361236431");
    }

    @Test
    void aNameIsTakenFromItsRequestUntilItsKillComesBack() {
        Session half = bench.connect();
        bench.send(half, SessionBench.request("alice", true));
        Session second = bench.connect();
        bench.send(second, SessionBench.request("alice", true));
        assertThat(bench.takeHex(second)).isEqualTo("fa");
        assertThat(bench.closed(second)).isEqualTo(Reason.NAME_NOT_UNIQUE);
        bench.sessions.closed(half);

        Session alice = bench.client("alice");
        bench.sessions.closed(alice);
        Session third = bench.connect();
        bench.send(third, SessionBench.request("alice", true));
        assertThat(bench.takeHex(third)).isEqualTo("fa");
        bench.order();
        assertThat(bench.client("alice")).isNotNull();
    }

    @Test
    void anEmptyNameGetsAnInventedOne() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Session session = bench.connect();
            bench.send(session, "0404000000");
            bench.send(session, SessionBench.choice("NULL"));
            byte[] answer = bench.ports.client(session).take();
            bench.sessions.turnEnded();
            answer = bench.ports.client(session).take();
            String group = new String(answer, 11, answer.length - 11, StandardCharsets.ISO_8859_1);
            assertThat(group).matches("#r[0-9]{1,4}-[0-9]{1,7}#d1");
            assertThat(group.length()).isLessThanOrEqualTo(9 + 4);
            assertThat(names.add(group)).isTrue();
        }
    }

    @Test
    void theListNamesEnabledMethodsInTheOrderOfTheCDaemon() {
        assertThat(listOf(List.of("NULL"))).isEqualTo(LIST);
        assertThat(listOf(List.of("IP"))).isEqualTo("03495020");
        assertThat(listOf(List.of("PWORD", "IP", "NULL"))).isEqualTo("0e4e554c4c2049502050574f524420");
        assertThat(listOf(List.of("SOMETHING"))).isEqualTo("00f7");
    }

    @Test
    void aMethodThatIsNotEnabledOrNoneIsRefused() {
        for (String[] methods : new String[][] {{}, {"IP"}, {"NULL", "X"}, {"null"}, {"NULL", "NULL", "IP"}}) {
            Session session = bench.connect();
            bench.send(session, SessionBench.request("a", true));
            bench.send(session, SessionBench.choice(methods));
            assertThat(bench.takeHex(session)).isEqualTo(LIST + "f7");
            assertThat(bench.closed(session)).isEqualTo(Reason.AUTHENTICATION_FAILED);
        }
        Session three = bench.connect();
        bench.send(three, SessionBench.request("a", true));
        bench.send(three, SessionBench.choice("NULL", "NULL", "NULL"));
        assertThat(bench.takeHex(three)).endsWith("01040400052361236431");
    }

    @Test
    void aRequiredMethodRunsBehindTheChosenOnes() {
        bench.stop();
        bench = with(List.of("NULL"), List.of("IP", "NULL"));
        Session session = bench.connect();
        bench.send(session, SessionBench.request("a", true));
        assertThat(bench.takeHex(session)).isEqualTo(LIST);
        bench.send(session, SessionBench.choice("NULL"));
        assertThat(bench.ports.takeQuestions()).hasSize(1);
        assertThat(bench.takeHex(session)).isEmpty();
        bench.sessions.authenticated(session, "IP", true);
        assertThat(bench.takeHex(session)).isEqualTo("01040400052361236431");
    }

    @Test
    void aRequiredMethodThatNobodyKnowsLetsNobodyIn() {
        bench.stop();
        bench = with(List.of("NULL"), List.of("MAGIC"));
        Session session = bench.connect();
        bench.send(session, SessionBench.request("a", true));
        bench.send(session, SessionBench.choice("NULL"));
        assertThat(bench.takeHex(session)).isEqualTo(LIST + "f7");
    }

    @Test
    void aPasswordIsAskedForAndAnsweredWithAByteOfItsOwn() {
        bench.stop();
        bench = with(List.of("PWORD"), List.of());
        byte[] password = SessionBench.bytes(new PasswordBlock("ann", "secret")::write);
        for (boolean good : new boolean[] {true, false}) {
            Session session = bench.connect();
            bench.send(session, SessionBench.request("a", true));
            bench.send(session, SessionBench.choice("PWORD"));
            bench.takeHex(session);
            bench.send(session, Arrays.copyOf(password, 39));
            assertThat(bench.ports.takeQuestions()).isEmpty();
            bench.send(session, Arrays.copyOfRange(password, 39, 40));
            assertThat(bench.ports.takeQuestions())
                    .containsExactly(new FakePorts.Question(session, "PWORD", SessionBench.hex(password)));
            bench.sessions.authenticated(session, "IP", true);
            assertThat(bench.takeHex(session)).isEmpty();
            bench.sessions.authenticated(session, "PWORD", good);
            assertThat(bench.takeHex(session)).isEqualTo(good ? "0101040400052361236431" : "00f7");
            if (good) {
                bench.sessions.closed(session);
                bench.order();
            }
        }
    }

    @Test
    void theUserIsThatOfTheCertificateOrElseThatOfThePassword() {
        bench.stop();
        bench = with(List.of("PWORD"), List.of());
        byte[] password = SessionBench.bytes(new PasswordBlock("ann", "secret")::write);
        for (boolean certified : new boolean[] {false, true}) {
            for (boolean good : new boolean[] {true, false}) {
                bench.certified = certified ? new CertifiedUser("carol", false) : null;
                Session session = bench.connect();
                assertThat(session.user()).isEqualTo(certified ? "carol" : null);
                bench.send(session, SessionBench.request("a", true));
                bench.send(session, SessionBench.choice("PWORD"));
                bench.send(session, password);
                bench.sessions.authenticated(session, "PWORD", good);
                assertThat(session.user()).isEqualTo(certified ? "carol" : good ? "ann" : null);
                bench.ports.takeQuestions();
                if (good) {
                    bench.sessions.closed(session);
                    bench.order();
                }
            }
        }
    }

    @Test
    void aPrivateNameThatIsNotTheCertificatesIsRefusedBeforeItIsTaken() {
        bench.certified = new CertifiedUser("carol", true);
        for (String name : List.of("carla", "")) {
            Session session = bench.connect();
            bench.send(session, SessionBench.request(name, true));
            assertThat(bench.takeHex(session)).isEqualTo("f7");
            assertThat(bench.closed(session)).isEqualTo(Reason.NAME_NOT_OF_CERTIFICATE);
        }
        assertThat(bench.client("carol").user()).isEqualTo("carol");
        bench.certified = null;
        assertThat(bench.client("carla").user()).isNull();
    }

    @Test
    void whoeverSpeaksTlsWhereThereIsNoneIsNamed() {
        for (String hello : List.of("1603010200010001fc0303", "1603030000", "1603")) {
            Session session = bench.connect();
            bench.send(session, hello.substring(0, 2));
            assertThat(bench.takeHex(session)).isEmpty();
            bench.send(session, hello.substring(2));
            assertThat(bench.takeHex(session)).isEqualTo("f9");
            assertThat(bench.closed(session)).isEqualTo(Reason.TLS_AT_PLAIN_PORT);
        }
    }

    @Test
    void theResultComesAfterAllMethodsRan() {
        bench.stop();
        bench = with(List.of("IP", "PWORD"), List.of());
        Session session = bench.connect();
        bench.send(session, SessionBench.request("a", true));
        bench.send(session, SessionBench.choice("IP", "PWORD"));
        bench.takeHex(session);
        bench.sessions.authenticated(session, "IP", false);
        assertThat(bench.takeHex(session)).isEmpty();
        assertThat(bench.closed(session)).isNull();
        bench.send(session, new byte[40]);
        bench.sessions.authenticated(session, "PWORD", true);
        assertThat(bench.takeHex(session)).isEqualTo("01f7");
    }

    @Test
    void anOldClientCannotPassByARequiredPassword() {
        bench.stop();
        bench = with(List.of("NULL", "PWORD"), List.of("PWORD"));
        Session session = bench.connect();
        bench.send(session, "030f0001027631");
        assertThat(bench.takeHex(session)).isEqualTo("f7");
    }

    @Test
    void anOldClientNeedsTheNullOrIpMethod() {
        bench.stop();
        bench = with(List.of("PWORD"), List.of());
        Session session = bench.connect();
        bench.send(session, "030f0001027631");
        assertThat(bench.takeHex(session)).isEqualTo("f7");
    }

    @Test
    void aVerdictForAClientThatIsGoneIsIgnored() {
        bench.stop();
        bench = with(List.of("IP"), List.of());
        Session session = bench.connect();
        bench.send(session, SessionBench.request("a", true));
        bench.send(session, SessionBench.choice("IP"));
        bench.sessions.closed(session);
        bench.sessions.authenticated(session, "IP", true);
        assertThat(bench.sessions.count()).isZero();
        assertThat(bench.ports.events(Event.SessionOpened.class)).isEmpty();
    }

    @Test
    void aPolicyMayDenyTheSession() {
        bench.stop();
        bench = new SessionBench(KernelSettings.DEFAULTS, Options.DEFAULTS, new AccessPolicy() {
            @Override
            public boolean mayOpen(Session session, org.flushspread.wire.Name privateGroup) {
                return !privateGroup.toString().equals("#eve#d1");
            }
        });
        Session eve = bench.connect();
        bench.send(eve, SessionBench.request("eve", true));
        bench.send(eve, SessionBench.choice("NULL"));
        assertThat(bench.takeHex(eve)).isEqualTo(LIST + "f7");
        assertThat(bench.client("bob")).isNotNull();
    }

    @Test
    void bytesThatOverflowTheHandshakeEndIt() {
        bench.stop();
        bench = with(List.of("IP"), List.of());
        Session session = bench.connect();
        bench.send(session, SessionBench.request("a", true));
        bench.send(session, SessionBench.choice("IP"));
        for (int i = 0; i < 65 && bench.closed(session) == null; i++) {
            bench.send(session, new byte[1024]);
        }
        assertThat(bench.closed(session)).isEqualTo(Reason.HANDSHAKE_MALFORMED);
    }

    private static final String FIRST = "n,,n=alice,r=x";
    private static final String LAST = "c=biws,r=xy,p=AAAA";

    private static byte[] scram(String text) {
        return SessionBench.bytes(new ScramMessage(text)::write);
    }

    /** In pieces of one byte too: two questions to the shell, two answers, and the accept block behind the last. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProofIsAskedForInTwoSteps(boolean right) {
        bench.stop();
        bench = with(List.of("PWORD"), List.of("PWORD"));
        bench.sessions.passwords(PasswordMethods.SCRAM);
        Session session = bench.connect();
        bench.send(session, SessionBench.request("a", true));
        assertThat(bench.takeHex(session)).isEqualTo("0e" + SessionBench.hex("SCRAM-SHA-256 ".getBytes(US_ASCII)));
        bench.send(session, SessionBench.choice(AuthMethod.SCRAM));
        for (byte each : scram(FIRST)) {
            bench.send(session, new byte[] {each});
        }
        assertThat(bench.ports.takeQuestions())
                .containsExactly(new FakePorts.Question(session, AuthMethod.SCRAM, SessionBench.hex(scram(FIRST))));
        bench.sessions.authenticated(session, AuthMethod.PWORD, true);
        assertThat(bench.takeHex(session)).as("no answer to another question").isEmpty();
        bench.sessions.answered(session, ScramAnswer.challenge("r=xy,s=AAAA,i=4096"));
        assertThat(bench.takeHex(session)).isEqualTo(SessionBench.hex(scram("r=xy,s=AAAA,i=4096")));
        bench.send(session, scram(LAST));
        assertThat(bench.ports.takeQuestions())
                .containsExactly(new FakePorts.Question(session, AuthMethod.SCRAM, SessionBench.hex(scram(LAST))));
        bench.sessions.answered(
                session, right ? ScramAnswer.accepted("v=AAAA", "alice") : ScramAnswer.refused("e=invalid-proof"));
        String said = bench.takeHex(session);
        assertThat(said).startsWith(SessionBench.hex(scram(right ? "v=AAAA" : "e=invalid-proof")));
        assertThat(said).endsWith(right ? SessionBench.hex("#a#d1".getBytes(US_ASCII)) : "f7");
        assertThat(session.user()).isEqualTo(right ? "alice" : null);
        assertThat(bench.closed(session)).isEqualTo(right ? null : Reason.AUTHENTICATION_FAILED);
    }

    @Test
    void passwordsAreOfferedAsTheDaemonWasTold() {
        for (PasswordMethods each : PasswordMethods.values()) {
            SessionBench one = with(List.of("NULL", "PWORD"), List.of());
            one.sessions.passwords(each);
            Session session = one.connect();
            one.send(session, SessionBench.request("a", true));
            String list = "NULL " + (each.clear() ? "PWORD " : "") + (each.proof() ? "SCRAM-SHA-256 " : "");
            assertThat(one.takeHex(session)).endsWith(SessionBench.hex(list.getBytes(US_ASCII)));
            one.send(session, SessionBench.choice("PWORD"));
            assertThat(one.closed(session)).isEqualTo(each.clear() ? null : Reason.AUTHENTICATION_FAILED);
            one.stop();
        }
    }

    private static String listOf(List<String> allowed) {
        SessionBench bench = with(allowed, List.of());
        Session session = bench.connect();
        bench.send(session, SessionBench.request("a", true));
        String hex = bench.takeHex(session);
        bench.stop();
        return hex;
    }

    private static SessionBench with(List<String> allowed, List<String> required) {
        return new SessionBench(
                KernelSettings.DEFAULTS, TestConfigurations.options(allowed, required, 1000), AccessPolicy.PERMIT);
    }
}
