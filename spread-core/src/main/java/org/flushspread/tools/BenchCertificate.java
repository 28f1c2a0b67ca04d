package org.flushspread.tools;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** A certificate for the daemons of a benchmark, signed by itself, and its key (security 3.1); gone after it. */
final class BenchCertificate implements AutoCloseable {
    private static final String PASSWORD = "of-the-store";
    private static final int LINE = 64;

    private final Path directory;

    /** @param hosts addresses of the daemons */
    BenchCertificate(List<String> hosts) {
        try {
            directory = Files.createTempDirectory("spread-bench-tls");
            Path store = directory.resolve("store");
            make(hosts, store);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            Files.writeString(
                    certificate(),
                    pem("CERTIFICATE", keys.getCertificate("bench").getEncoded()));
            Files.createFile(key(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            byte[] secret = keys.getKey("bench", PASSWORD.toCharArray()).getEncoded();
            Files.writeString(key(), pem("PRIVATE KEY", secret));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("there is no certificate to measure with: " + e.getMessage(), e);
        }
    }

    private static void make(List<String> hosts, Path store) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", "bench", "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-dname", "CN=bench", "-validity", "7", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(
                "-ext", "san=" + hosts.stream().map(each -> "ip:" + each).collect(Collectors.joining(","))));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!Files.exists(store)) {
            throw new IOException("keytool: " + said.strip());
        }
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    Path certificate() {
        return directory.resolve("certificate.pem");
    }

    private Path key() {
        return directory.resolve("key.pem");
    }

    /** The command line of a daemon with a TLS port. */
    List<String> serve(List<String> program, int port) {
        List<String> served = new ArrayList<>(program);
        served.addAll(List.of("--tls-port", Integer.toString(port)));
        served.addAll(List.of("--tls-certificate", certificate().toString(), "--tls-key", key().toString()));
        return served;
    }

    @Override
    public void close() {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
