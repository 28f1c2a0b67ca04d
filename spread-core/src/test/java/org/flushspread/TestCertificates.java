package org.flushspread;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Makes certificates for tests (RFC 5280, P-256 and SHA-256): an authority, and what it signs, as PEM files. */
public final class TestCertificates {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
    private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
    private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
    private static final byte[] ALTERNATIVE_NAMES = oid(0x55, 0x1d, 0x11);
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final Path directory;
    private final String name;
    private final KeyPair keys = newKeys();
    private final Path file;

    /**
     * A certificate and its key in files.
     *
     * @param certificate PEM, mode as any file
     * @param key PEM, for its owner only
     * @param der the certificate itself
     */
    public record Issued(Path certificate, Path key, byte[] der) {}

    /** A new authority, whose files are put here. */
    public TestCertificates(Path directory, String name) {
        this.directory = directory;
        this.name = name;
        Instant now = Instant.now();
        byte[] certificate = certificate(
                name, keys, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(3650)), List.of(), true);
        file = write(name + ".pem", pem("CERTIFICATE", certificate), "rw-r--r--");
    }

    /** Its own certificate. */
    public Path authority() {
        return file;
    }

    /** One that is valid now. */
    public Issued issue(String commonName, String... alternativeNames) {
        Instant now = Instant.now();
        return issue(commonName, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)), alternativeNames);
    }

    /**
     * @param commonName may be empty: then the subject has none
     * @param alternativeNames DNS names and IPv4 addresses
     */
    public Issued issue(String commonName, Instant from, Instant until, String... alternativeNames) {
        KeyPair own = newKeys();
        byte[] certificate = certificate(commonName, own, from, until, List.of(alternativeNames), false);
        String stem = (commonName.isEmpty() ? "nobody" : commonName.replaceAll("[^A-Za-z0-9]", "_")) + "-"
                + SERIAL.incrementAndGet();
        return new Issued(
                write(stem + ".pem", pem("CERTIFICATE", certificate), "rw-r--r--"),
                write(stem + ".key", pem("PRIVATE KEY", own.getPrivate().getEncoded()), "rw-------"),
                certificate);
    }

    private byte[] certificate(
            String subject, KeyPair own, Instant from, Instant until, List<String> names, boolean authority) {
        List<byte[]> extensions = new ArrayList<>();
        if (authority) {
            extensions.add(sequence(
                    BASIC_CONSTRAINTS, tlv(0x01, new byte[] {-1}), tlv(0x04, sequence(tlv(0x01, new byte[] {-1})))));
        }
        if (!names.isEmpty()) {
            byte[][] all = names.stream().map(TestCertificates::alternative).toArray(byte[][]::new);
            byte[] value = tlv(0x04, sequence(all));
            // Critical where they are the only name.
            extensions.add(
                    subject.isEmpty()
                            ? sequence(ALTERNATIVE_NAMES, tlv(0x01, new byte[] {-1}), value)
                            : sequence(ALTERNATIVE_NAMES, value));
        }
        List<byte[]> fields = new ArrayList<>(List.of(
                tlv(0xa0, integer(2)),
                integer(SERIAL.incrementAndGet()),
                ECDSA_WITH_SHA256,
                subject(name),
                sequence(time(from), time(until)),
                subject(subject),
                own.getPublic().getEncoded()));
        if (!extensions.isEmpty()) {
            fields.add(tlv(0xa3, sequence(extensions.toArray(byte[][]::new))));
        }
        byte[] signed = sequence(fields.toArray(byte[][]::new));
        byte[] signature = sign(keys.getPrivate(), signed);
        return sequence(signed, ECDSA_WITH_SHA256, tlv(0x03, concat(new byte[] {0}, signature)));
    }

    private static byte[] subject(String commonName) {
        return commonName.isEmpty()
                ? sequence()
                : sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, commonName.getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] alternative(String name) {
        try {
            return name.matches("[0-9.]+")
                    ? tlv(0x87, InetAddress.getByName(name).getAddress())
                    : tlv(0x82, name.getBytes(StandardCharsets.US_ASCII));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] time(Instant time) {
        return tlv(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] integer(long value) {
        return tlv(0x02, BigInteger.valueOf(value).toByteArray());
    }

    private static byte[] oid(int... bytes) {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return tlv(0x06, all);
    }

    private static byte[] sequence(byte[]... parts) {
        return tlv(0x30, concat(parts));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Stream.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] tlv(int tag, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (value.length < 0x80) {
            out.write(value.length);
        } else if (value.length < 0x100) {
            out.write(0x81);
            out.write(value.length);
        } else {
            out.write(0x82);
            out.write(value.length >> 8);
            out.write(value.length);
        }
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(PrivateKey key, byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    private Path write(String fileName, String text, String mode) {
        Path path = directory.resolve(fileName);
        try {
            Files.writeString(path, text);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
