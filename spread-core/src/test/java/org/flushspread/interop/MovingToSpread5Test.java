package org.flushspread.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.flushspread.Wait;
import org.flushspread.client.ConnectOptions;
import org.flushspread.client.ReconnectingConnection;
import org.flushspread.client.SpreadConnection;
import org.flushspread.client.SpreadEvent;
import org.flushspread.client.SpreadException;
import org.flushspread.client.View;
import org.flushspread.config.RingVersion;
import org.flushspread.interop.Namespaces.Cast;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A ring of C Spread 4.4 becomes one of ours, daemon by daemon, then one of Spread 5 by a planned restart, and in the end a daemon of C Spread
 * 5.0.1 is in it (moving-to-5). Needs root and both toolkits, else skipped.
 */
@Tag("once")
@Timeout(300)
class MovingToSpread5Test {
    private static final String GROUP = "moved";

    /** A client that connects again by itself, and what it sees. */
    private static final class Client implements ReconnectingConnection.Listener, AutoCloseable {
        private final BlockingQueue<View> views = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> story = new LinkedBlockingQueue<>();
        private final ReconnectingConnection connection;

        Client(Node at) {
            connection = ReconnectingConnection.connect(ConnectOptions.of(at.spreadName(), "stays"), this);
            connection.join(GROUP);
        }

        @Override
        public void event(SpreadEvent event) {
            if (event instanceof View view) {
                views.add(view);
            }
        }

        @Override
        public void connected(SpreadConnection now, boolean again) {
            story.add("connected to " + now.daemonVersion());
        }

        @Override
        public void disconnected(SpreadException why) {
            story.add("disconnected");
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MULTICAST", "BROADCAST"})
    void clientsLoseTheirConnectionOnceAtTheRestartAndKeepTheirNames(Cast cast) {
        CSpread.V5.home();
        Namespaces net = new Namespaces(cast, true, 3);
        try (Ring ring = new Ring("CCC", net, Timers.STEADY, true)) {
            ring.form().populate().exchange(100);
            for (Node each : List.copyOf(ring.nodes)) {
                RollingUpgradeTest.replace(ring, each, Kind.JAVA);
            }
            try (Client client = new Client(ring.nodes.get(0))) {
                View before = Wait.taken(client.views);
                restartInSpread5(ring);
                View after = Wait.taken(client.views);
                assertThat(client.story).containsExactly("connected to 4.4.0", "disconnected", "connected to 5.0.1");
                assertThat(after.members()).isEqualTo(before.members()).containsExactly("#stays#d1");
                // Its first number is the leader of the ring, whose address was its name (spread5 3.1).
                assertThat(before.id().membershipId().procId()).isEqualTo(Net.number(net.address(0)));
                assertThat(after.id().membershipId().procId()).isEqualTo(RingVersion.idOf("d1"));
                RollingUpgradeTest.replace(ring, ring.nodes.get(1), Kind.C5);
                ring.exchange(200);
                assertThat(client.views)
                        .as("the ring changes, its group does not")
                        .allMatch(each -> each.members().equals(before.members()));
            }
            ring.requireSound();
        }
    }

    /** All are stopped, the file becomes one of Spread 5, and all are started with {@code --ring 5}. */
    private static void restartInSpread5(Ring ring) {
        String segments = ring.net.segments(RingVersion.SPREAD4);
        ring.nodes.forEach(Node::stop);
        ring.nodes.forEach(each -> each.become(Kind.JAVA5));
        ring.configuration(text -> text.replace(segments, ring.net.segments(RingVersion.SPREAD5)));
        ring.nodes.forEach(Node::start);
        ring.nodes.forEach(Node::awaitListening);
        ring.awaitRing(ring.nodes);
        ring.populate().exchange(100);
    }
}
