package org.flushspread.flush;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.flushspread.Wait;
import org.flushspread.flush.kernel.Cause;
import org.flushspread.interop.DaemonKind;
import org.flushspread.interop.PeerDaemon;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** Members with the flush library of a C toolkit and with this one at one daemon, and what scenarios with them are made of. */
abstract class MixedMembers {
    static final Duration LONG = Wait.LONGEST;
    static PeerDaemon daemon;
    static int names;

    @Parameter
    DaemonKind.Pair pair;

    final List<AutoCloseable> open = new ArrayList<>();
    String group = "";
    FlushConnection java;
    FlushGroup joined;
    CFlushUser c;
    String name = "";

    @BeforeParameterizedClassInvocation
    static void start(DaemonKind.Pair pair) {
        pair.c().home();
        daemon = PeerDaemon.start(pair.daemon());
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @BeforeEach
    void newGroup() {
        group = "g" + names++;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    CFlushUser c(String letter) {
        CFlushUser user = new CFlushUser(pair.c(), daemon.name(), letter + names++);
        open.add(user);
        return user;
    }

    FlushConnection java(String letter) {
        return java(letter, options -> options);
    }

    FlushConnection java(String letter, UnaryOperator<FlushOptions> options) {
        FlushConnection connection =
                FlushConnection.connect(options.apply(FlushOptions.of(daemon.name(), letter + names++)));
        open.add(connection);
        return connection;
    }

    static <T extends FlushEvent> T await(FlushConnection connection, Class<T> type) {
        while (true) {
            @Nullable FlushEvent event = connection.receive(LONG);
            assertThat(event).as("waiting for " + type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    /** Another Java member, which flushes whenever it is asked. */
    final class Other implements FlushListener {
        final FlushConnection connection;
        final BlockingQueue<View> views = new LinkedBlockingQueue<>();
        final BlockingQueue<DataMessage> messages = new LinkedBlockingQueue<>();
        final FlushGroup joined;

        Other() {
            this(options -> options);
        }

        Other(UnaryOperator<FlushOptions> options) {
            connection = java("o", options);
            joined = connection.join(group);
            joined.listen(this);
        }

        String name() {
            return connection.privateGroup();
        }

        @Override
        public void onView(View view) {
            views.add(view);
        }

        @Override
        public void onMessage(DataMessage message) {
            messages.add(message);
        }

        View view() {
            return Wait.taken(views);
        }

        DataMessage message() {
            return Wait.taken(messages);
        }
    }

    static View flushAndAwaitView(FlushConnection connection) {
        await(connection, FlushRequest.class).flush();
        return await(connection, View.class);
    }

    void flush(CFlushUser user) {
        user.receive("FLUSH_REQ");
        user.flush(group);
    }

    /** Where most scenarios begin: Java member {@link #java} and C member {@link #c} in one view. */
    void meet() {
        meet(options -> options);
    }

    void meet(UnaryOperator<FlushOptions> options) {
        java = java("a", options);
        joined = java.join(group);
        c = c("b");
        assertThat(joined.awaitView(1, LONG).members()).hasSize(1);
        c.say("j " + group, "r");
        View both = flushAndAwaitView(java);
        assertThat(both.members()).hasSize(2);
        assertThat(both.cause()).isEqualTo(Cause.JOIN);
        name = String.valueOf(both.changedMember());
        assertThat(c.event()).contains("REGULAR membership for group " + group + " with 2 members", name);
    }

    /** Receives, which is where the layer works, until exactly these members' consents are missing. */
    static void awaitMissing(FlushGroup joined, List<String> names, FlushConnection connection) {
        awaitPending(joined, connection, pending -> pending.missing().equals(names));
    }

    static void awaitPending(FlushGroup joined, FlushConnection connection, Predicate<PendingView> wanted) {
        Wait.until(() -> "pending is " + joined.pendingView(), () -> {
            PendingView pending = joined.pendingView();
            if (pending != null && wanted.test(pending)) {
                return true;
            }
            connection.receive(Duration.ofMillis(20));
            return false;
        });
    }
}
