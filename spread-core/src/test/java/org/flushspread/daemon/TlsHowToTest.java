package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.Guide;
import org.flushspread.Wait;
import org.flushspread.client.ClientTls;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of operations 14 make certificates that daemon and client take; what else OpenSSL makes, and OpenSSL as a client. */
@Timeout(120)
class TlsHowToTest {
    private static final int PORT = TestPorts.free();
    private static final int TLS_PORT = TestPorts.free();

    private static final Configuration ONE = Configuration.parse(
            "Spread_Segment 127.0.0.255:" + PORT + " { node1 127.0.0.1 { 127.0.0.1 } }",
            "test",
            HostResolver.LOCALHOST_ONLY);

    @TempDir
    private Path directory;

    private String run(String command) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).as(command + "\n" + said).isZero();
        return said;
    }

    private static boolean hasOpenSsl() {
        return java.util.Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "openssl")));
    }

    @Test
    void theCommandsOfTheHowToMakeWhatIsNeeded() throws IOException, InterruptedException {
        assumeTrue(hasOpenSsl(), "needs openssl");
        List<String> commands = Files.readAllLines(Guide.file("spec/operations.md")).stream()
                .filter(line -> line.matches(" {4}(openssl|echo) .*"))
                .toList();
        assertThat(commands).hasSizeGreaterThan(5);
        for (String each : commands) {
            run(each.strip());
        }
        Path ca = directory.resolve("ca.pem");
        Path alice = directory.resolve("alice.pem");
        TlsOptions tls = TlsOptions.of(TLS_PORT, directory.resolve("node1.pem"), directory.resolve("node1.key"))
                .withClients(ca, true);
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(ONE, "node1", daemons.options().withTls(tls));
            connect(ClientTls.trusting(ca).withCertificate(alice, directory.resolve("alice.key")));
            String said = run("openssl x509 -noout -fingerprint -sha256 -in node1.pem");
            String pin = said.substring(said.indexOf('=') + 1).strip();
            connect(ClientTls.pinned(pin).withCertificate(alice, directory.resolve("alice.key")));
        }
    }

    private String selfSigned(String algorithm) throws IOException, InterruptedException {
        return run(
                "openssl req -x509 -newkey " + algorithm + " -nodes -days 2 -subj /CN=d1 -keyout own.key -out own.pem");
    }

    private DaemonOptions withTls(TestDaemons daemons, String key) {
        return daemons.options().withTls(TlsOptions.of(TLS_PORT, directory.resolve("own.pem"), directory.resolve(key)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa:2048", "rsa-pss -pkeyopt rsa_keygen_bits:2048", "ed25519", "ec -pkeyopt group:P-384"})
    void keysOfEveryKindThatIsPromisedCanBeUsed(String algorithm) throws IOException, InterruptedException {
        assumeTrue(hasOpenSsl(), "needs openssl");
        selfSigned(algorithm);
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(ONE, "node1", withTls(daemons, "own.key"));
            String said = run("openssl x509 -noout -fingerprint -sha256 -in own.pem");
            connect(ClientTls.pinned(said.substring(said.indexOf('=') + 1)));
        }
    }

    /** security 3.1, with what OpenSSL really writes: a refusal names the command that mends it, and that does. */
    @Test
    void aKeyOfAnotherFormIsRefusedWithTheCommandThatMendsIt() throws IOException, InterruptedException {
        assumeTrue(hasOpenSsl(), "needs openssl");
        selfSigned("rsa:2048");
        run("umask 077; openssl pkey -in own.key -aes256 -passout pass:secret -out encrypted.key");
        run("umask 077; openssl rsa -in own.key -traditional -out traditional.key");
        try (TestDaemons daemons = new TestDaemons()) {
            for (String each : List.of("encrypted.key", "traditional.key")) {
                assertThatThrownBy(() -> daemons.start(ONE, "node1", withTls(daemons, each)))
                        .isInstanceOfSatisfying(DaemonStartException.class, e -> {
                            Matcher command = Pattern.compile("openssl .*").matcher(String.valueOf(e.getMessage()));
                            assertThat(command.find()).as(e.getMessage()).isTrue();
                            String password = each.startsWith("encrypted") ? " -passin pass:secret" : "";
                            String mend = command.group().replace("KEY.pem", "mended.key");
                            assertThatCode(() -> run(mend.replace(" -in", password + " -in")))
                                    .doesNotThrowAnyException();
                        });
                daemons.start(ONE, "node1", withTls(daemons, "mended.key")).close();
            }
        }
    }

    /** The other end of TLS need not be the JDK's. */
    @Test
    void aClientOfOpenSslSpeaksThroughTls13AndNothingOlder() throws IOException, InterruptedException {
        assumeTrue(hasOpenSsl(), "needs openssl");
        selfSigned("ec -pkeyopt group:P-256");
        try (TestDaemons daemons = new TestDaemons()) {
            SpreadDaemon daemon = daemons.start(ONE, "node1", withTls(daemons, "own.key"));
            String client =
                    "openssl s_client -quiet -verify_return_error -CAfile own.pem -connect 127.0.0.1:" + TLS_PORT;
            // A connect request of version 4.4.0 under the name carol and the choice of no method; the answers are the
            // list of methods and a refusal.
            assertThat(run("(printf '\\004\\004\\000\\001\\005carol'; head -c 90 /dev/zero) | " + client
                            + " -tls1_3 2>/dev/null"))
                    .startsWith("\u0005NULL ");
            run("! " + client + " -tls1_2");
            Wait.until("it is named", () -> daemon.metrics().refused().getOrDefault("TLS_HANDSHAKE_FAILED", 0L) == 1);
        }
    }

    private static void connect(ClientTls tls) {
        SpreadConnection.builder("tls://127.0.0.1:" + TLS_PORT, "alice")
                .tls(tls)
                .connect()
                .close();
    }
}
