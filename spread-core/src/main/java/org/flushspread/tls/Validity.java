package org.flushspread.tls;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** From when until when a certificate holds. */
public final class Validity {
    private Validity() {}

    /** @throws TlsException if it does not hold at this time; the sentence begins with {@code where} */
    public static void require(X509Certificate certificate, Instant now, String where) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String whose = where + ": the certificate of " + certificate.getSubjectX500Principal();
        if (now.isAfter(until)) {
            throw new TlsException(whose + " expired at " + until + " and it is " + now
                    + " here. Put a new one in its place, or set the clock.");
        }
        if (now.isBefore(from)) {
            throw new TlsException(
                    whose + " is valid from " + from + " only, and it is " + now + " here. Set the clock, or wait.");
        }
    }

    /** Time it still holds; negative after its end. */
    public static Duration left(X509Certificate certificate, Instant now) {
        return Duration.between(now, certificate.getNotAfter().toInstant());
    }
}
