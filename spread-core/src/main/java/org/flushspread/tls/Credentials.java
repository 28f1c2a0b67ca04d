package org.flushspread.tls;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** What one end shows the other: a chain of certificates, its own first, and the key of that. Immutable. */
public final class Credentials {
    private static final char[] NO_PASSWORD = {};
    private static final int SALT = 32;

    private final Path file;
    private final ImmutableList<X509Certificate> chain;
    private final PrivateKey key;

    private Credentials(Path file, ImmutableList<X509Certificate> chain, PrivateKey key) {
        this.file = file;
        this.chain = chain;
        this.key = key;
    }

    /**
     * Reads both files.
     *
     * @throws TlsException if they cannot be used, or not now
     */
    public static Credentials read(Path certificates, Path keyFile, Instant now) {
        Credentials read = new Credentials(certificates, Pem.certificates(certificates), Pem.key(keyFile));
        read.requirePair(keyFile);
        read.chain.forEach(each -> Validity.require(each, now, certificates.toString()));
        return read;
    }

    private void requirePair(Path keyFile) {
        PublicKey open = own().getPublicKey();
        try {
            String algorithm = key.getAlgorithm();
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> algorithm;
                    });
            if (algorithm.equals("RSASSA-PSS")) {
                AlgorithmParameterSpec pss = new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, SALT, 1);
                signature.setParameter(pss);
            }
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update((byte) 1);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException notOfOneKind) {
            // said below
        }
        throw new TlsException(keyFile + ": is not the key of the first certificate in " + file
                + " (the own certificate stands first, those that signed it follow)");
    }

    /** The certificate of this end. */
    public X509Certificate own() {
        return chain.get(0);
    }

    /** Where it was read from. */
    public Path file() {
        return file;
    }

    public KeyManager[] keyManagers() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsException(file + ": this JVM cannot use the key: " + e.getMessage(), e);
        }
    }
}
