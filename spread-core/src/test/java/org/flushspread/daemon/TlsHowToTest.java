package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flushspread.Guide;
import org.flushspread.client.ClientTls;
import org.flushspread.client.SpreadConnection;
import org.flushspread.config.Configuration;
import org.flushspread.config.HostResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of operations 14 make certificates that daemon and client take. */
@Timeout(120)
class TlsHowToTest {
    private static final int PORT = TestPorts.free();
    private static final int TLS_PORT = TestPorts.free();

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
        Configuration one = Configuration.parse(
                "Spread_Segment 127.0.0.255:" + PORT + " { node1 127.0.0.1 { 127.0.0.1 } }",
                "test",
                HostResolver.LOCALHOST_ONLY);
        Path ca = directory.resolve("ca.pem");
        Path alice = directory.resolve("alice.pem");
        TlsOptions tls = TlsOptions.of(TLS_PORT, directory.resolve("node1.pem"), directory.resolve("node1.key"))
                .withClients(ca, true);
        try (TestDaemons daemons = new TestDaemons()) {
            daemons.start(one, "node1", daemons.options().withTls(tls));
            connect(ClientTls.trusting(ca).withCertificate(alice, directory.resolve("alice.key")));
            String said = run("openssl x509 -noout -fingerprint -sha256 -in node1.pem");
            String pin = said.substring(said.indexOf('=') + 1).strip();
            connect(ClientTls.pinned(pin).withCertificate(alice, directory.resolve("alice.key")));
        }
    }

    private static void connect(ClientTls tls) {
        SpreadConnection.builder("tls://127.0.0.1:" + TLS_PORT, "alice")
                .tls(tls)
                .connect()
                .close();
    }
}
