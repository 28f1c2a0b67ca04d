package org.flushspread.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.flushspread.TestCertificates;
import org.flushspread.TestCertificates.Issued;
import org.flushspread.Wait;
import org.flushspread.client.ClientTls;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.DataMessage;
import org.flushspread.client.MessageChannel;
import org.flushspread.client.Reject;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;
import org.flushspread.daemon.admin.Http;
import org.flushspread.kernel.base.KernelSettings;
import org.flushspread.kernel.base.ReloadOrigin;
import org.flushspread.tls.Authorities;
import org.flushspread.tls.Credentials;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients at the TLS port of a daemon (security 3), over real sockets. */
@Timeout(120)
class TlsClientsTest {
    private static final String HOST = "127.0.1.1";

    private final TestDaemons daemons = new TestDaemons();
    private final int port = TestPorts.free();
    private final int tlsPort = TestPorts.free();

    @TempDir
    private Path files;

    private TestCertificates authority;
    private Issued own;

    @BeforeEach
    void makeCertificates() {
        authority = new TestCertificates(files, "authority");
        own = authority.issue("d1", HOST, "localhost");
    }

    @AfterEach
    void close() {
        daemons.close();
    }

    private TlsOptions options() {
        return TlsOptions.of(tlsPort, own.certificate(), own.key());
    }

    /** With time for handshakes on a machine that has other work. */
    private SpreadDaemon start(TlsOptions tls) {
        return start(
                daemons.options().withTls(tls).withKernel(KernelSettings.DEFAULTS.withHandshakeTimeout(Wait.LONGEST)));
    }

    private SpreadDaemon start(DaemonOptions options) {
        return daemons.start(TestDaemons.configuration(1, port, ""), "d1", options);
    }

    private String name() {
        return "tls://" + HOST + ":" + tlsPort;
    }

    private ClientTls trusting() {
        return ClientTls.trusting(authority.authority());
    }

    private SpreadConnection connect(String privateName, ClientTls tls) {
        return SpreadConnection.builder(name(), privateName).tls(tls).connect();
    }

    private ClientTls as(String user) {
        Issued client = authority.issue(user);
        return trusting().withCertificate(client.certificate(), client.key());
    }

    private static long refused(SpreadDaemon daemon, String why) {
        return daemon.metrics().refused().getOrDefault(why, 0L);
    }

    /** Of TLS; a busy machine has other reasons. */
    private static void assertNothingIsRefused(SpreadDaemon daemon) {
        assertThat(daemon.metrics().refused().keySet()).noneMatch(each -> each.contains("TLS"));
    }

    private static void awaitRefused(SpreadDaemon daemon, String why, long count) {
        Wait.until(count + " " + why, () -> refused(daemon, why) == count);
    }

    private static byte[] awaitMessage(SpreadConnection at) {
        SpreadEvent event = at.receive(Wait.LONGEST);
        while (event != null && !(event instanceof DataMessage)) {
            event = at.receive(Wait.LONGEST);
        }
        assertThat(event).as("a message").isNotNull();
        return ((DataMessage) event).bytes();
    }

    private static String sha256(byte[] certificate) {
        return Hashing.sha256().hashBytes(certificate).toString();
    }

    private static void assertRefused(ThrowingConnect connect, SpreadCode code, String words) {
        assertThatThrownBy(() -> connect.connect().close())
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @FunctionalInterface
    private interface ThrowingConnect {
        SpreadConnection connect();
    }

    // ---- what stands

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesOfEverySizePassInBothDirections(boolean nio) {
        SpreadDaemon daemon = start(daemons.options().withTls(options()).withNio(nio));
        assertThat(daemon.listening()).contains(HOST + ":" + tlsPort + "/tls");
        try (SpreadConnection alice = connect("alice", trusting());
                SpreadConnection bob = SpreadConnection.connect(port + "@" + HOST, "bob")) {
            assertThat(alice.privateGroup()).isEqualTo("#alice#d1");
            alice.join("room").awaitView(1, Wait.LONGEST);
            bob.join("room").awaitView(2, Wait.LONGEST);
            var dice = new SplittableRandom(3);
            for (int length : new int[] {0, 1, 1376, 16_300, 16_384, 16_400, 65_536, 131_072, 3_000_000}) {
                byte[] body = new byte[length];
                dice.nextBytes(body);
                alice.multicast(Service.AGREED, "room", body);
                assertThat(Arrays.equals(awaitMessage(bob), body)).isTrue();
                assertThat(Arrays.equals(awaitMessage(alice), body)).isTrue();
                bob.multicast(Service.AGREED, "room", body);
                assertThat(Arrays.equals(awaitMessage(alice), body)).isTrue();
                assertThat(Arrays.equals(awaitMessage(bob), body)).isTrue();
            }
        }
        assertNothingIsRefused(daemon);
    }

    @Test
    void oneSideSendsWhileItReceivesAndTheOtherReadsLate() {
        start(options());
        try (SpreadConnection alice = connect("alice", trusting());
                SpreadConnection bob = connect("bob", trusting())) {
            bob.join("room").awaitView(1, Wait.LONGEST);
            byte[] body = new byte[100_000];
            List<Integer> lengths = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                alice.multicast(Service.FIFO, "room", Arrays.copyOf(body, body.length - i));
                lengths.add(body.length - i);
            }
            List<Integer> seen = new ArrayList<>();
            while (seen.size() < lengths.size()) {
                seen.add(awaitMessage(bob).length);
            }
            assertThat(seen).isEqualTo(lengths);
        }
    }

