package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.flushspread.Wait;
import org.flushspread.client.Authenticator;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadException;
import org.flushspread.config.Configuration;
import org.flushspread.interop.CSpread;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.flushspread.kernel.base.ReloadOrigin;
import org.flushspread.tools.Program;
import org.flushspread.wire.AuthMethod;
import org.flushspread.wire.SpreadCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** Passwords that are proved and not sent (client-protocol 2.6, security 4.6). */
@Timeout(180)
class ScramAtDaemonsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LONG = "correct horse battery staple";

    private final int port = TestPorts.free();
    private final TestDaemons daemons = new TestDaemons();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        daemons.close();
    }

    private void passwd(String user, String password, String... more) {
        List<String> args = new ArrayList<>(
                List.of(directory.resolve("spread.access_pword").toString(), user, "--stdin", "--rounds", "4096"));
        Collections.addAll(args, more);
        StringWriter said = new StringWriter();
        CommandLine line = new CommandLine(
                new PasswdCommand(null, new ByteArrayInputStream((password + "\n").getBytes(StandardCharsets.UTF_8))));
        line.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
        assertThat(line.execute(args.toArray(new String[0])))
                .as(said.toString())
                .isZero();
    }

    private Configuration one(String methods) {
        return TestDaemons.configuration(1, port, methods);
    }

    private DaemonOptions options() {
        return daemons.options().withAccessDirectory(directory);
    }

    private SpreadConnection connect(Authenticator... methods) {
        return SpreadConnection.builder(port + "@127.0.1.1", "me").auth(methods).connect();
    }

    private void refused(String sentence, Authenticator... methods) {
        assertThatThrownBy(() -> connect(methods).close())
                .isInstanceOfSatisfying(
                        SpreadException.class, e -> assertThat(e.code()).isEqualTo(SpreadCode.REJECT_AUTH))
                .hasMessageContaining(sentence);
    }

    /** The list of methods, as a client gets it. */
    private String offered() throws IOException {
        try (SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.1.1", port))) {
            RawClient.write(client, new byte[] {4, 4, 0, 1, 1, 'x'});
            int length = Integer.parseInt(RawClient.read(client, 1), 16);
            return new String(
                    io.netty.buffer.ByteBufUtil.decodeHexDump(RawClient.read(client, length)),
                    StandardCharsets.US_ASCII);
        }
    }

    @Test
    void allOfThePasswordCountsAndTheSessionIsTheUsers() throws IOException {
        passwd("alice", LONG);
        Path access = Files.writeString(directory.resolve("access"), "allow connect,join user alice\ndefault deny\n");
        daemons.start(
                one("AllowedAuthMethods = \"NULL PWORD\"\n"), "d1", options().withAccess(access));
        try (SpreadConnection alice = connect(Authenticator.scram("alice", LONG))) {
            alice.join("g").awaitView(1, PATIENCE);
        }
        Wait.until("the name is free again", this::daemonHasNoSession);
        refused("does not accept this user name and password", Authenticator.scram("alice", LONG.substring(0, 8)));
        refused("does not accept this user name and password", Authenticator.scram("bob", LONG));
        refused("", Authenticator.none());
        // the first eight bytes are the password of clients that send it
        connect(Authenticator.password("alice", LONG)).close();
    }

    private boolean daemonHasNoSession() {
        return daemons.last().metrics().connections() == 0;
    }

    @Test
    void itIsOfferedWhereAUserHasKeysForItAndPasswordsAreAllowed() throws IOException {
        passwd("alice", "secret");
        daemons.start(one("AllowedAuthMethods = \"NULL PWORD\"\n"), "d1", options());
        assertThat(offered()).isEqualTo("NULL PWORD SCRAM-SHA-256 ");
        daemons.last().close();
        daemons.start(
                one("AllowedAuthMethods = \"NULL PWORD\"\n"), "d1", options().withClearPasswords(false));
        assertThat(offered()).isEqualTo("NULL SCRAM-SHA-256 ");
        refused("does not offer authentication method PWORD", Authenticator.password("alice", "secret"));
        connect(Authenticator.scram("alice", "secret")).close();
        daemons.last().close();
        daemons.start(one("AllowedAuthMethods = \"NULL IP\"\n"), "d1", options());
        assertThat(offered()).isEqualTo("NULL IP ");
        refused("does not offer authentication method " + AuthMethod.SCRAM, Authenticator.scram("alice", "secret"));
    }

    /** RequiredAuthMethods = PWORD asks for the password's user, not for the way it is shown. */
    @Test
    void aProofIsAsGoodAsThePasswordWhereThatIsRequired() {
        passwd("alice", "secret");
        daemons.start(
                one("AllowedAuthMethods = \"NULL PWORD\"\nRequiredAuthMethods = \"PWORD\"\n"),
                "d1",
                options().withClearPasswords(false));
        connect(Authenticator.scram("alice", "secret")).close();
        refused("", Authenticator.none());
    }

    @Test
    void aUserForProofsOnlyDoesNotGetInByPword() {
        passwd("alice", "secret", "--scram-only");
        daemons.start(one("AllowedAuthMethods = \"PWORD\"\n"), "d1", options());
        connect(Authenticator.scram("alice", "secret")).close();
        refused("", Authenticator.password("alice", "secret"));
    }

    @Test
    void aReloadTakesAnotherPassword() {
        Configuration one = one("AllowedAuthMethods = \"PWORD\"\n");
        SpreadDaemon daemon = SpreadDaemon.start(one, one.requireByName("d1"), options(), () -> one);
        try {
            refused("does not offer", Authenticator.scram("alice", "one"));
            passwd("alice", "one");
            Wait.until("the file is read", () -> {
                daemon.reread(ReloadOrigin.HOST);
                return passes("one");
            });
            passwd("alice", "two");
            Wait.until("it is read again", () -> {
                daemon.reread(ReloadOrigin.HOST);
                return passes("two");
            });
            assertThat(passes("one")).isFalse();
        } finally {
            daemon.close();
        }
    }

    /** They do not look at what they do not know, at daemons of ours; and daemons of theirs do not offer it. */
    @ParameterizedTest
    @EnumSource
    void cClientsAndDaemonsNoticeNothing(CSpread c) throws IOException {
        String spuser = c.program("spuser");
        passwd("alice", "secret");
        daemons.start(one("AllowedAuthMethods = \"NULL PWORD\"\n"), "d1", options());
        assertThat(offered()).contains(AuthMethod.SCRAM);
        try (Program program = Program.start(List.of(spuser, "-u", "carol", "-s", port + "@127.0.1.1"))) {
            program.expect("User> ").type("j open\n").expect("Due to the JOIN of #carol#d1");
            program.type("q\n").exit();
        }
        try (PeerDaemon theirs = PeerDaemon.start(c == CSpread.V4 ? DaemonKind.C4 : DaemonKind.C5)) {
            assertThatThrownBy(() -> SpreadConnection.builder(theirs.name(), "me")
                            .auth(Authenticator.scram("alice", "secret"))
                            .connect()
                            .close())
                    .hasMessageContaining("does not offer authentication method " + AuthMethod.SCRAM + ", only NULL");
        }
    }

    private boolean passes(String password) {
        try {
            SpreadConnection.builder(port + "@127.0.1.1", "")
                    .auth(Authenticator.scram("alice", password))
                    .connect()
                    .close();
            return true;
        } catch (SpreadException e) {
            return false;
        }
    }

    /** Lengths that are none, texts that are none, and the end in the middle. */
    @Test
    void whatIsNoMessageEndsTheHandshakeAndNobodyElse() throws IOException {
        passwd("alice", "secret");
        daemons.start(one("AllowedAuthMethods = \"PWORD\"\n"), "d1", options());
        for (byte[] each :
                new byte[][] {{0, 0}, {4, 1}, {(byte) 0xff, (byte) 0xff}, {0, 1, 'x'}, {0, 5, 'n', ',', ',', 0, 1}}) {
            try (SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.1.1", port))) {
                RawClient.write(client, new byte[] {4, 4, 0, 1, 1, 'x'});
                RawClient.read(client, 1 + "PWORD SCRAM-SHA-256 ".length());
                byte[] choice = new byte[90];
                byte[] name = AuthMethod.SCRAM.getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(name, 0, choice, 0, name.length);
                RawClient.write(client, choice);
                RawClient.write(client, each);
                assertThat(RawClient.read(client, 100)).endsWith("f7");
            }
        }
        connect(Authenticator.scram("alice", "secret")).close();
    }
}
