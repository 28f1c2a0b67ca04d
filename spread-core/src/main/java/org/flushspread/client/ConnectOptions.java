package org.flushspread.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flushspread.wire.SpreadCode;
import org.jspecify.annotations.Nullable;

/** What a connection is made with. Immutable: each method that changes something answers new options. */
public final class ConnectOptions implements Cloneable {
    /** How long connecting may take when nothing is said. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private String daemon;
    private final String privateName;
    private int priority;
    private boolean membership = true;
    private Duration timeout = DEFAULT_TIMEOUT;
    private List<Authenticator> authenticators = List.of();
    private Duration spin = Duration.ZERO;
    private Path socketDirectory = Path.of("/tmp");
    private @Nullable ClientTls tls;
    private @Nullable Link link;
    private @Nullable Supplier<? extends Link> links;

    private ConnectOptions(String daemon, String privateName) {
        this.daemon = daemon;
        this.privateName = privateName;
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

    /** All that these name, in the order of the methods below; {@link #of} and the methods are easier to read. */
    public ConnectOptions(
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
        this.daemon = daemon;
        this.privateName = privateName;
        this.priority = priority;
        this.membership = membership;
        this.timeout = timeout;
        this.authenticators = List.copyOf(authenticators);
        this.spin = spin;
        this.socketDirectory = socketDirectory;
        this.link = link;
        this.links = links;
        check();
    }

    /** Options with defaults: membership messages wanted, 30 seconds, no spin. */
    public static ConnectOptions of(String daemon, String privateName) {
        return new ConnectOptions(daemon, privateName);
    }

    /** The one place that copies; a change is made to the copy before anybody else sees it. */
    private ConnectOptions with(Consumer<ConnectOptions> change) {
        try {
            ConnectOptions next = (ConnectOptions) clone();
            change.accept(next);
            next.check();
            return next;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    private void check() {
        if (timeout.isNegative() || spin.isNegative()) {
            throw new IllegalArgumentException("timeout and spin cannot be negative");
        }
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

    /** Spread name, see {@link DaemonAddress#parse}. */
    public String daemon() {
        return daemon;
    }

    /** Up to 10 characters from '$' to '~'; empty lets the daemon choose. */
    public String privateName() {
        return privateName;
    }

    /** 0 or 1; others are taken to the nearer of them. Daemons do nothing with it today. */
    public int priority() {
        return priority;
    }

    /** Whether views and the other membership messages are wanted. */
    public boolean membership() {
        return membership;
    }

    /** For connecting and the whole handshake; zero waits for ever. */
    public Duration timeout() {
        return timeout;
    }

    /** Methods to use; empty means whichever of NULL and IP the daemon offers first in this order. */
    public List<Authenticator> authenticators() {
        return authenticators;
    }

    /**
     * How long a receiver looks again and again before it sleeps; zero for not at all. Saves about half of a round trip where a processor
     * is free, and costs one.
     */
    public Duration spin() {
        return spin;
    }

    /** Where the daemon's unix domain socket lies. */
    public Path socketDirectory() {
        return socketDirectory;
    }

    /** How TLS is spoken, or null: then as the environment says, and only if the name of the daemon wants it (security 3.3). */
    public @Nullable ClientTls tls() {
        return tls;
    }

    /** What {@link #withLink} was given, or null. */
    public @Nullable Link link() {
        return link;
    }

    /** Gives each connection its bytes instead of a socket; or null. */
    public @Nullable Supplier<? extends Link> links() {
        return links;
    }

    public ConnectOptions withDaemon(String value) {
        return with(next -> next.daemon = value);
    }

    public ConnectOptions withPriority(int value) {
        return with(next -> next.priority = value);
    }

    public ConnectOptions withMembership(boolean value) {
        return with(next -> next.membership = value);
    }

    /** @throws IllegalArgumentException if it is negative */
    public ConnectOptions withTimeout(Duration value) {
        return with(next -> next.timeout = value);
    }

    public ConnectOptions withAuthenticators(List<Authenticator> value) {
        return with(next -> next.authenticators = List.copyOf(value));
    }

    /** @throws IllegalArgumentException if it is negative */
    public ConnectOptions withSpin(Duration value) {
        return with(next -> next.spin = value);
    }

    public ConnectOptions withSocketDirectory(Path value) {
        return with(next -> next.socketDirectory = value);
    }

    /** Speaks TLS to a daemon with a host in its name, whether that begins with {@code tls://} or not. */
    public ConnectOptions withTls(ClientTls value) {
        return with(next -> next.tls = value);
    }

    /** With bytes that one connection goes over; a second attempt to connect with the same options fails. */
    public ConnectOptions withLink(Link value) {
        return with(next -> {
            next.link = value;
            next.links = new OneLink(value);
        });
    }

    /**
     * With what makes a link for each connection, so that these options serve as often as wished, by a {@link ReconnectingConnection} too.
     * What the supplier throws is the failure of the attempt.
     */
    public ConnectOptions withLinks(Supplier<? extends Link> value) {
        return with(next -> {
            next.link = null;
            next.links = value;
        });
    }
}
