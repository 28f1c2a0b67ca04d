package org.flushspread.daemon;

import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.flushspread.config.AccessAction;
import org.flushspread.config.AccessDecision;
import org.flushspread.config.AccessRules;
import org.flushspread.config.AccessSubject;
import org.flushspread.config.Daemon;
import org.flushspread.daemon.admin.AccessFigures;
import org.flushspread.daemon.seal.CommandCheck;
import org.flushspread.daemon.seal.SealException;
import org.flushspread.daemon.seal.SealKeys;
import org.flushspread.kernel.Kernel;
import org.flushspread.kernel.base.CommandProof;
import org.flushspread.kernel.base.PasswordMethods;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a daemon say of those who ask it for something (security 4 and 5): the access file, the passwords and the key of monitors.
 * They are read at the start, and again at a reload; one that cannot be used then leaves what was in force.
 */
final class Rights implements AutoCloseable {
    /** An access file that was read. */
    private record Access(AccessRules rules, long millis) {}

    private final Optional<Path> file;
    private final Optional<Path> monitorKey;
    private final Authentication authentication;
    /** Passwords may cross connections. */
    private final boolean clearPasswords;
    /** On the loop; null where commands of monitors need no signature. */
    private final @Nullable CommandCheck commands;
    /** Any thread may look. */
    private volatile @Nullable Access access;

    private Rights(
            DaemonOptions options,
            @Nullable Access access,
            @Nullable CommandCheck commands,
            Authentication authentication) {
        file = options.access();
        monitorKey = options.monitorKey();
        clearPasswords = options.clearPasswords();
        this.access = access;
        this.commands = commands;
        this.authentication = authentication;
    }

    /** @throws DaemonStartException if a file that there is cannot be used */
    static Rights read(Daemon me, DaemonOptions options) {
        Access access = options.access().map(Rights::load).orElse(null);
        if (access != null) {
            DaemonLog.CONFIGURATION.info("access file {}: {}", options.access().orElseThrow(), access.rules());
        }
        CommandCheck commands = options.monitorKey()
                .map(key -> new CommandCheck(keys(key), me.id(), System::currentTimeMillis))
                .orElse(null);
        return new Rights(
                options,
                access,
                commands,
                new Authentication(
                        me.name(), options.accessDirectory(), options.kernel().maxHandshakes()));
    }

    private static SealKeys keys(Path file) {
        try {
            SealKeys keys = SealKeys.read(file);
            DaemonLog.NETWORK.info("commands of monitors need a signature, with one of: {}", keys);
            return keys;
        } catch (SealException e) {
            throw new DaemonStartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Access load(Path file) {
        return new Access(AccessFile.read(file), System.currentTimeMillis());
    }

    Authentication authentication() {
        return authentication;
    }

    /** Puts in force what was read. On the loop, before the kernel starts. */
    void begin(Kernel kernel) {
        kernel.passwords(passwordMethods());
        Access now = access;
        if (now != null) {
            kernel.access(now.rules());
        }
    }

    private PasswordMethods passwordMethods() {
        PasswordMethods methods = PasswordMethods.of(clearPasswords, authentication.hasProofs());
        if (methods == PasswordMethods.NONE) {
            DaemonLog.CONFIGURATION.warn(
                    "--clear-passwords n, and no user has keys for SCRAM-SHA-256: nobody can show a"
                            + " password. 'spread passwd' makes such keys.");
        }
        return methods;
    }

    /**
     * Reads the files again; for any thread but the loop.
     *
     * @param kernel runs what has to be done on the loop
     */
    void reread(Consumer<Consumer<Kernel>> kernel) {
        authentication.reread();
        PasswordMethods methods = passwordMethods();
        kernel.accept(to -> to.passwords(methods));
        rereadMonitorKey(kernel);
        if (file.isEmpty()) {
            return;
        }
        try {
            Access next = load(file.get());
            Access before = access;
            access = next;
            List<String> changes = before == null ? List.of() : before.rules().changesTo(next.rules());
            DaemonLog.CONFIGURATION.info(
                    "the access file was read again: {}", changes.isEmpty() ? "unchanged" : String.join("; ", changes));
            if (!changes.isEmpty()) {
                kernel.accept(to -> to.access(next.rules()));
            }
        } catch (DaemonStartException e) {
            DaemonLog.CONFIGURATION.error("the old access file stays in force: {}", e.getMessage());
        }
    }

    private void rereadMonitorKey(Consumer<Consumer<Kernel>> kernel) {
        CommandCheck check = commands;
        if (check == null) {
            return;
        }
        try {
            SealKeys keys = keys(monitorKey.orElseThrow());
            kernel.accept(to -> check.keys(keys));
        } catch (DaemonStartException e) {
            DaemonLog.NETWORK.error("the old keys of monitors stay: {}", e.getMessage());
        }
    }

    /** As {@link org.flushspread.kernel.base.Ports#proofOf}. */
    CommandProof proofOf(ByteBuf packet, int index, int length) {
        return commands == null ? CommandProof.NOT_ASKED_FOR : commands.check(packet, index, length);
    }

    /**
     * Whether somebody may ask the admin endpoint. Any thread.
     *
     * @param from null for the unix domain socket
     */
    AccessDecision admin(@Nullable IpAddress from) {
        Access now = access;
        return now == null
                ? new AccessDecision(true, 0)
                : now.rules().of(AccessSubject.ofAdmin(from)).decide(AccessAction.ADMIN);
    }

    /** What is in force, for a person; empty without an access file. Any thread. */
    Optional<AccessFigures> figures() {
        Access now = access;
        return now == null
                ? Optional.empty()
                : Optional.of(new AccessFigures(
                        file.map(Path::toString).orElse(""),
                        now.rules().size(),
                        now.rules().allowsOtherwise(),
                        now.millis()));
    }

    @Override
    public void close() {
        authentication.close();
    }
}
