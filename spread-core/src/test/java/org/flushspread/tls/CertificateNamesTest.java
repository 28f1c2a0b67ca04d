package org.flushspread.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.flushspread.TestCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** security 3.4: whose a certificate is. */
class CertificateNamesTest {
    @TempDir
    private static Path files;

    private static X509Certificate certificate(String commonName, String... names) throws CertificateException {
        byte[] der = new TestCertificates(files, "authority")
                .issue(commonName, names)
                .der();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "Alice B. Carroll", "a,b+c=d\\e", "#alice", "x"})
    void theCommonNameIsTheUserWhateverPrintableCharactersItHas(String name) throws CertificateException {
        assertThat(CertificateNames.user(certificate(name, "other.example"))).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", " alice", "alice ", "\u00e4lice", "a\u0000b"})
    void aNameThatIsNotPrintableIsNobodys(String name) throws CertificateException {
        assertThat(CertificateNames.user(certificate(name, "other.example"))).isEmpty();
    }

    @Test
    void withoutACommonNameTheFirstAlternativeNameCounts() throws CertificateException {
        assertThat(CertificateNames.user(certificate("", "10.0.0.1", "one.example", "two.example")))
                .contains("one.example");
        assertThat(CertificateNames.user(certificate("", "10.0.0.1"))).isEmpty();
    }

    @Test
    void aNameOfSixtyFiveCharactersIsNobodys() throws CertificateException {
        assertThat(CertificateNames.user(certificate("a".repeat(64)))).isPresent();
        assertThat(CertificateNames.user(certificate("a".repeat(65)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=alice,OU=people,O=us|alice",
                "OU=people,CN=alice,CN=all|alice",
                "OU=x+CN=alice,O=us|alice",
                "O=eve\\,CN=mallory,CN=alice|alice",
                "O=eve\\\\,CN=mallory,CN=alice|mallory",
            })
    void theMostSpecificCommonNameCountsAndEscapesAreNoSeparators(String subject, String user) {
        assertThat(CertificateNames.commonName(subject)).contains(user);
    }

    @Test
    void bytesThatAreNoTextAreNoName() {
        assertThat(CertificateNames.commonName("CN=#0403414243,O=us")).contains("");
        assertThat(CertificateNames.commonName("O=us")).isEqualTo(Optional.empty());
    }
}
