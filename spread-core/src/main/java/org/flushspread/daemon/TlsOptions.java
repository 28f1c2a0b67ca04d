package org.flushspread.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A port on which clients speak TLS 1.3 (security 3), beside the other ones.
 *
 * @param port TCP port on each interface of the daemon that takes clients, 1..65535
 * @param certificates PEM: the daemon's own, then those that signed it
 * @param key PEM: the key of the first, PKCS #8, not encrypted, not for everybody to read
 * @param clients PEM: those who may sign a client's certificate; empty: clients are asked for none
 * @param required whether a client without a certificate is refused; else it comes in as nobody
 * @param privateNames a client with a certificate may have the private name that it names, and no other one
 * @param look how often the files are looked at for changes, at least a millisecond
 */
public record TlsOptions(
        int port,
        Path certificates,
        Path key,
        Optional<Path> clients,
        boolean required,
        boolean privateNames,
        Duration look) {
    /** What {@link #look} is when nobody says. */
    public static final Duration DEFAULT_LOOK = Duration.ofSeconds(10);

    /** @throws IllegalArgumentException for a port or a time that cannot be */
    public TlsOptions {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a TLS port is 1..65535, not " + port);
        }
        if (look.toMillis() < 1) {
            throw new IllegalArgumentException("TLS files cannot be looked at every " + look);
        }
    }

    /** Clients are asked for no certificate. */
    public static TlsOptions of(int port, Path certificates, Path key) {
        return new TlsOptions(port, certificates, key, Optional.empty(), false, false, DEFAULT_LOOK);
    }

    public TlsOptions withClients(Path authorities, boolean areRequired) {
        return new TlsOptions(port, certificates, key, Optional.of(authorities), areRequired, privateNames, look);
    }

    public TlsOptions withPrivateNames(boolean value) {
        return new TlsOptions(port, certificates, key, clients, required, value, look);
    }

    public TlsOptions withLook(Duration value) {
        return new TlsOptions(port, certificates, key, clients, required, privateNames, value);
    }
}
