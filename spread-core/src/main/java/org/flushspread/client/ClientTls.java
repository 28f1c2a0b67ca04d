package org.flushspread.client;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.io.BaseEncoding;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.flushspread.tls.Authorities;
import org.flushspread.tls.Credentials;
import org.flushspread.tls.TlsException;
import org.flushspread.tls.Validity;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/**
 * How a client speaks TLS 1.3 to daemons: whom it trusts, and who it is itself (security 3.3). Immutable, for any number of connections,
 * which resume each other's sessions. Files are read with the first connection, and again when they have changed.
 *
 * <p>Programs that say nothing are configured from outside. Each of these is a system property, or in capitals with underscores a variable
 * of the environment ({@code SPREAD_TLS_CA}); the property wins:
 *
 * <ul>
 *   <li>{@value #CA}: file with the certificates of those who may sign a daemon's, PEM. Without it, and without a pin, those that the JVM
 *       trusts ({@code javax.net.ssl.trustStore}).
 *   <li>{@value #PIN}: SHA-256 of the daemon's certificate in hexadecimal, colons allowed; several separated by commas. Then that certificate
 *       is trusted, whoever signed it and whatever name it has, and no other one.
 *   <li>{@value #CERTIFICATE}, {@value #KEY}: files with the client's own certificate and its key, PEM.
 *   <li>{@value #FOR_ALL}: {@code y} for TLS with every daemon that is named with a host, so that names stay as they are.
 * </ul>
 */
public final class ClientTls {
    /** Name of a property, see above. */
    public static final String CA = "spread.tls.ca";
    /** Name of a property, see above. */
    public static final String PIN = "spread.tls.pin";
    /** Name of a property, see above. */
    public static final String CERTIFICATE = "spread.tls.certificate";
    /** Name of a property, see above. */
    public static final String KEY = "spread.tls.key";
    /** Name of a property, see above. */
    public static final String FOR_ALL = "spread.tls";

    private static final String[] VERSIONS = {"TLSv1.3"};
    private static final int PIN_DIGITS = 64;
    private static final ClientTls SYSTEM = new ClientTls(null, null, ImmutableList.of(), null, null);

    /** What the environment said last, and what was made of it: connections share it, to resume sessions. */
    private record Configured(List<String> settings, ClientTls tls) {}

    private static final AtomicReference<@Nullable Configured> CONFIGURED = new AtomicReference<>();

    /** A context, and the times of the files it was made of. */
    private record Made(SSLContext context, List<String> stamps) {}

    private final @Nullable SSLContext given;
    private final @Nullable Path authorities;
    private final ImmutableList<String> pins;
    private final @Nullable Path certificate;
    private final @Nullable Path key;
    private final AtomicReference<@Nullable Made> made = new AtomicReference<>();

    private ClientTls(
            @Nullable SSLContext given,
            @Nullable Path authorities,
            ImmutableList<String> pins,
            @Nullable Path certificate,
            @Nullable Path key) {
        this.given = given;
        this.authorities = authorities;
        this.pins = pins;
        this.certificate = certificate;
        this.key = key;
    }

    /** Trusts daemons as the JVM trusts servers. */
    public static ClientTls systemTrust() {
        return SYSTEM;
    }

    /** Trusts daemons whose certificate one of those in this PEM file has signed, and which has the name that is connected to. */
    public static ClientTls trusting(Path authorities) {
        return new ClientTls(null, authorities, ImmutableList.of(), null, null);
    }

    /**
     * Trusts daemons with one of these certificates, whatever their name.
     *
     * @param sha256 fingerprints of 64 hexadecimal digits, with colons or without, as {@code openssl x509 -fingerprint -sha256} prints them
     * @throws SpreadException {@link SpreadCode#COULD_NOT_CONNECT} if one is none
     */
    public static ClientTls pinned(String... sha256) {
        ImmutableList.Builder<String> pins = ImmutableList.builder();
        for (String each : sha256) {
            String digits = each.replace(":", "").strip().toLowerCase(Locale.ROOT);
            if (digits.length() != PIN_DIGITS || !digits.matches("[0-9a-f]+")) {
                throw unusable("'" + each + "' is no SHA-256 of a certificate: " + PIN_DIGITS
                        + " hexadecimal digits are expected (openssl x509 -noout -fingerprint -sha256 -in FILE)");
            }
            pins.add(digits);
        }
        return new ClientTls(null, null, pins.build(), null, null);
    }

    /** Leaves everything but the version of TLS and the check of the name to the program. */
    public static ClientTls with(SSLContext context) {
        return new ClientTls(context, null, ImmutableList.of(), null, null);
    }

    /** The same with a certificate of this client, for daemons that ask for one. Not for {@link #with}. */
    public ClientTls withCertificate(Path certificates, Path keyFile) {
        if (given != null) {
            throw new IllegalStateException("the program's own context has its own certificates");
        }
        return new ClientTls(null, authorities, pins, certificates, keyFile);
    }

