package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.flushspread.Wait;
import org.flushspread.client.Authenticator;
import org.flushspread.client.Reject;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.config.Configuration;
import org.flushspread.daemon.admin.Http;
import org.flushspread.interop.CSpread;
import org.flushspread.kernel.base.ReloadOrigin;
import org.flushspread.tools.Program;
import org.flushspread.wire.ServiceType;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Daemons on real sockets with an access file (security 4). */
@Timeout(180)
class AccessFileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HTTP = TestPorts.free();

    private final int port = TestPorts.free();
    private final TestDaemons daemons = new TestDaemons();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        daemons.close();
    }

    private Path access(String... lines) throws IOException {
        return Files.writeString(directory.resolve("access"), String.join("\n", lines) + "\n");
    }

    private Configuration one(String options) {
        return TestDaemons.configuration(1, port, options);
    }

    private SpreadDaemon start(Path access) {
        return daemons.start(one(""), "d1", daemons.options().withAccess(access));
    }

    private SpreadConnection overUnixSocket(String name) {
        return SpreadConnection.builder(Integer.toString(port), name)
                .socketDirectory(daemons.directory())
                .connect();
    }

    private SpreadConnection overTcp(String name) {
        return SpreadConnection.connect(port + "@127.0.1.1", name);
    }

    private static Reject awaitReject(SpreadConnection at) {
        SpreadEvent event = at.receive(PATIENCE);
        while (event != null && !(event instanceof Reject)) {
            event = at.receive(PATIENCE);
        }
        assertThat(event).as("a reject").isNotNull();
        return (Reject) event;
    }

    private static long refused(SpreadDaemon at, String why) {
        return at.metrics().refused().getOrDefault(why, 0L);
    }

    @Test
    void whatTheFileDeniesIsReturnedAndTheRestIsDone() throws IOException {
        SpreadDaemon daemon = start(access("deny join,send group secret* from local", "default allow"));
        try (SpreadConnection tcp = overTcp("tcp");
                SpreadConnection unix = overUnixSocket("unix")) {
            unix.join("secret").awaitView(1, PATIENCE);
            tcp.join("secret");
            Reject reject = awaitReject(tcp);
            assertThat(reject.serviceType() & ServiceType.CAUSED_BY_JOIN).isNotZero();
            tcp.multicast(Service.SAFE, "secrets", "x".getBytes(StandardCharsets.US_ASCII));
            assertThat(awaitReject(tcp).groups()).containsExactly("secrets", "#tcp#d1");
            tcp.join("open").awaitView(1, PATIENCE);
        }
        assertThat(refused(daemon, "JOIN_DENIED")).isEqualTo(1);
        assertThat(refused(daemon, "SEND_DENIED")).isEqualTo(1);
    }

    @Test
    void whoMayNotConnectHearsItAsARefusedAuthentication() throws IOException {
        start(access("allow connect,join from unix", "default deny"));
        try (SpreadConnection unix = overUnixSocket("unix")) {
            unix.join("g").awaitView(1, PATIENCE);
        }
        assertThatThrownBy(() -> overTcp("tcp").close())
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.REJECT_AUTH));
    }

    @Test
    void aUserIsTheOneOfThePassword() throws IOException {
        Files.writeString(
                directory.resolve("spread.access_pword"),
                "alice:" + PasswordHash.of("secret".getBytes(StandardCharsets.UTF_8)) + "\n");
        daemons.start(
                one("AllowedAuthMethods = \"NULL PWORD\"\n"),
                "d1",
                daemons.options()
                        .withAccess(
                                access("allow join group vault user alice", "deny join group vault", "default allow"))
                        .withAccessDirectory(directory));
        try (SpreadConnection alice = SpreadConnection.builder(port + "@127.0.1.1", "a")
                        .auth(Authenticator.password("alice", "secret"))
                        .connect();
                SpreadConnection nobody = overTcp("alice")) {
            alice.join("vault").awaitView(1, PATIENCE);
            nobody.join("vault");
            awaitReject(nobody);
        }
    }

    @Test
    void aReloadPutsTheFileInForceAndABadOneLeavesTheOld() throws IOException {
        Path file = access("default allow");
        Configuration one = one("");
        AtomicInteger loads = new AtomicInteger();
        SpreadDaemon daemon = SpreadDaemon.start(
                one, one.requireByName("d1"), daemons.options().withAccess(file), () -> {
                    loads.incrementAndGet();
                    return one;
                });
        try (SpreadConnection member = overTcp("member");
                SpreadConnection other = overTcp("other")) {
            member.join("vault").awaitView(1, PATIENCE);
            access("deny join group vault", "nonsense");
            Wait.until("it was looked at, and the configuration behind it", () -> {
                daemon.reread(ReloadOrigin.HOST);
                return loads.get() > 1;
            });
            other.join("vault").awaitView(2, PATIENCE);
            other.leave("vault");
            access("deny join group vault", "default allow");
            Wait.until("the member is gone", () -> {
                daemon.reread(ReloadOrigin.HOST);
                return refused(daemon, "ACCESS_WITHDRAWN") == 1;
            });
            other.join("vault");
            awaitReject(other);
        } finally {
            daemon.close();
        }
    }

    @Test
    void theAdminEndpointAnswersWhomTheFileAllows() throws IOException {
        Path file = access("allow admin from unix", "deny admin", "default allow");
        daemons.start(
                one(""),
                "d1",
                daemons.options()
                        .withAccess(file)
                        .withAdmin(
                                AdminOptions.DEFAULTS.withHttp(Optional.of(new InetSocketAddress("127.0.0.1", HTTP)))));
        Http refused = Http.get(HTTP, "/status");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("by line 2 of the access file");
        Http answer = Http.get(daemons.directory().resolve(port + ".admin"), "/status");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"ACCESS_DENIED\":1")
                .contains("\"access\":{\"file\":\"" + file + "\",\"rules\":2,\"otherwise\":\"allow\"");
    }

    @Test
    void aFileThatCannotBeUsedStopsTheStartWithItsPlace() throws IOException {
        Path wrong = access("default allow", "allow everything");
        assertThatThrownBy(() -> start(wrong))
                .isInstanceOf(DaemonStartException.class)
                .hasMessageStartingWith(wrong + ":2:1: ");
        Path none = directory.resolve("none");
        assertThatThrownBy(() -> start(none)).hasMessageContaining("there is no such access file");
    }

    /** What a client of the C library reads of it. */
    @ParameterizedTest
    @EnumSource
    void cClientsReadTheRejects(CSpread c) throws IOException {
        String spuser = c.program("spuser");
        start(access("deny connect name evil*", "deny join,send group secret*", "default allow"));
        try (Program program = Program.start(List.of(spuser, "-u", "carol", "-s", port + "@127.0.1.1"))) {
            program.expect("User> ").type("j secret\n").expect("REJECTED message from #carol#d1, of servicetype 0x");
            program.type("s secrets\nhello\n").expect("REJECTED message from #carol#d1, of servicetype 0x");
            program.type("j open\n").expect("Due to the JOIN of #carol#d1");
            program.type("q\n").exit();
        }
        try (Program refused = Program.start(List.of(spuser, "-u", "evil", "-s", port + "@127.0.1.1"))) {
            refused.exit();
            assertThat(refused.output() + refused.errors()).contains("authentication failed");
        }
    }
}
