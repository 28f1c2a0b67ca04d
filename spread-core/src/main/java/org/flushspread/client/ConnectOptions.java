package org.flushspread.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.flushspread.wire.SpreadCode;
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
 * @param link what {@link #withLink} was given, or null
 * @param links gives each connection its bytes instead of a socket; or null
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
        @Nullable Link link,
        @Nullable Supplier<? extends Link> links) {
    /** How long connecting may take when nothing is said. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    public ConnectOptions {
        authenticators = List.copyOf(authenticators);
        if (timeout.isNegative() || spin.isNegative()) {
            throw new IllegalArgumentException("timeout and spin cannot be negative");
        }
    }

    /** Options without a supplier of links: a link given here serves one connection, see {@link #withLink}. */
    public ConnectOptions(
            String daemon,
            String privateName,
            int priority,
            boolean membership,
            Duration timeout,
            List<Authenticator> authenticators,
            Duration spin,
            Path socketDirectory,
            @Nullable Link link) {
        this(
                daemon,
                privateName,
                priority,
                membership,
                timeout,
                authenticators,
                spin,
                socketDirectory,
                link,
                link == null ? null : new OneLink(link));
    }

    /** A link that its owner made beforehand: when its connection has ended there is no other. */
    static final class OneLink implements Supplier<Link> {
        private final Link link;
        private final AtomicBoolean used = new AtomicBoolean();

        OneLink(Link link) {
            this.link = link;
        }

        boolean isUsed() {
            return used.get();
        }

        @Override
        public Link get() {
            if (!used.compareAndSet(false, true)) {
                throw new SpreadException(
                        SpreadCode.COULD_NOT_CONNECT,
                        "the link of these options has served a connection and serves no other; give"
                                + " ConnectOptions.withLinks what makes a link for each");
            }
            return link;
        }
    }

    /** False if no connection can be made with these options any more: their one link is used up. */
    boolean canConnectAgain() {
        return !(links instanceof OneLink one && one.isUsed());
    }

    /** Options with defaults: membership messages wanted, 30 seconds, no spin. */
    public static ConnectOptions of(String daemon, String privateName) {
        return new ConnectOptions(
                daemon, privateName, 0, true, DEFAULT_TIMEOUT, List.of(), Duration.ZERO, Path.of("/tmp"), null);
    }

    public ConnectOptions withPriority(int value) {
        return new ConnectOptions(
                daemon, privateName, value, membership, timeout, authenticators, spin, socketDirectory, link, links);
    }

    public ConnectOptions withMembership(boolean value) {
        return new ConnectOptions(
                daemon, privateName, priority, value, timeout, authenticators, spin, socketDirectory, link, links);
    }

    public ConnectOptions withTimeout(Duration value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, value, authenticators, spin, socketDirectory, link, links);
    }

    public ConnectOptions withAuthenticators(List<Authenticator> value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, timeout, value, spin, socketDirectory, link, links);
    }

    public ConnectOptions withSpin(Duration value) {
        return new ConnectOptions(
                daemon,
                privateName,
                priority,
                membership,
                timeout,
                authenticators,
                value,
                socketDirectory,
                link,
                links);
    }

    public ConnectOptions withSocketDirectory(Path value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, timeout, authenticators, spin, value, link, links);
    }

    /** With bytes that one connection goes over; a second attempt to connect with the same options fails. */
    public ConnectOptions withLink(Link value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, timeout, authenticators, spin, socketDirectory, value);
    }

    /**
     * With what makes a link for each connection, so that these options serve as often as wished, by a {@link ReconnectingConnection} too.
     * What the supplier throws is the failure of the attempt.
     */
    public ConnectOptions withLinks(Supplier<? extends Link> value) {
        return new ConnectOptions(
                daemon, privateName, priority, membership, timeout, authenticators, spin, socketDirectory, null, value);
    }
}