    /** True if the environment says that every daemon that is named with a host speaks TLS. */
    public static boolean isForAll() {
        String said = setting(FOR_ALL);
        return said.equals("y") || said.equals("true");
    }

    /** What a connection is to be made with; null for one without TLS. */
    static @Nullable ClientTls of(ConnectOptions options, DaemonAddress address) {
        ClientTls chosen = options.tls();
        if (address.host() == null || (!address.tls() && chosen == null && !isForAll())) {
            return null;
        }
        return chosen == null ? configured() : chosen;
    }

    private static ClientTls configured() {
        List<String> settings = List.of(setting(CA), setting(PIN), setting(CERTIFICATE), setting(KEY));
        Configured before = CONFIGURED.get();
        if (before != null && before.settings.equals(settings)) {
            return before.tls;
        }
        ClientTls tls = of(settings.get(0), settings.get(1));
        String certificate = settings.get(2);
        String key = settings.get(3);
        if (certificate.isEmpty() != key.isEmpty()) {
            throw unusable(CERTIFICATE + " and " + KEY + " are of no use without each other");
        }
        if (!certificate.isEmpty()) {
            tls = tls.withCertificate(path(CERTIFICATE, certificate), path(KEY, key));
        }
        CONFIGURED.set(new Configured(settings, tls));
        return tls;
    }

    private static ClientTls of(String ca, String pin) {
        if (!ca.isEmpty() && !pin.isEmpty()) {
            throw unusable(CA + " and " + PIN + " cannot both say whom to trust");
        }
        if (!pin.isEmpty()) {
            return pinned(Splitter.on(',').splitToList(pin).toArray(String[]::new));
        }
        return ca.isEmpty() ? systemTrust() : trusting(path(CA, ca));
    }

    private static Path path(String name, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw unusable(name + ": '" + value + "' is no path");
        }
    }

    private static String setting(String name) {
        String property = System.getProperty(name);
        String value =
                property == null ? System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_')) : property;
        return value == null ? "" : value.strip();
    }

    private static SpreadException unusable(String why) {
        return new SpreadException(SpreadCode.COULD_NOT_CONNECT, "TLS cannot be used: " + why);
    }

    /** True if this client has a certificate to show, as far as that is known here. */
    boolean hasCertificate() {
        return certificate != null || given != null;
    }

    /** The client's end of a new connection. */
    SSLEngine engine(String host, int port) {
        int scope = host.indexOf('%');
        SSLEngine engine = context().createSSLEngine(scope < 0 ? host : host.substring(0, scope), port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        if (pins.isEmpty()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    private SSLContext context() {
        if (given != null) {
            return given;
        }
        List<String> stamps = stamps();
        Made before = made.get();
        if (before != null && before.stamps.equals(stamps)) {
            return before.context;
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own(), trusted(), null);
            made.set(new Made(context, stamps));
            return context;
        } catch (TlsException e) {
            throw unusable(String.valueOf(e.getMessage()));
        } catch (GeneralSecurityException e) {
            throw unusable("this JVM has no TLS: " + e.getMessage());
        }
    }

    private KeyManager @Nullable [] own() {
        return certificate == null || key == null
                ? null
                : Credentials.read(certificate, key, Instant.now()).keyManagers();
    }

    private TrustManager @Nullable [] trusted() {
        if (!pins.isEmpty()) {
            return new TrustManager[] {new Pinned(pins)};
        }
        return authorities == null ? null : Authorities.of(authorities);
    }

    private List<String> stamps() {
        List<String> stamps = new ArrayList<>();
        for (Path each : new @Nullable Path[] {authorities, certificate, key}) {
            if (each != null) {
                try {
                    stamps.add(Files.getLastModifiedTime(each) + " " + Files.size(each));
                } catch (IOException e) {
                    stamps.add("");
                }
            }
        }
        return stamps;
    }

    /** The certificate itself is trusted, and the time it says. */
    private static final class Pinned extends X509ExtendedTrustManager {
        private final ImmutableList<String> pins;

        Pinned(ImmutableList<String> pins) {
            this.pins = pins;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            try {
                String sha256 = BaseEncoding.base16()
                        .lowerCase()
                        .encode(MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded()));
                if (!pins.contains(sha256)) {
                    throw new CertificateException("it is not the one that was pinned; its SHA-256 is " + sha256);
                }
                Validity.require(chain[0], Instant.now(), "pinned");
            } catch (GeneralSecurityException e) {
                throw e instanceof CertificateException known ? known : new CertificateException(e);
            } catch (TlsException e) {
                throw new CertificateException(e.getMessage(), e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("not for clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("not for clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("not for clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Whom it trusts, for a person. */
    @Override
    public String toString() {
        if (given != null) {
            return "trusted is whom the program's own context trusts";
        }
        if (!pins.isEmpty()) {
            return "trusted are " + pins;
        }
        return authorities == null
                ? "trusted are the authorities of this JVM; " + CA + " names others"
                : "trusted are the authorities in " + authorities;
    }
}
