package org.flushspread.tls;

import com.google.common.collect.ImmutableList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in text files (RFC 7468), as OpenSSL and most authorities write them. */
final class Pem {
    /** More is no certificate file, whatever it is. */
    private static final long MOST_BYTES = 1 << 20;

    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final ImmutableList<String> ALGORITHMS = ImmutableList.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

    private record Block(String label, String text) {}

    private Pem() {}

    /** All certificates of a file, in its order; at least one. */
    static ImmutableList<X509Certificate> certificates(Path file) {
        ImmutableList.Builder<X509Certificate> certificates = ImmutableList.builder();
        int count = 0;
        for (Block each : blocks(file)) {
            if (each.label.equals(CERTIFICATE) || each.label.equals("TRUSTED CERTIFICATE")) {
                certificates.add(certificate(file, ++count, bytes(file, each)));
            }
        }
        if (count == 0) {
            throw new TlsException(file + ": has no certificate; expected text with -----BEGIN CERTIFICATE-----");
        }
        return certificates.build();
    }

    private static X509Certificate certificate(Path file, int number, byte[] bytes) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
        } catch (CertificateException e) {
            throw new TlsException(file + ": certificate " + number + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The one key of a file that not everybody may read. */
    static PrivateKey key(Path file) {
        requirePrivate(file);
        List<Block> keys = new ArrayList<>();
        for (Block each : blocks(file)) {
            if (each.label.endsWith(KEY)) {
                keys.add(each);
            }
        }
        if (keys.size() != 1) {
            throw new TlsException(
                    file + ": has " + keys.size() + " keys; expected one, as text with -----BEGIN " + KEY + "-----");
        }
        Block only = keys.get(0);
        if (only.label.equals("ENCRYPTED " + KEY)) {
            throw new TlsException(file
                    + ": the key is encrypted, and there is nobody to ask for its password. Write it"
                    + " without one, for its owner only: openssl pkey -in " + file + " -out KEY.pem && chmod 600"
                    + " KEY.pem");
        }
        if (!only.label.equals(KEY)) {
            throw new TlsException(file + ": the key is of the old form " + only.label + "; PKCS #8 is needed: openssl"
                    + " pkcs8 -topk8 -nocrypt -in " + file + " -out KEY.pem && chmod 600 KEY.pem");
        }
        return key(file, bytes(file, only));
    }

    private static PrivateKey key(Path file, byte[] bytes) {
        for (String each : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(each).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException notThis) {
                // of another algorithm
            } catch (GeneralSecurityException e) {
                throw new TlsException(file + ": this JVM knows no keys of " + each, e);
            }
        }
        throw new TlsException(file + ": the key cannot be read; RSA, EC and Ed25519 are known");
    }

    private static void requirePrivate(Path file) {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException | IOException notPosixOrNotThere) {
            return;
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new TlsException(file + ": everybody may use this key (" + PosixFilePermissions.toString(permissions)
                    + "). Take that away (chmod o= " + file + "), or make a new key if others have used this machine.");
        }
    }

    private static List<Block> blocks(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new TlsException(file + ": is no PEM file, it has more than a megabyte");
            }
            List<Block> blocks = new ArrayList<>();
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), matcher.group(2)));
            }
            return blocks;
        } catch (NoSuchFileException e) {
            throw new TlsException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new TlsException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(Path file, Block block) {
        try {
            return Base64.getMimeDecoder().decode(block.text.strip());
        } catch (IllegalArgumentException e) {
            throw new TlsException(file + ": the " + block.label + " is damaged: " + e.getMessage(), e);
        }
    }
}
