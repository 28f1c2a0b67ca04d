package org.flushspread.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is made with. Immutable: each method that changes something answers new options.
 *
 * @param daemon spread name, see {@link DaemonAddress#parse}
 * @param privateName up to 10 characters from '$' to '~'; empty lets the daemon choose
 * @param priority 0 or 1; others are taken to the nearer of them. Daemons do nothing with it today
 * @param membership whether views and the other membership messages are wanted
 * @param timeout for connecting and the whole handshake; zero waits for ever
 * @param authenticators methods to use; empty means whichever of NULL and IP the daemon offers first in this order
 * @param spin how long a receiver looks again and again before it sleeps; zero for not at all. Saves about half of a round trip
 *     where a processor is free, and costs one
 * @param socketDirectory where the daemon's unix domain socket lies
 * @param link bytes to use instead of a socket, or null
 */
public record ConnectOptions(
        String daemon,
        String privateName,
        int priority,
        boolean membership,
        Duration timeout,
        List<Authenticator> authenticators,
        Duration spin,
        Path socketDirectory,
        @Nullable Link link) {
    /** How long connecting may take when nothing is said. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    public ConnectOptions {
        authenticators = List.copyOf(authenticators);
        if (timeout.isNegative() || spin.isNegative()) {
            throw new IllegalArgumentException("timeout and spin cannot be negative");
        }
    }

    /** Options with defaults: membership messages wanted, 30 seconds, no spin. */
    public static ConnectOptions of(String daemon, String privateName) {
        return new ConnectOptions(
                daemon, privateName, 0, true, DEFAULT_TIMEOUT, List.of(), Duration.ZERO, Path.of("/tmp"), null);
    }

    public ConnectOptions withPriority(int value) {
        return new ConnectOptions(
                daemon, privateName, value, membership, timeout, authenticators, spin, socketDirectory, link);
    }

    public ConnectOptions withMembership(boolean value) {
        return new ConnectOptions(
                daemon, privateName, priority, value, timeout, authenticators, spin, socketDirectory, link);
    }

    public ConnectOptions withTimeout(Duration value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, value, authenticators, spin, socketDirectory, link);
    }

    public ConnectOptions withAuthenticators(List<Authenticator> value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, timeout, value, spin, socketDirectory, link);
    }

    public ConnectOptions withSpin(Duration value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, timeout, authenticators, value, socketDirectory, link);
    }

    public ConnectOptions withSocketDirectory(Path value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, timeout, authenticators, spin, value, link);
    }

    public ConnectOptions withLink(Link value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, timeout, authenticators, spin, socketDirectory, value);
    }
}
