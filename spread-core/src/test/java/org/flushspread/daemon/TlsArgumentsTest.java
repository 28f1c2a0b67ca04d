package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The options of the TLS port (security 3) mean what they say, or are refused in a sentence. */
class TlsArgumentsTest {
    private static final String PORT = "--tls-port 4805 --tls-certificate c.pem --tls-key k.pem";

    private static Optional<TlsOptions> options(String line) {
        SpreadArguments arguments = new SpreadArguments();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(arguments))
                .parseArgs(line.isEmpty() ? new String[0] : line.split(" "));
        return arguments.daemonOptions().tls();
    }

    @Test
    void withoutAPortThereIsNoTls() {
        assertThat(options("")).isEmpty();
    }

    @Test
    void clientsNeedNoCertificateUnlessTheirAuthoritiesAreNamed() {
        TlsOptions plain = TlsOptions.of(4805, Path.of("c.pem"), Path.of("k.pem"));
        assertThat(options(PORT)).contains(plain);
        Path ca = Path.of("ca.pem");
        assertThat(options(PORT + " --tls-clients ca.pem")).contains(plain.withClients(ca, true));
        assertThat(options(PORT + " --tls-clients ca.pem --tls-client-certificate wanted --tls-private-names y"))
                .contains(plain.withClients(ca, false).withPrivateNames(true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tls-certificate c.pem|without --tls-port",
                "--tls-clients ca.pem|without --tls-port",
                "--tls-port 4805 --tls-key k.pem|needs --tls-certificate and --tls-key",
                PORT + " --tls-private-names y|without --tls-clients",
                PORT + " --tls-client-certificate wanted|without --tls-clients",
                PORT + " --tls-clients ca.pem --tls-client-certificate maybe|required or wanted, not 'maybe'",
                PORT + " --tls-clients ca.pem --tls-private-names maybe|y or n, not 'maybe'",
                PORT + " --tls-port 65536|1..65535, not 65536",
            })
    void whatCannotBeIsSaid(String line, String words) {
        String last = line.endsWith("65536") ? line.replace("--tls-port 4805 ", "") : line;
        assertThatThrownBy(() -> options(last))
                .isInstanceOf(SpreadArguments.WrongOption.class)
                .hasMessageContaining(words);
    }
}
