package org.flushspread.daemon.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of a TLS port.
 *
 * @param certificates the daemon's own, then those that signed it
 * @param key of the first
 * @param clients what is asked of clients; empty: nothing
 */
public record TlsPaths(Path certificates, Path key, Optional<ClientCertificates> clients) {
    List<Path> all() {
        List<Path> all = new ArrayList<>(List.of(certificates, key));
        clients.ifPresent(each -> all.add(each.authorities()));
        return all;
    }
}
