package org.flushspread.daemon.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.flushspread.tls.Authorities;
import org.flushspread.tls.Credentials;
import org.flushspread.tls.TlsException;

/**
 * What a daemon shows its clients, and what it asks of them, as it was read at one moment. Immutable. Clients that come back resume the
 * sessions of this identity, and of no other one: who could not come in today does not come in with a ticket of yesterday.
 */
final class TlsIdentity {
    private static final String[] VERSIONS = {"TLSv1.3"};

    private final SSLContext context;
    private final X509Certificate certificate;
    private final Optional<ClientCertificates> clients;

    private TlsIdentity(SSLContext context, X509Certificate certificate, Optional<ClientCertificates> clients) {
        this.context = context;
        this.certificate = certificate;
        this.clients = clients;
    }

    /** @throws TlsException if a file cannot be used */
    static TlsIdentity read(TlsPaths paths, Instant now) {
        Credentials credentials = Credentials.read(paths.certificates(), paths.key(), now);
        TrustManager[] trusted =
                paths.clients().map(each -> Authorities.of(each.authorities())).orElseGet(() -> new TrustManager[0]);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(credentials.keyManagers(), trusted, null);
            return new TlsIdentity(context, credentials.own(), paths.clients());
        } catch (GeneralSecurityException e) {
            throw new TlsException("this JVM has no TLS: " + e.getMessage(), e);
        }
    }

    /** The daemon's end of a new connection. */
    SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        if (clients.isPresent()) {
            if (clients.get().required()) {
                parameters.setNeedClientAuth(true);
            } else {
                parameters.setWantClientAuth(true);
            }
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    X509Certificate certificate() {
        return certificate;
    }

    Optional<ClientCertificates> clients() {
        return clients;
    }
}
