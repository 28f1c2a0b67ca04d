package org.flushspread.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** Whose a certificate is. */
public final class CertificateNames {
    private static final int LONGEST = 64;
    private static final int EMAIL = 1;
    private static final int DNS = 2;
    private static final int URI = 6;

    private CertificateNames() {}

    /**
     * The common name of the subject, the most specific one; or, in a certificate without one, the first alternative name that is an
     * email address, a DNS name or a URI (security 3.4). Empty if there is none, or it is not 1 to 64 printable ASCII characters without a
     * space at either end: names stand in logs and in access files.
     */
    public static Optional<String> user(X509Certificate certificate) {
        Optional<String> common =
                commonName(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
        return common.or(() -> alternative(certificate)).filter(CertificateNames::isUsable);
    }

    /** The first CN of a name in the form of RFC 2253, which begins with the most specific part. */
    static Optional<String> commonName(String name) {
        StringBuilder part = new StringBuilder();
        for (int i = 0; i <= name.length(); i++) {
            char next = i < name.length() ? name.charAt(i) : ',';
            if (next == ',' || next == '+') {
                if (part.toString().startsWith("CN=")) {
                    return Optional.of(part.substring("CN=".length()));
                }
                part.setLength(0);
            } else if (next == '#' && part.toString().equals("CN=")) {
                // Bytes of a kind that is no text: it has a common name, and none that can be used.
                return Optional.of("");
            } else if (next == '\\' && i + 2 < name.length() && isHexadecimal(name.charAt(i + 1))) {
                // A byte that is no character of a name, whatever it is.
                part.append('\0');
                i += 2;
            } else if (next == '\\' && i + 1 < name.length()) {
                part.append(name.charAt(++i));
            } else {
                part.append(next);
            }
        }
        return Optional.empty();
    }

    private static boolean isHexadecimal(char character) {
        return Character.digit(character, 16) >= 0;
    }

    private static Optional<String> alternative(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> each : names) {
                    int kind = (Integer) each.get(0);
                    if (kind == EMAIL || kind == DNS || kind == URI) {
                        return Optional.of((String) each.get(1));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            // then it has none that can be used
        }
        return Optional.empty();
    }

    private static boolean isUsable(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST
                && name.equals(name.strip())
                && name.chars().allMatch(each -> each >= ' ' && each <= '~');
    }
}