    /** What waits here to be encrypted counts as what waits for the system does (client-protocol 6.4). */
    @Test
    void aClientThatTakesNothingIsDisconnectedAndSlowsNobody() {
        SpreadDaemon daemon = start(
                daemons.options().withTls(options()).withKernel(KernelSettings.DEFAULTS.withMaxSessionBytes(4 << 20)));
        try (SpreadConnection alice = connect("alice", trusting());
                SpreadConnection idle = connect("idle", trusting());
                SpreadConnection bob = connect("bob", trusting())) {
            bob.join("room").awaitView(1, Wait.LONGEST);
            idle.join("room").awaitView(2, Wait.LONGEST);
            int sent = 0;
            byte[] body = new byte[2_000_000];
            while (refused(daemon, "SLOW_CLIENT") == 0) {
                assertThat(sent++).as("messages of 2 MB").isLessThan(500);
                alice.multicast(Service.FIFO, "room", body);
                assertThat(awaitMessage(bob)).hasSameSizeAs(body);
            }
            awaitMembers(bob, 1);
            assertThatThrownBy(() -> {
                        while (true) {
                            idle.receive(Wait.LONGEST);
                        }
                    })
                    .isInstanceOfSatisfying(
                            SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.CONNECTION_CLOSED));
        }
    }

    @Test
    void theEndOfAClientIsSeenInOrderWithAFarewellAndWithoutOne() {
        start(options());
        try (SpreadConnection bob = SpreadConnection.connect(port + "@" + HOST, "bob")) {
            bob.join("room").awaitView(1, Wait.LONGEST);
            for (boolean farewell : new boolean[] {true, false}) {
                MessageChannel alice = MessageChannel.connect(
                        ConnectOptions.of(name(), "alice").withTls(trusting()).withMembership(false));
                alice.join("room", MessageChannel.FOREVER);
                awaitMembers(bob, 2);
                ByteBuffer[] body = {UTF_8.encode("last words")};
                alice.send(ServiceType.AGREED_MESS, (short) 0, "room", body, MessageChannel.FOREVER);
                if (farewell) {
                    alice.close();
                } else {
                    alice.receive(message -> message.type(), MessageChannel.FOREVER);
                    alice.kill();
                }
                assertThat(awaitMessage(bob)).isEqualTo("last words".getBytes(UTF_8));
                awaitMembers(bob, 1);
            }
        }
    }

    private static void awaitMembers(SpreadConnection at, int count) {
        SpreadEvent event = at.receive(Wait.LONGEST);
        while (event != null && !(event instanceof View view && view.members().size() == count)) {
            event = at.receive(Wait.LONGEST);
        }
        assertThat(event).as("a view of " + count).isNotNull();
    }

    @Test
    void sessionsAreResumedAndBringTheUserAgain() {
        SpreadDaemon daemon = start(options().withClients(authority.authority(), true));
        CountedChecks checks = new CountedChecks();
        SSLContext context = checks.context(authority.authority(), authority.issue("alice"));
        for (int i = 0; i < 3; i++) {
            try (SpreadConnection alice = connect("alice" + i, ClientTls.with(context))) {
                // The ticket comes behind the handshake, before the first answer at the latest.
                alice.join("room").awaitView(1, Wait.LONGEST);
            }
        }
        assertThat(checks.count.get()).as("full handshakes").isEqualTo(1);
        assertNothingIsRefused(daemon);
    }

    /** Trusts an authority, and counts how often it was asked: once for each handshake that is not resumed. */
    private static final class CountedChecks extends X509ExtendedTrustManager {
        final AtomicInteger count = new AtomicInteger();
        private X509ExtendedTrustManager behind;

        SSLContext context(Path trusted, Issued own) {
            try {
                behind = (X509ExtendedTrustManager) Authorities.of(trusted)[0];
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(
                        Credentials.read(own.certificate(), own.key(), Instant.now())
                                .keyManagers(),
                        new TrustManager[] {this},
                        null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            count.incrementAndGet();
            behind.checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("no socket is used");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("an engine is used");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("not here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("not here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("not here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return behind.getAcceptedIssuers();
        }
    }

    // ---- who comes in

    @Test
    void theNameOfACertificateIsTheUser() throws IOException {
        Path socket = daemons.directory().resolve(port + ".admin");
        start(options().withClients(authority.authority(), true));
        try (SpreadConnection any = connect("any", as("alice"))) {
            assertThat(any.isOpen()).isTrue();
            String status = Http.get(socket, "/status").body();
            assertThat(status).contains("\"kind\":\"tls\"", "\"user\":\"alice\"", "\"certificate\":\"CN=d1\"");
        }
    }

    @Test
    void thePrivateNameMustBeThatOfTheCertificateIfSoConfigured() {
        SpreadDaemon daemon =
                start(options().withClients(authority.authority(), true).withPrivateNames(true));
        connect("alice", as("alice")).close();
        assertRefused(() -> connect("bob", as("alice")), SpreadCode.REJECT_AUTH, "refused the authentication");
        assertRefused(() -> connect("", as("alice")), SpreadCode.REJECT_AUTH, "refused the authentication");
        awaitRefused(daemon, "NAME_NOT_OF_CERTIFICATE", 2);
    }

    @Test
    void theAccessFileKnowsTheUserOfACertificate() throws IOException {
        Path access = Files.writeString(
                files.resolve("access"),
                "allow connect user alice,bob\nallow join user alice\nallow leave,send\ndefault deny\n");
        SpreadDaemon daemon = start(
                daemons.options().withAccess(access).withTls(options().withClients(authority.authority(), false)));
        try (SpreadConnection alice = connect("a", as("alice"));
                SpreadConnection bob = connect("b", as("bob"))) {
            assertThat(alice.join("room").awaitView(1, Wait.LONGEST)).isNotNull();
            bob.join("room");
            assertThat(bob.receive(Wait.LONGEST)).isInstanceOf(Reject.class);
        }
        assertRefused(() -> connect("c", as("carol")), SpreadCode.REJECT_AUTH, "refused the authentication");
        assertRefused(() -> connect("alice", trusting()), SpreadCode.REJECT_AUTH, "refused the authentication");
        awaitRefused(daemon, "CONNECT_DENIED", 2);
    }

    @Test
    void withoutACertificateNobodyComesInWhereOneIsRequired() {
        SpreadDaemon daemon = start(options().withClients(authority.authority(), true));
        assertRefused(() -> connect("alice", trusting()), SpreadCode.REJECT_AUTH, "wants a certificate");
        awaitRefused(daemon, "TLS_CLIENT_CERTIFICATE", 1);
    }

    @Test
    void withoutACertificateAClientIsNobodyWhereOneIsWanted() {
        start(options().withClients(authority.authority(), false).withPrivateNames(true));
        connect("anybody", trusting()).close();
        connect("alice", as("alice")).close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCertificateOfAnotherAuthorityIsRefused(boolean required) throws IOException {
        SpreadDaemon daemon = start(options().withClients(authority.authority(), required));
        // Of one with the same name: of others a client does not show it, for the daemon says whose it wants.
        Path elsewhere = Files.createDirectory(files.resolve("elsewhere"));
        Issued foreign = new TestCertificates(elsewhere, "authority").issue("alice");
        assertRefused(
                () -> connect("alice", trusting().withCertificate(foreign.certificate(), foreign.key())),
                SpreadCode.REJECT_AUTH,
                "does not accept the certificate");
        awaitRefused(daemon, "TLS_CLIENT_CERTIFICATE", 1);
    }

    @Test
    void aCertificateOfAClientThatHasExpiredIsRefused() {
        SpreadDaemon daemon = start(options().withClients(authority.authority(), true));
        Instant past = Instant.now().minus(Duration.ofDays(2));
        Issued old = authority.issue("alice", past, past.plus(Duration.ofDays(1)));
        // This library does not show it either.
        assertRefused(
                () -> connect("alice", trusting().withCertificate(old.certificate(), old.key())),
                SpreadCode.COULD_NOT_CONNECT,
                "expired");
        assertNothingIsRefused(daemon);
    }

    @Test
    void aCertificateWithoutAUsableNameIsRefused() {
        SpreadDaemon daemon = start(options().withClients(authority.authority(), true));
        assertRefused(() -> connect("alice", as("a\nb")), SpreadCode.REJECT_AUTH, "refused the authentication");
        awaitRefused(daemon, "TLS_CLIENT_NAME", 1);
    }

    // ---- whom clients trust

    @Test
    void aDaemonThatNobodyKnowsIsNotTrusted() {
        SpreadDaemon daemon = start(options());
        TestCertificates other = new TestCertificates(files, "other");
        assertRefused(
                () -> connect("alice", ClientTls.trusting(other.authority())),
                SpreadCode.REJECT_AUTH,
                "signed by nobody who is trusted");
        assertRefused(() -> connect("alice", ClientTls.systemTrust()), SpreadCode.REJECT_AUTH, "trusted");
        awaitRefused(daemon, "TLS_HANDSHAKE_FAILED", 2);
    }

    @Test
    void aCertificateForAnotherNameIsNotTrusted() {
        own = authority.issue("d1", "node1.example");
        start(options());
        assertRefused(() -> connect("alice", trusting()), SpreadCode.REJECT_AUTH, HOST);
    }

    @Test
    void aPinnedCertificateIsTrustedWhateverItsNameAndNoOtherOne() {
        own = authority.issue("d1", "node1.example");
        start(options());
        connect("alice", ClientTls.pinned(sha256(own.der()))).close();
        String wrong = sha256(authority.issue("d1", HOST).der());
        assertRefused(() -> connect("alice", ClientTls.pinned(wrong)), SpreadCode.REJECT_AUTH, "not the one");
        connect("alice", ClientTls.pinned(wrong, sha256(own.der()))).close();
    }

    // ---- the wrong port, the wrong bytes

    @Test
    void aClientWithoutTlsIsToldAndNamed() {
        SpreadDaemon daemon = start(options());
        assertRefused(
                () -> SpreadConnection.connect(tlsPort + "@" + HOST, "alice"),
                SpreadCode.REJECT_AUTH,
                "refused the authentication");
        awaitRefused(daemon, "NOT_TLS", 1);
    }

    @Test
    void aTlsClientAtThePortWithoutTlsIsToldAndNamed() {
        SpreadDaemon daemon = start(options());
        assertRefused(
                () -> SpreadConnection.builder("tls://" + HOST + ":" + port, "alice")
                        .tls(trusting())
                        .connect(),
                SpreadCode.COULD_NOT_CONNECT,
                "does not speak TLS");
        awaitRefused(daemon, "TLS_AT_PLAIN_PORT", 1);
    }

    @Test
    void garbageEndsItsOwnHandshakeAndNobodyElse() throws IOException {
        SpreadDaemon daemon = start(options());
        try (SpreadConnection bob = connect("bob", trusting())) {
            var dice = new SplittableRandom(5);
            for (int i = 0; i < 50; i++) {
                try (SocketChannel client = SocketChannel.open(new InetSocketAddress(HOST, tlsPort))) {
                    byte[] bytes = new byte[5 + dice.nextInt(3000)];
                    dice.nextBytes(bytes);
                    byte[] header = {22, 3, 1, (byte) ((bytes.length - 5) >> 8), (byte) (bytes.length - 5)};
                    System.arraycopy(header, 0, bytes, 0, i % 2 == 0 ? header.length : 1);
                    RawClient.write(client, bytes);
                    client.shutdownOutput();
                    RawClient.read(client, 1 << 12);
                }
            }
            assertThat(refused(daemon, "TLS_HANDSHAKE_FAILED")).isPositive();
            assertThat(bob.join("room").awaitView(1, Wait.LONGEST)).isNotNull();
        }
        assertThat(daemon.metrics().counters()).containsEntry("loopFailures", 0L);
    }

    @Test
    void aSilentConnectionEndsInTimeAndTheOldestGivesWay() throws IOException {
        DaemonOptions all = daemons.options()
                .withTls(options())
                .withKernel(KernelSettings.DEFAULTS.withMaxHandshakes(2).withHandshakeTimeout(Duration.ofSeconds(30)));
        SpreadDaemon daemon = start(all);
        InetSocketAddress address = new InetSocketAddress(HOST, tlsPort);
        try (SocketChannel first = SocketChannel.open(address);
                SocketChannel second = SocketChannel.open(address);
                SocketChannel third = SocketChannel.open(address)) {
            assertThat(RawClient.read(first, 1)).isEmpty();
            awaitRefused(daemon, "TLS_TOO_MANY_HANDSHAKES", 1);
            assertThat(second.isOpen() && third.isOpen()).isTrue();
            connect("alice", trusting()).close();
        }
    }

    @Test
    void aHandshakeThatDoesNotEndIsGivenUp() throws IOException {
        SpreadDaemon daemon = start(daemons.options()
                .withTls(options())
                .withKernel(KernelSettings.DEFAULTS.withHandshakeTimeout(Duration.ofMillis(200))));
        try (SocketChannel silent = SocketChannel.open(new InetSocketAddress(HOST, tlsPort))) {
            RawClient.write(silent, new byte[] {22, 3, 1});
            assertThat(RawClient.read(silent, 1)).isEmpty();
        }
        awaitRefused(daemon, "TLS_HANDSHAKE_TIMEOUT", 1);
    }

    // ---- files

    private void replace(Issued by) throws IOException {
        Files.copy(by.key(), own.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.certificate(), own.certificate(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void filesThatChangeAreReadAgainAndBadOnesChangeNothing() throws IOException {
        SpreadDaemon daemon = start(options().withLook(Duration.ofMillis(20)));
        String before = sha256(own.der());
        try (SpreadConnection old = connect("old", ClientTls.pinned(before))) {
            Issued next = authority.issue("d1", HOST);
            replace(next);
            String now = sha256(next.der());
            Wait.until("the new certificate", () -> comesIn(now));
            assertThat(comesIn(before)).isFalse();
            old.join("room").awaitView(1, Wait.LONGEST);

            Files.writeString(own.certificate(), "no certificate");
            daemon.reread(ReloadOrigin.HOST);
            assertThat(comesIn(now)).isTrue();
            Instant past = Instant.now().minus(Duration.ofDays(2));
            replace(authority.issue("d1", past, past.plus(Duration.ofDays(1)), HOST));
            daemon.reread(ReloadOrigin.HOST);
            assertThat(comesIn(now)).isTrue();

            Issued last = authority.issue("d1", HOST);
            replace(last);
            Wait.until("the last certificate", () -> comesIn(sha256(last.der())));
        }
    }

    private boolean comesIn(String pin) {
        try {
            connect("", ClientTls.pinned(pin)).close();
            return true;
        } catch (SpreadException e) {
            assertThat(e.code()).isEqualTo(SpreadCode.REJECT_AUTH);
            return false;
        }
    }

    @Test
    void aHangUpReadsTheFilesAtOnceWithoutAConfigurationFile() throws IOException {
        SpreadDaemon daemon = start(options().withLook(Duration.ofHours(1)));
        Issued next = authority.issue("d1", HOST);
        replace(next);
        assertThat(comesIn(sha256(own.der()))).isTrue();
        daemon.reread(ReloadOrigin.HOST);
        Wait.until("the new certificate", () -> comesIn(sha256(next.der())));
    }

    private void assertNoStart(TlsOptions tls, String... words) {
        assertThatThrownBy(() -> start(tls))
                .isInstanceOf(DaemonStartException.class)
                .hasMessageContainingAll(words)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void whatCannotBeUsedStopsTheStartWithASentence() throws IOException {
        Instant now = Instant.now();
        Issued expired = authority.issue("d1", now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)), HOST);
        assertNoStart(TlsOptions.of(tlsPort, expired.certificate(), expired.key()), "expired", "new one");
        Issued early = authority.issue("d1", now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)), HOST);
        assertNoStart(TlsOptions.of(tlsPort, early.certificate(), early.key()), "valid from");
        Issued other = authority.issue("d1", HOST);
        assertNoStart(TlsOptions.of(tlsPort, own.certificate(), other.key()), "is not the key");
        assertNoStart(TlsOptions.of(tlsPort, own.certificate(), files.resolve("none")), "no such file");
        assertNoStart(TlsOptions.of(tlsPort, own.key(), own.key()), "has no certificate");
        assertNoStart(TlsOptions.of(tlsPort, own.certificate(), own.certificate()), "everybody may use");
        assertNoStart(options().withClients(own.key(), true), "has no certificate");
        for (String each : List.of("ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY")) {
            Path key = files.resolve("key");
            Files.copy(own.key(), key, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            Files.writeString(key, Files.readString(own.key()).replace("PRIVATE KEY", each));
            assertNoStart(TlsOptions.of(tlsPort, own.certificate(), key), "openssl");
        }
        try (SpreadDaemon started = start(options())) {
            assertThat(started.isRunning())
                    .as("nothing is left of the failed starts")
                    .isTrue();
        }
    }
}
