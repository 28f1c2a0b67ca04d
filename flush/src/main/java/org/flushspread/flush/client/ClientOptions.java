package org.flushspread.flush.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.flushspread.client.ConnectOptions;
import org.flushspread.flush.requests.RequesterLimits;
import org.jspecify.annotations.Nullable;

/** How a {@link ReplicaClient} behaves. Immutable: each method answers new options. */
public final class ClientOptions implements Cloneable {
    static final ClientOptions DEFAULT = new ClientOptions();

    private List<String> others = List.of();
    private Duration limit = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private int maxOutstanding = RequesterLimits.DEFAULT.requests();
    private UnaryOperator<ConnectOptions> connection = UnaryOperator.identity();

    private ClientOptions() {}

    /** The one place that copies; a change is made to the copy before anybody else sees it. */
    private ClientOptions with(Consumer<ClientOptions> change) {
        try {
            ClientOptions next = (ClientOptions) clone();
            change.accept(next);
            return next;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** More daemons, to be tried in this order when the one before cannot be reached or nobody serves there. */
    public ClientOptions orDaemons(String... daemons) {
        List<String> all = new ArrayList<>(others);
        for (String each : required(daemons, "orDaemons(null): give daemons, for example 4803@node2")) {
            all.add(required(each, "orDaemons(.., null): give daemons, for example 4803@node2"));
        }
        return with(next -> next.others = List.copyOf(all));
    }

    /** The time after which a request ends one way or the other, if it is given none of its own (30 seconds). */
    public ClientOptions limit(Duration value) {
        required(value, "limit(null): say after which time a request ends, for example Duration.ofSeconds(30)");
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("a request cannot be answered within " + value);
        }
        return with(next -> next.limit = value);
    }

    /** How long one attempt to connect to a daemon may take (5 seconds). */
    public ClientOptions connectTimeout(Duration value) {
        required(value, "connectTimeout(null): say how long connecting may take, for example Duration.ofSeconds(5)");
        return with(next -> next.connectTimeout = value);
    }

    /** Requests that have not ended, at the most (1,000); one more is refused with QUEUE_FULL at once. */
    public ClientOptions maxOutstanding(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("at least one request must be allowed, not " + requests);
        }
        return with(next -> next.maxOutstanding = requests);
    }

    /** Changes the options of each connection before it is made: authentication, for example. */
    public ClientOptions connection(UnaryOperator<ConnectOptions> change) {
        required(change, "connection(null): give what changes the options of each connection");
        return with(next -> next.connection = change);
    }

    Duration limit() {
        return limit;
    }

    int maxOutstanding() {
        return maxOutstanding;
    }

    /** The first daemon, and those that are tried behind it. */
    List<String> daemons(String first) {
        List<String> all = new ArrayList<>();
        all.add(first);
        all.addAll(others);
        return List.copyOf(all);
    }

    ConnectOptions connect(String daemon) {
        return connection
                .apply(ConnectOptions.of(daemon, "").withTimeout(connectTimeout))
                .withMembership(false);
    }

    private static <T> T required(@Nullable T value, String otherwise) {
        if (value == null) {
            throw new IllegalArgumentException(otherwise);
        }
        return value;
    }
}
