package org.flushspread.client;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.flushspread.wire.SpreadCode;

/** TLS does not stand, or broke: in words, with the code of the C API (security 3.3). */
final class TlsFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private static final String ALERT = "Received fatal alert: ";

    private final SpreadCode code;

    private TlsFailure(SpreadCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What the engine says of itself, of the daemon's certificate, or of what the daemon thinks of ours. */
    static TlsFailure of(SSLException e, ClientTls tls) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof CertificateExpiredException) {
                return untrusted("the daemon's certificate has expired: " + each.getMessage(), e);
            }
            if (each instanceof CertificateNotYetValidException) {
                return untrusted(
                        "the daemon's certificate is not valid yet (or the clock here is wrong): " + each.getMessage(),
                        e);
            }
            if (each instanceof CertPathBuilderException || each instanceof CertPathValidatorException) {
                return untrusted("the daemon's certificate is signed by nobody who is trusted here (" + tls + ")", e);
            }
        }
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof CertificateException) {
                return untrusted("the daemon's certificate does not do: " + each.getMessage(), e);
            }
        }
        String text = String.valueOf(e.getMessage());
        // Newer run times say the alert twice, the first time before these words.
        int alert = text.indexOf(ALERT);
        if (alert >= 0) {
            return ofAlert(text.substring(alert + ALERT.length()), tls, e);
        }
        return new TlsFailure(SpreadCode.CONNECTION_CLOSED, "TLS failed: " + text, e);
    }

    private static TlsFailure ofAlert(String alert, ClientTls tls, SSLException e) {
        if (alert.contains("certificate") || alert.equals("unknown_ca") || alert.equals("access_denied")) {
            return untrusted(
                    tls.hasCertificate()
                            ? "the daemon does not accept the certificate of this client (" + alert + ")"
                            : "the daemon wants a certificate of this client (" + alert + "): name one with "
                                    + ClientTls.CERTIFICATE + " and " + ClientTls.KEY,
                    e);
        }
        return new TlsFailure(SpreadCode.CONNECTION_CLOSED, "the daemon ended TLS (" + alert + ")", e);
    }

    private static TlsFailure untrusted(String message, Throwable cause) {
        return new TlsFailure(SpreadCode.REJECT_AUTH, message, cause);
    }

    /** For a connect call. */
    SpreadException told(String daemon) {
        return new SpreadException(code, "cannot connect to " + daemon + ": " + getMessage(), this);
    }
}
