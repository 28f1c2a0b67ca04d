package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.flushspread.config.AccessList;
import org.flushspread.config.ConfigurationException;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.base.ScramAnswer;
import org.flushspread.kernel.base.Session;
import org.flushspread.scram.ScramServer;
import org.flushspread.wire.AuthMethod;
import org.flushspread.wire.Decoded;
import org.flushspread.wire.IpAddress;
import org.flushspread.wire.ScramMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authentication methods that need the world (client-protocol 2.6, configuration 7): IP reads {@code spread.access_ip}, PWORD reads
 * {@code spread.access_pword}, and so does SCRAM. Both files are read at the start and at a reload. Passwords are hashed on a thread of their
 * own.
 */
final class Authentication {
    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
    private static final int USER_LENGTH = 32;
    private static final int NONCE_LENGTH = 18;

    private final Path directory;
    private volatile AccessList access;
    private final ThreadPoolExecutor hashing;
    private final PasswordChecks passwords;
    private final SecureRandom random = new SecureRandom();

    /** @param handshakes unfinished handshakes at one time: each may wait for one password check */
    Authentication(String daemon, Path directory, int handshakes) {
        this.directory = directory;
        access = readAccess();
        PasswordFile file = readPasswords();
        hashing = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "spread-" + daemon + "-passwords");
            thread.setDaemon(true);
            return thread;
        });
        hashing.allowCoreThreadTimeOut(true);
        // A handshake that was given up may still have its check here; it is only skipped when its turn comes.
        passwords = new PasswordChecks(file, hashing, 4 * handshakes);
    }

    /** Reads both files again; for any thread. One that cannot be used leaves what was in force. */
    void reread() {
        try {
            passwords.passwords(readPasswords());
        } catch (DaemonStartException e) {
            DaemonLog.CONFIGURATION.error("the old passwords stay: {}", e.getMessage());
        }
        try {
            access = readAccess();
        } catch (DaemonStartException | ConfigurationException e) {
            DaemonLog.CONFIGURATION.error("the old list of addresses stays: {}", e.getMessage());
        }
    }

    private AccessList readAccess() {
        return find(directory, "spread.access_ip")
                .map(Authentication::readAccess)
                .orElse(AccessList.NOBODY);
    }

    private PasswordFile readPasswords() {
        return find(directory, "spread.access_pword").map(PasswordFile::read).orElseGet(PasswordFile::empty);
    }

    private static Optional<Path> find(Path directory, String name) {
        for (Path each : new Path[] {directory.resolve(name), Path.of("/etc").resolve(name)}) {
            if (Files.isRegularFile(each)) {
                LOG.debug("reading {}", each);
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private static AccessList readAccess(Path file) {
        try {
            AccessList list = AccessList.parse(Files.readAllBytes(file), file.toString());
            list.warnings().forEach(each -> LOG.warn("{}", each));
            return list;
        } catch (IOException e) {
            throw new DaemonStartException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Answers, now or later and then from another thread.
     *
     * @param said what the client sent for this method, lent for this call
     * @param answer is given what the kernel is to be told
     */
    void ask(Session session, String method, ByteBuf said, Consumer<Consumer<Kernel>> answer) {
        Consumer<Boolean> verdict =
                accepted -> answer.accept(kernel -> kernel.authenticated(session, method, accepted));
        switch (method) {
            case AuthMethod.IP -> verdict.accept(mayConnect(session));
            case AuthMethod.PWORD -> password(session, ByteBufUtil.getBytes(said), verdict);
            case AuthMethod.SCRAM ->
                scram(session, said, message -> answer.accept(kernel -> kernel.answered(session, message)));
            default -> verdict.accept(false);
        }
    }

    private boolean mayConnect(Session session) {
        IpAddress ip = session.transport() instanceof ClientConnection connection
                ? connection.address().ip()
                : null;
        return ip == null ? access.matches(session.address(), session.address() == 0) : access.matches(ip);
    }

    private void password(Session session, byte[] said, Consumer<Boolean> verdict) {
        if (said.length != USER_LENGTH + PasswordHash.PASSWORD_LENGTH) {
            verdict.accept(false);
            return;
        }
        // Names and passwords are bytes, in whatever encoding the client has.
        String user = new String(upToZero(said, 0, USER_LENGTH), StandardCharsets.ISO_8859_1);
        byte[] password = upToZero(said, USER_LENGTH, said.length);
        ClientConnection connection = session.transport() instanceof ClientConnection known ? known : null;
        passwords.check(
                user,
                connection == null
                        ? Integer.toUnsignedLong(session.address())
                        : connection.address().network(),
                password,
                () -> connection == null || !connection.isFinished(),
                verdict);
    }

    private void scram(Session session, ByteBuf said, Consumer<ScramAnswer> answer) {
        if (!(session.transport() instanceof ClientConnection connection)
                || !(ScramMessage.decode(said) instanceof Decoded.Complete<ScramMessage> message)) {
            answer.accept(ScramAnswer.refused("e=invalid-encoding"));
            return;
        }
        String text = message.value().text();
        ScramServer begun = connection.scram;
        if (begun == null) {
            ScramServer server = passwords.passwords().server(nonce());
            connection.scram = server;
            answer.accept(server.challenge(text)
                    .map(ScramAnswer::challenge)
                    .orElseGet(() -> ScramAnswer.refused("e=invalid-encoding")));
            return;
        }
        connection.scram = null;
        String user = begun.user().orElse("");
        passwords.check(
                PasswordFile.bytes(user),
                connection.address().network(),
                () -> passwords.passwords().accepts(begun, text),
                () -> !connection.isFinished(),
                accepted -> answer.accept(
                        accepted ? ScramAnswer.accepted(begun.verdict(), user) : ScramAnswer.refused(begun.verdict())));
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_LENGTH];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** True if a user can prove a password without sending it. */
    boolean hasProofs() {
        return passwords.passwords().hasProofs();
    }

    private static byte[] upToZero(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(bytes, from, end);
    }

    void close() {
        hashing.shutdownNow();
    }
}
