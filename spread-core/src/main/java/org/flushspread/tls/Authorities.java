package org.flushspread.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Who may sign the certificate of the other end. */
public final class Authorities {
    private Authorities() {}

    /**
     * Those whose certificates stand in a file.
     *
     * @throws TlsException if it cannot be used
     */
    public static TrustManager[] of(Path file) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate each : Pem.certificates(file)) {
                store.setCertificateEntry("authority " + ++number, each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(file + ": this JVM cannot use the certificates: " + e.getMessage(), e);
        }
    }
}
