package org.flushspread.daemon;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the port on which clients speak TLS (security 3). */
final class TlsArguments {
    @Option(
            names = "--tls-port",
            paramLabel = "PORT",
            description =
                    "Serve clients that speak TLS 1.3 on this TCP port too; needs --tls-certificate and --tls-key."
                            + " The port of the configuration stays as it is.")
    private @Nullable Integer port;

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "The daemon's certificate, then those that signed it, as PEM. Read again when it changes.")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "Its key as PEM (PKCS #8, not encrypted), which not everybody may read.")
    private @Nullable Path key;

    @Option(
            names = "--tls-clients",
            paramLabel = "FILE",
            description = "Ask clients for a certificate that one of these has signed, as PEM. Its name is the user.")
    private @Nullable Path clients;

    @Option(
            names = "--tls-client-certificate",
            paramLabel = "required|wanted",
            description =
                    "With --tls-clients: whether a client without a certificate is refused (the default), or comes"
                            + " in as nobody.")
    private @Nullable String clientCertificate;

    @Option(
            names = "--tls-private-names",
            paramLabel = "y|n",
            description = "With --tls-clients: a client may have the private name that its certificate names, and no"
                    + " other one. Default: n.")
    private @Nullable String privateNames;

    /** @throws SpreadArguments.WrongOption if one is of no use without another, or has a value that cannot be */
    Optional<TlsOptions> options() {
        if (port == null) {
            if (certificate != null || key != null || clients != null) {
                throw new SpreadArguments.WrongOption(
                        "--tls-certificate, --tls-key and --tls-clients are of no use" + " without --tls-port");
            }
            return Optional.empty();
        }
        if (certificate == null || key == null) {
            throw new SpreadArguments.WrongOption("--tls-port needs --tls-certificate and --tls-key");
        }
        if (clients == null && (clientCertificate != null || privateNames != null)) {
            throw new SpreadArguments.WrongOption(
                    "--tls-client-certificate and --tls-private-names are of no use without --tls-clients");
        }
        TlsOptions options = TlsOptions.of(port, certificate, key);
        return Optional.of(
                clients == null
                        ? options
                        : options.withClients(clients, isRequired())
                                .withPrivateNames(SpreadArguments.yes("--tls-private-names", privateNames, false)));
    }

    private boolean isRequired() {
        if (clientCertificate == null || clientCertificate.equals("required")) {
            return true;
        }
        if (clientCertificate.equals("wanted")) {
            return false;
        }
        throw new SpreadArguments.WrongOption(
                "--tls-client-certificate takes required or wanted, not '" + clientCertificate + "'");
    }
}
